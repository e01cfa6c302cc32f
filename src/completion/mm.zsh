#compdef mm
# Completion of mm for zsh. Nothing that is typed is expanded or run; mm only reads it.
_mm() {
  local __mm_kind __mm_line
  local -a __mm_found
  {
    IFS= read -r __mm_kind
    while IFS= read -r __mm_line; do __mm_found+=("$__mm_line"); done
  } < <(command mm __complete zsh -- "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
  if [[ $__mm_kind == (files|directories) && $PREFIX == --*=* ]]; then compset -P '*='; fi
  case $__mm_kind in
    words) (( $#__mm_found )) && _describe -V 'mm' __mm_found ;;
    files) _files ;;
    directories) _files -/ ;;
    commands) _command_names -e ;;
  esac
}
if [[ ${funcstack[1]-} == _mm ]]; then _mm "$@"; else compdef _mm mm; fi
