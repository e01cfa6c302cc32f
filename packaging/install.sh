#!/bin/sh
# Installs mm, one binary, from a release. `sh install.sh --help` tells the options.
# Nothing is run until the last line is there, so a download that breaks off does nothing.
set -eu

# Where releases are, on GitHub.
REPOSITORY="mm-sessions/mm"
# Before the first release, anybody could claim that name.
PUBLISHED=false

usage() {
  cat <<'HELP'
Installs mm, or brings it to another version. No root, no other file is changed.

USAGE
  sh install.sh [--version VERSION] [--dry-run]

OPTIONS
  --version VERSION  this version instead of the latest, such as 0.1.0
  --dry-run          say what would be installed where; write nothing
  --help             this text

ENVIRONMENT
  MM_INSTALL_DIR     the folder for mm, a whole path; ~/.local/bin by default
  MM_BASE_URL        the folder with the archives and SHA256SUMS of a release,
                     https://…, http://… or file:///…

UNINSTALL
  mm hooks uninstall; mm mcp uninstall; rm ~/.local/bin/mm

  Or the folder that was given. What mm has recorded stays in ~/.memtomem.
HELP
}

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "install.sh: $1"
  [ $# -lt 2 ] || say "  hint: $2"
  exit 1
}

wrong_usage() {
  say "install.sh: $1"
  say "  hint: sh install.sh --help"
  exit 2
}

has() { command -v "$1" >/dev/null 2>&1; }

# A word as a shell would have to be given it.
quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }

is_musl() {
  if has ldd; then
    # musl's ldd fails at --version, but says its name.
    case $(ldd --version 2>&1 || true) in *musl*) return 0 ;; *) return 1 ;; esac
  fi
  [ -e /etc/alpine-release ]
}

# Prints <os>-<architecture>[-musl], as the archives are named.
platform() {
  os=$(uname -s)
  machine=$(uname -m)
  case $os in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    MINGW* | MSYS* | CYGWIN*) fail "this script is not for Windows" "use install.ps1, from PowerShell" ;;
    *) fail "there is no mm for $os" "there are binaries for Linux, macOS and Windows" ;;
  esac
  case $machine in
    x86_64 | amd64) machine=x64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) fail "there is no mm for the architecture $machine" "there are binaries for x64 and arm64" ;;
  esac
  if [ "$os" = darwin ]; then
    # A shell under Rosetta calls an Apple processor x86_64.
    [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || true)" != 1 ] || machine=arm64
    printf 'darwin-%s\n' "$machine"
    return
  fi
  [ "$(uname -o 2>/dev/null || true)" != Android ] || fail "there is no mm for Android"
  if has getconf && [ "$(getconf LONG_BIT 2>/dev/null || echo 64)" = 32 ]; then
    fail "there is no mm for a 32-bit system" "there are binaries for x64 and arm64"
  fi
  if is_musl; then machine=$machine-musl; fi
  printf 'linux-%s\n' "$machine"
}

by_wget() {
  # Only GNU's is told a time: BusyBox's, as Debian builds it, crashes at that.
  case $(wget --version 2>&1 || true) in
    GNU*) wget -q -T 60 -O - "$1" ;;
    *) wget -q -O - "$1" ;;
  esac
}

# Prints what is at a URL.
fetch() {
  case $1 in
    file://*) cat "${1#file://}" ;;
    https://*)
      if has curl; then
        curl -fL "$progress" --proto '=https' --connect-timeout 30 --retry 2 "$1"
      else
        by_wget "$1"
      fi
      ;;
    *)
      if has curl; then
        curl -fL "$progress" --connect-timeout 30 --retry 2 "$1"
      else
        by_wget "$1"
      fi
      ;;
  esac
}

sha256() {
  if has sha256sum; then
    line=$(sha256sum <"$1")
  elif has shasum; then
    line=$(shasum -a 256 <"$1")
  else
    line=$(openssl dgst -sha256 -r <"$1")
  fi
  printf '%s\n' "${line%% *}"
}

