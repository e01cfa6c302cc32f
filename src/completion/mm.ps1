# Completion of mm for PowerShell. Nothing that is typed is expanded or run; mm only reads it.
Register-ArgumentCompleter -Native -CommandName 'mm', 'mm.exe' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object {
            if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
        })
    $program = Get-Command -Name mm -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($null -eq $program) { return }
    # A dot before the last word: Windows PowerShell drops empty arguments.
    & $program __complete powershell -- @before ".$wordToComplete" 2>$null | Select-Object -Skip 1 | ForEach-Object {
        $text, $shown, $about = $_ -split "`t"
        [System.Management.Automation.CompletionResult]::new($text, $shown, 'ParameterValue', $about)
    }
}
