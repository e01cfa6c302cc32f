# Completion of mm for fish. Nothing that is typed is expanded or run; mm only reads it.
function __mm_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l option (string match -r -- '^--[^=]*=' "$current")
    set -l value (string replace -r -- '^--[^=]*=' '' "$current")
    set -l found (command mm __complete fish -- $words "$current" 2>/dev/null)
    switch "$found[1]"
        case words
            printf '%s\n' $found[2..-1]
        case files
            for path in (__fish_complete_path "$value")
                printf '%s%s\n' "$option" $path
            end
        case directories
            for path in (__fish_complete_directories "$value")
                printf '%s%s\n' "$option" $path
            end
        case commands
            complete -C "$current"
    end
end
complete -c mm -e
complete -c mm -k -f -a '(__mm_complete)'