# Reads SHA256SUMS; prints "<version> <sum>" for each archive of the platform $1, or for that of the version $2.
listed() {
  return=$(printf '\r')
  while read -r sum name; do
    name=${name#\*}
    name=${name%"$return"}
    case $name in mm-v*-"$1".tar.gz) ;; *) continue ;; esac
    found=${name#mm-v}
    found=${found%-"$1".tar.gz}
    case $found in *[!0-9A-Za-z.+-]* | '') continue ;; esac
    [ -z "$2" ] || [ "$found" = "$2" ] || continue
    case $sum in *[!0-9a-f]*) continue ;; esac
    [ ${#sum} -eq 64 ] || continue
    printf '%s %s\n' "$found" "$sum"
  done
}

# The environment could turn mm into plain Bun.
run_mm() { BUN_BE_BUN='' BUN_OPTIONS='' "$1" --version </dev/null; }

# Prints the version of the mm that is at $1 already, nothing if there is none, and fails if it isn't this program.
present() {
  [ -e "$1" ] || [ -L "$1" ] || return 0
  elsewhere="leave it and install elsewhere: MM_INSTALL_DIR=/another/folder; or remove it first"
  [ ! -L "$1" ] || fail "$1 is a symbolic link, so another installer looks after it" "$elsewhere"
  [ -f "$1" ] || fail "$1 is not a file" "$elsewhere"
  # A native program, of Linux or of macOS; memtomem's mm is a script.
  case $(od -An -tx1 -N4 "$1" | tr -d ' \n') in
    7f454c46 | cffaedfe) answer=$(run_mm "$1" 2>/dev/null || true) ;;
    *) answer='' ;;
  esac
  case $answer in
    'mm '[0-9]*.[0-9]*.[0-9]*) printf '%s\n' "${answer#mm }" ;;
    *) fail "$1 is another program, perhaps memtomem's mm; it was left alone" "$elsewhere (pipx uninstall memtomem, uv tool uninstall memtomem)" ;;
  esac
}

need_tools() {
  for tool in uname sed od tr tar gzip mktemp chmod mv rm; do
    has "$tool" || fail "the program $tool is missing"
  done
  has sha256sum || has shasum || has openssl ||
    fail "there is nothing to verify checksums with" "install sha256sum, shasum or openssl"
  case $1 in
    file://*) ;;
    *) has curl || has wget || fail "there is nothing to download with" "install curl or wget" ;;
  esac
}

# Says how $2, which is in the folder $1, is called from here.
advise() {
  next=$(quoted "$2")
  case ":$PATH:" in
    *":$1:"* | *":$1/:"*)
      first=$(command -v mm || true)
      case $first in
        "$2" | "$1//mm") next=mm ;;
        *) say "Another mm comes first in PATH: $first" ;;
      esac
      ;;
    *)
      case ${SHELL:-} in
        */fish) say "Not in PATH. Add it: fish_add_path $(quoted "$1")" ;;
        *) say "Not in PATH. Add to your shell's profile: export PATH=$(quoted "$1"):\"\$PATH\"" ;;
      esac
      ;;
  esac
  say "Next: $next hooks install"
  say "Completions for your shell: $next completion --help"
}

# Puts the release's mm at $target by way of $staging, a folder beside it.
install_mm() {
  [ ! -t 2 ] || progress=-#
  fetch "$url" >"$staging/archive" || fail "can't download $url" "is it there, and space in $dir?"
  actual=$(sha256 "$staging/archive")
  [ "$actual" = "$sum" ] ||
    fail "the checksum of $archive is wrong; nothing was installed" "SHA256SUMS says $sum, the download has $actual"
  tar -xzf "$staging/archive" -C "$staging" mm ||
    fail "can't unpack $archive; nothing was installed" "is there space left in $dir?"
  if [ ! -f "$staging/mm" ] || [ -L "$staging/mm" ]; then fail "$archive has no mm"; fi
  chmod 755 "$staging/mm"
  answer=$(run_mm "$staging/mm" 2>&1) || true
  if [ "$answer" != "mm $version" ]; then
    say "$answer"
    case $platform in
      *-musl) hint="mm needs libstdc++: apk add libstdc++" ;;
      *) hint="it may be the wrong archive, or $dir may not allow programs to run (noexec)" ;;
    esac
    fail "the downloaded mm doesn't run as mm $version; nothing was installed" "$hint"
  fi
  mv -f "$staging/mm" "$target"
}

