# Completion of mm for fish. Nothing that is typed is expanded or run; mm only reads it.
function __mm_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l found (command mm __complete fish -- $words "$current" 2>/dev/null)
    switch "$found[1]"
        case words
            printf '%s\n' $found[2..-1]
        case files
            __fish_complete_path (string replace -r -- '^--[^=]*=' '' "$current")
        case directories
            __fish_complete_directories (string replace -r -- '^--[^=]*=' '' "$current")
        case commands
            complete -C "$current"
    end
end
complete -c mm -e
complete -c mm -k -f -a '(__mm_complete)'
