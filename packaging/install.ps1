<#
.SYNOPSIS
Installs mm, or brings it to another version. No administrator, no other file is changed.

.DESCRIPTION
Environment: MM_INSTALL_DIR is the folder for mm.exe, %LOCALAPPDATA%\Programs\mm by default;
MM_BASE_URL is the folder with the archives and SHA256SUMS of a release, https://, http:// or file:///.

To uninstall: mm hooks uninstall; then remove the folder. What mm has recorded stays in ~\.memtomem.

.PARAMETER Version
This version instead of the latest, such as 0.1.0.

.PARAMETER DryRun
Say what would be installed where; write nothing.
#>
param(
  [string] $Version = '',
  [switch] $DryRun
)

# Nothing is run until the last line is there, so a download that breaks off does nothing.
function Install-Mm {
  param([string] $Version, [bool] $DryRun)

  Set-StrictMode -Version Latest
  $ErrorActionPreference = 'Stop'
  # Windows PowerShell draws its progress so slowly that downloads take minutes.
  $ProgressPreference = 'SilentlyContinue'

  # Where releases are, on GitHub.
  $repository = 'mm-sessions/mm'
  # Before the first release, anybody could claim that name.
  $published = $false

  function Get-Platform {
    # The system's own architecture, also for a PowerShell that is emulated.
    $architecture = [System.Runtime.InteropServices.RuntimeInformation]::OSArchitecture.ToString()
    switch ($architecture) {
      'X64' { return 'windows-x64' }
      'Arm64' { return 'windows-arm64' }
      default { throw "there is no mm for the architecture $architecture; there are binaries for x64 and arm64" }
    }
  }

  function Save-Url {
    param([string] $Url, [string] $Path)
    if ($Url.StartsWith('file:///')) {
      Copy-Item -LiteralPath ([System.Uri] $Url).LocalPath -Destination $Path
    } else {
      Invoke-WebRequest -UseBasicParsing -Uri $Url -OutFile $Path
    }
  }

  function Get-Text {
    param([string] $Url)
    if ($Url.StartsWith('file:///')) {
      return [System.IO.File]::ReadAllText(([System.Uri] $Url).LocalPath)
    }
    $content = (Invoke-WebRequest -UseBasicParsing -Uri $Url).Content
    if ($content -is [byte[]]) { return [System.Text.Encoding]::UTF8.GetString($content) }
    return $content
  }

  # What a program prints as its version. The environment could turn mm into plain Bun.
  function Get-Answer {
    param([string] $Program)
    $kept = @{ BUN_BE_BUN = $env:BUN_BE_BUN; BUN_OPTIONS = $env:BUN_OPTIONS }
    try {
      $env:BUN_BE_BUN = $null
      $env:BUN_OPTIONS = $null
      return ((& $Program --version) -join "`n").Trim()
    } catch {
      return ''
    } finally {
      $env:BUN_BE_BUN = $kept.BUN_BE_BUN
      $env:BUN_OPTIONS = $kept.BUN_OPTIONS
    }
  }

  $Version = $Version -replace '^v', ''
  if ($Version -notmatch '^[0-9A-Za-z.+-]*$') { throw "not a version: $Version" }

  $folder = $env:MM_INSTALL_DIR
  if (-not $folder) { $folder = Join-Path $env:LOCALAPPDATA 'Programs\mm' }
  if (-not [System.IO.Path]::IsPathRooted($folder)) { throw "MM_INSTALL_DIR is not a whole path: $folder" }
  $folder = $folder.TrimEnd('\', '/')
  $target = Join-Path $folder 'mm.exe'

  $releases = "https://github.com/$repository/releases"
  $base = $env:MM_BASE_URL
  if (-not $base -and -not $published) {
    throw 'no release has been published yet. MM_BASE_URL can name a folder with archives; docs/install.md tells how to make them'
  }
  if (-not $base -and $Version) { $base = "$releases/download/v$Version" }
  if (-not $base) { $base = "$releases/latest/download" }
  if ($base -notmatch '^(https?://|file:///)') { throw "MM_BASE_URL begins with https://, http:// or file:///: $base" }
  $base = $base.TrimEnd('/')
  $platform = Get-Platform

  $old = ''
  if (Test-Path -LiteralPath $target) {
    $old = Get-Answer $target
    if ($old -notmatch '^mm \d+\.\d+\.\d+\S*$') {
      throw "$target is another program, perhaps memtomem's mm; it was left alone. Set MM_INSTALL_DIR to another folder, or remove it first"
    }
  }

  # The lines "<sum>  <archive>" of this platform, and of this version where one was asked for.
  $wanted = '[0-9A-Za-z.+-]+'
  if ($Version) { $wanted = [regex]::Escape($Version) }
  $pattern = "(?m)^([0-9a-f]{64})  (mm-v($wanted)-$platform\.zip)\r?$"
  $found = @([regex]::Matches((Get-Text "$base/SHA256SUMS"), $pattern))
  if ($found.Count -eq 0) { throw "$base has no mm $Version for $platform" }
  if ($found.Count -gt 1) { throw "$base has several versions for $platform; choose one with -Version" }
  $sum = $found[0].Groups[1].Value
  $archive = $found[0].Groups[2].Value
  $Version = $found[0].Groups[3].Value
  # A newer release may come between two downloads from "latest".
  if (-not $env:MM_BASE_URL) { $base = "$releases/download/v$Version" }

  if ($DryRun) {
    Write-Host "Would install mm $Version for $platform at $target"
    if ($old) { Write-Host "  in place of $old" }
    Write-Host "  from $base/$archive"
    Write-Host "  sha256 $sum"
    return
  }

  # Beside the target, so that mm is replaced by renaming.
  $staging = Join-Path $folder ('.mm-install.' + [System.IO.Path]::GetRandomFileName())
  New-Item -ItemType Directory -Force -Path $staging | Out-Null
  try {
    Write-Host "Installing mm $Version for $platform ..."
    $zip = Join-Path $staging 'mm.zip'
    Save-Url "$base/$archive" $zip
    $actual = (Get-FileHash -LiteralPath $zip -Algorithm SHA256).Hash.ToLowerInvariant()
    if ($actual -ne $sum) {
      throw "the checksum of $archive is wrong; nothing was installed. SHA256SUMS says $sum, the download has $actual"
    }
    Expand-Archive -LiteralPath $zip -DestinationPath (Join-Path $staging 'new')
    $new = Join-Path $staging 'new\mm.exe'
    $answer = Get-Answer $new
    if ($answer -ne "mm $Version") {
      throw "the downloaded mm doesn't run as mm ${Version}: $answer; nothing was installed"
    }
    # A program that runs can't be overwritten, but it can be renamed.
    Get-ChildItem -LiteralPath $folder -Filter 'mm.exe.old-*' | Remove-Item -Force -ErrorAction SilentlyContinue
    $aside = "$target.old-" + [System.IO.Path]::GetRandomFileName()
    if ($old) { Move-Item -LiteralPath $target -Destination $aside }
    try {
      Move-Item -LiteralPath $new -Destination $target
    } catch {
      if ($old) { Move-Item -LiteralPath $aside -Destination $target }
      throw
    }
    Remove-Item -LiteralPath $aside -Force -ErrorAction SilentlyContinue
  } finally {
    Remove-Item -LiteralPath $staging -Recurse -Force -ErrorAction SilentlyContinue
  }

  Write-Host "Installed mm ${Version}: $target"
  if ($old) { Write-Host "  in place of $old" }
  if (($env:PATH -split ';').TrimEnd('\') -notcontains $folder) {
    $quoted = $folder.Replace("'", "''")
    Write-Host 'Not in PATH. Add it for your user:'
    Write-Host "  [Environment]::SetEnvironmentVariable('Path', [Environment]::GetEnvironmentVariable('Path', 'User') + ';' + '$quoted', 'User')"
  }
  Write-Host 'Next: mm hooks install. Completions for your shell: mm completion --help'
}

& { Install-Mm -Version $Version -DryRun $DryRun.IsPresent }
