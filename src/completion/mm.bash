# Completion of mm for bash 3.2 and later. Nothing that is typed is expanded or run; mm only reads it.
_mm_complete() {
  local __mm_kind='' __mm_line
  COMPREPLY=()
  {
    IFS= read -r __mm_kind
    while IFS= read -r __mm_line; do COMPREPLY[${#COMPREPLY[@]}]=$__mm_line; done
  } < <(command mm __complete bash "${COMP_TYPE-}" "$COMP_WORDBREAKS" -- "${COMP_LINE:0:$COMP_POINT}" 2>/dev/null)
  case $__mm_kind in
    files) compopt -o default 2>/dev/null ;;
    directories) compopt -o dirnames 2>/dev/null ;;
    commands) while IFS= read -r __mm_line; do COMPREPLY[${#COMPREPLY[@]}]=$__mm_line
      done < <(compgen -c -- "$2" | sort -u) ;;
  esac
}
if type compopt >/dev/null 2>&1; then complete -o nosort -F _mm_complete mm 2>/dev/null || complete -F _mm_complete mm
else complete -o default -F _mm_complete mm; fi
