#!/bin/sh
# Whether an mm works here: smoke.sh <mm> <version>. Starts, resumes and lists a session in a home of its own.
set -eu

mm=$1
version=$2
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export MM_HOME="$home"

expect() {
  case $2 in
    *"$3"*) ;;
    *)
      printf '%s: expected %s, got: %s\n' "$1" "$3" "$2" >&2
      exit 1
      ;;
  esac
}

answer=$("$mm" --version)
[ "$answer" = "mm $version" ] || expect "mm --version" "$answer" "mm $version and nothing else"
started=$("$mm" session start --idempotent --agent-id smoke --json)
expect "the first start" "$started" '"resumed":false'
id=${started#*\"session_id\":\"}
id=${id%%\"*}
resumed=$("$mm" session start --idempotent --agent-id smoke --json)
expect "the second start" "$resumed" "\"session_id\":\"$id\",\"resumed\":true"
"$mm" activity log --content 'smoke' --json >/dev/null
expect "the list" "$("$mm" session list --json)" "$id"
expect "the events" "$("$mm" session events --json)" smoke
echo "mm $version works on $(uname -s) $(uname -m)"