main() {
  version='' dry_run='' progress=-sS
  # Nobody else may write to the folders that are made.
  umask go-w
  while [ $# -gt 0 ]; do
    case $1 in
      --version)
        [ $# -ge 2 ] || wrong_usage "--version needs a version"
        version=$2
        shift
        ;;
      --version=*) version=${1#*=} ;;
      --dry-run) dry_run=1 ;;
      -h | --help)
        usage
        exit 0
        ;;
      *) wrong_usage "unknown argument: $1" ;;
    esac
    [ "$1" != --version= ] || wrong_usage "--version needs a version"
    shift
  done
  version=${version#v}
  case $version in *[!0-9A-Za-z.+-]*) wrong_usage "not a version: $version" ;; esac

  dir=${MM_INSTALL_DIR:-}
  if [ -z "$dir" ]; then
    [ -n "${HOME:-}" ] || fail "HOME is not set" "set MM_INSTALL_DIR to the folder for mm"
    dir=$HOME/.local/bin
  fi
  case $dir in /*) ;; *) fail "not an absolute path: $dir" "set MM_INSTALL_DIR to the whole path" ;; esac
  while [ "$dir" != "${dir%/}" ]; do dir=${dir%/}; done
  target=$dir/mm

  releases=https://github.com/$REPOSITORY/releases
  base=${MM_BASE_URL:-}
  if [ -z "$base" ]; then
    [ "$PUBLISHED" = true ] ||
      fail "no release has been published yet" "MM_BASE_URL can name a folder with archives; docs/install.md tells how to make them"
    base=$releases/latest/download
    [ -z "$version" ] || base=$releases/download/v$version
  fi
  case $base in https://* | http://* | file:///*) ;; *) fail "not a URL: $base" "MM_BASE_URL begins with https://, http:// or file:///" ;; esac
  while [ "$base" != "${base%/}" ]; do base=${base%/}; done
  need_tools "$base"

  platform=$(platform)
  old=$(present "$target")
  sums=$(fetch "$base/SHA256SUMS") ||
    fail "can't download $base/SHA256SUMS" "is there a release ${version:+$version }there?"
  found=$(printf '%s\n' "$sums" | listed "$platform" "$version")
  case $found in
    '') fail "$base has no mm ${version:+$version }for $platform" "see what $base/SHA256SUMS lists" ;;
    *"
"*) fail "$base has several versions for $platform" "choose one with --version" ;;
  esac
  version=${found%% *}
  sum=${found#* }
  # A newer release may come between two downloads from "latest".
  [ -n "${MM_BASE_URL:-}" ] || base=$releases/download/v$version
  archive=mm-v$version-$platform.tar.gz
  url=$base/$archive

  if [ -n "$dry_run" ]; then
    say "Would install mm $version for $platform at $target${old:+, in place of mm $old}"
    say "  from $url"
    say "  sha256 $sum"
    exit 0
  fi

  mkdir -p "$dir" || fail "can't create $dir" "set MM_INSTALL_DIR to a folder that you may write to"
  # Beside the target, so that mm is replaced in one step; a killed install may have left one.
  find "$dir" -maxdepth 1 -name '.mm-install.??????' -mtime +0 -exec rm -rf {} + 2>/dev/null || true
  staging=$(mktemp -d "$dir/.mm-install.XXXXXX" 2>/dev/null) ||
    fail "can't write to $dir" "set MM_INSTALL_DIR to a folder that you may write to"
  trap 'rm -rf "$staging"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  say "Installing mm $version for $platform …"
  install_mm
  say "Installed mm $version: $target${old:+ (was mm $old)}"
  say "Its checksum is right, and no other file was changed."
  advise "$dir" "$target"
}

{ main "$@"; }
