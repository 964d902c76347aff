#!/bin/sh
# smartbike @VERSION@ for @TRIPLE@: this script, and behind it Deno
# @DENO@ and the program, both packed with gzip. The first start unpacks them
# into a folder of the user; later ones only run them.
set -uf

fail() {
  echo "smartbike: $1" >&2
  exit 1
}

# Prints part of this file: where it begins, and how long it is.
part() {
  tail -c "+$(($1 + 1))" "$self" | head -c "$2"
}

# Whether all these are there and belong to this user or root, links and what
# they lead to alike: in /tmp, others could have put something of theirs.
is_own() {
  owners=$(stat -c %u "$@" 2>/dev/null && stat -Lc %u "$@" 2>/dev/null) ||
    return 1
  for owner in $owners; do
    [ "$owner" = "$user" ] || [ "$owner" = 0 ] || return 1
  done
}

# Whether a cache holds a file, whole: a power cut may have left less. Takes the
# cache, the file and its size.
holds() {
  [ "$(stat -Lc %s "$1/$2" 2>/dev/null)" = "$3" ] &&
    is_own "$1" "$1/${2%/*}" "$1/$2"
}

# Whether a cache holds both files.
is_complete() {
  holds "$1" "$runtime" @RUNTIME_SIZE@ && holds "$1" "$program" @PROGRAM_SIZE@
}

# Whether this file is whole and for this machine; asked before it is unpacked.
check() {
  if [ -z "${SMARTBIKE_EMULATOR-}" ]; then
    [ "$(uname -m)" = @MACHINE@ ] ||
      fail "this file is for @MACHINE@, this machine is $(uname -m)"
    [ -e @LOADER@ ] ||
      fail "this file needs a 64-bit system with glibc: there is no @LOADER@"
  fi
  sum=$(tail -c "+$((1 + @RUNTIME_START@))" "$self" | sha256sum)
  [ "${sum%% *}" = @PAYLOAD_SHA256@ ] ||
    fail "\"$self\" is damaged: copy it again"
  is_checked=yes
}

# Puts a file into a cache, which holds it whole or not at all, so that several
# first starts at once do no harm. Takes what holds takes, where the packed file
# begins and how long it is, and a command that must succeed with the file.
put() {
  holds "$1" "$2" "$3" && return
  part "$4" "$5" | gzip -dc >"$new/smartbike" 2>/dev/null &&
    chmod 755 "$new/smartbike" &&
    $6 "$new/smartbike" >/dev/null 2>&1 &&
    sync "$new/smartbike" &&
    mkdir -p "$1/${2%/*}" &&
    mv -f "$new/smartbike" "$1/$2"
}

# Whether a program can be run; it cannot where the file system forbids it.
runs() {
  ${SMARTBIKE_EMULATOR-} "$1" --version
}

# Unpacks into a cache what it does not hold yet.
unpack() {
  [ -d "$1" ] || mkdir -p -m 700 "$1" 2>/dev/null || return 1
  is_own "$1" || return 1
  find "$1" -maxdepth 1 -name "new-*" -mmin +60 -exec rm -rf {} + 2>/dev/null
  new=$(mktemp -d "$1/new-XXXXXX" 2>/dev/null) || return 1
  trap 'rm -rf "$new"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  put "$1" "$runtime" @RUNTIME_SIZE@ @RUNTIME_START@ @RUNTIME_PACKED@ runs &&
    put "$1" "$program" @PROGRAM_SIZE@ @PROGRAM_START@ @PROGRAM_PACKED@ "test -s"
  result=$?
  rm -rf "$new"
  trap - EXIT HUP INT TERM
  return "$result"
}

case $0 in
  /*) self=$0 ;;
  */*) self=$PWD/$0 ;;
  *) self=$([ -f "$0" ] && echo "$PWD/$0" || command -v -- "$0") ;;
esac
user=$(id -u)
runtime=deno-@RUNTIME_ID@/smartbike
program=program-@PROGRAM_ID@/smartbike.js

# The first folder that holds both files, or can be made to.
cache=
is_checked=
for folder in "${SMARTBIKE_CACHE-}" "${CACHE_DIRECTORY-}" \
  "${XDG_CACHE_HOME:+$XDG_CACHE_HOME/smartbike}" \
  "${HOME:+$HOME/.cache/smartbike}" \
  "/var/tmp/smartbike-$user" "${TMPDIR:-/tmp}/smartbike-$user"; do
  [ -n "$folder" ] || continue
  if ! is_complete "$folder"; then
    [ -n "$is_checked" ] || check
    unpack "$folder" || continue
  fi
  cache=$folder
  break
done
[ -n "$cache" ] ||
  fail "Cannot unpack: no folder can be written to, run from and has room; name one in SMARTBIKE_CACHE"

export DENO_DIR="$cache/deno" DENO_NO_UPDATE_CHECK=1 SMARTBIKE_EXECUTABLE="$self"
exec ${SMARTBIKE_EMULATOR-} "$cache/$runtime" run --quiet --no-config --no-lock \
  --no-remote --no-npm @PERMISSIONS@ "$cache/$program" "$@"
