#!/bin/sh
# smartbike @VERSION@ for @TRIPLE@: this script, and behind it Deno
# @DENO@ and the program's files, both packed with gzip. The first start unpacks
# them into a folder of the user; later ones only run them.
set -uf

fail() {
  echo "smartbike: $1" >&2
  exit 1
}

# Prints part of this file: where it begins, and how long it is.
part() {
  tail -c "+$(($1 + 1))" "$self" 2>/dev/null | head -c "$2"
}

# Whether a file has this SHA-256.
has_sum() {
  sum=$(sha256sum 2>/dev/null <"$1") && [ "${sum%% *}" = "$2" ]
}

# Whether a user's own group has nobody else in it, as on Debian.
has_private_group() {
  [ "$(id -gn)" = "$(id -un)" ]
}

# The number of this user, which /proc tells without a process of its own.
find_user() {
  [ ! -r /proc/self/status ] || while read -r key _ user _; do
    [ "$key" != Uid: ] || return 0
  done 2>/dev/null </proc/self/status
  user=$(id -u)
}

# Prints the path of a folder without links, "//", how many files are named in it,
# and a line for each of them, for itself and for the folders above it; what Deno
# keeps there counts as named. One process, as every start waits for it.
look() {
  CDPATH="" cd -P -- "$1/" 2>/dev/null || exit
  case $PWD in //*) cd -P -- "${PWD#/}" || exit ;; esac
  shift
  [ ! -e deno ] || set -- "$@" deno
  count=$#
  set -- "$@" .
  above=$PWD
  while [ -n "$above" ]; do
    above=${above%/*}
    set -- "$@" "${above:-/}"
  done
  printf '%s//%s\n' "${PWD%/}" "$count"
  LC_ALL=C exec stat -c %u:%g:%A:%.9Z -- "$@" 2>/dev/null
}

# Whether only this user and root own and can write a folder, what is named in it,
# none a link, and the folders above it, as whoever can rename one of those
# decides what is run; one such as /tmp will do there. Sets $cache to the path,
# and $times to a sum over when the files before the first folder were changed.
is_private() {
  states=$(look "$@") || return 1
  cache=${states%%//*}
  cache=${cache:-/}
  set -- ${states#*//}
  left=$1
  shift
  times=0
  kind=file
  for state; do
    left=$((left - 1))
    [ "$left" -ge -1 ] || kind=above
    case $kind$state in
      file*:-?????????:*)
        time=${state##*:}
        times=$(((times * 31 + ${time%.*} + 1${time#*.}) % 1000000007))
        ;;
      file*:d?????????:*) kind=folder ;;
      *:[-d]?????????:*) ;;
      *) return 1 ;;
    esac
    case $state in "$user":* | 0:*) ;; *) return 1 ;; esac
    case $kind$state in
      above*:d????????[tT]:*) ;;
      *:????????w?:*) return 1 ;;
      *:?????w????:*)
        [ "${state%:*:*}" = "$user:$(id -g)" ] && has_private_group || return 1
        ;;
    esac
  done
}

# Keeps when the files were last changed whose contents were compared, so that
# the next start need not read them again. Each program has its own file.
keep_times() {
  part=$cache/$compared-$$
  is_private "$cache" $runtime $program &&
    (umask 077 && echo "$times" >"$part") 2>/dev/null &&
    mv -fT "$part" "$cache/$compared" 2>/dev/null && return
  rm -f "$part" 2>/dev/null
}

# Whether the program's files have the contents that they must have.
has_program() {
  sum=$(cd "$cache/" && cat $program 2>/dev/null | sha256sum) &&
    [ "${sum%% *}" = @PROGRAM_SHA256@ ]
}

# Whether a cache can be run from as it is: nobody else can change what is run,
# and all files have the contents that they must have.
is_complete() {
  set -- "$1" $runtime $program "${runtime%/*}" "$folder"
  if is_private "$@" "$compared"; then
    known=
    [ ! -f "$cache/$compared" ] || [ ! -r "$cache/$compared" ] ||
      read -r known <"$cache/$compared"
    [ "$known" != "$times" ] || return 0
  else
    is_private "$@" || return 1
  fi
  has_sum "$cache/$runtime" @RUNTIME_SHA256@ && has_program || return 1
  keep_times
  return 0
}

# Whether this file is whole and for this machine; asked before it is unpacked.
check() {
  if [ -z "${SMARTBIKE_EMULATOR-}" ]; then
    [ "$(uname -m)" = @MACHINE@ ] ||
      fail "this file is for @MACHINE@, this machine is $(uname -m)"
    [ -e @LOADER@ ] ||
      fail "this file needs a 64-bit system with glibc: there is no @LOADER@"
  fi
  [ ! -t 2 ] ||
    echo "smartbike: the first start unpacks @RUNTIME_MB@ MB, which takes a few seconds" >&2
  sum=$(tail -c "+$((1 + @RUNTIME_START@))" "$self" | sha256sum)
  [ "${sum%% *}" = @PAYLOAD_SHA256@ ] ||
    fail "\"$self\" is damaged: copy it again"
  is_checked=yes
}

# Puts Deno into the cache, which holds it whole or not at all, so that several
# first starts at once do no harm.
put_runtime() {
  is_private "$cache" $runtime "${runtime%/*}" &&
    has_sum "$cache/$runtime" @RUNTIME_SHA256@ && return
  part @RUNTIME_START@ @RUNTIME_PACKED@ | gzip -dc >"$new/smartbike" 2>/dev/null &&
    chmod 755 "$new/smartbike" &&
    runs "$new/smartbike" >/dev/null 2>&1 &&
    sync "$new/smartbike" &&
    mkdir -p "$cache/${runtime%/*}" &&
    mv -f "$new/smartbike" "$cache/$runtime"
}

# Puts the program's files into the cache, each whole or not at all.
put_program() {
  is_private "$cache" $program "$folder" && has_program && return
  part @PROGRAM_START@ @PROGRAM_PACKED@ | gzip -dc 2>/dev/null |
    tar -x -f - -C "$new" 2>/dev/null &&
    (cd "$new" && chmod 755 $files && sync $files) &&
    mkdir -p "$cache/$folder" &&
    (cd "$new" && mv -f $files "$cache/$folder")
}

# Shows on a terminal how much of Deno is unpacked, until it is ended.
show_progress() {
  while sleep 0.2; do
    size=$(stat -c %s "$new/smartbike" 2>/dev/null) || continue
    printf "\rsmartbike: %d of %d MB" $((size / 1000000)) @RUNTIME_MB@ >&2
  done
}

# Ends it, and wipes its line.
end_progress() {
  [ -n "$progress" ] || return 0
  kill "$progress" 2>/dev/null
  wait "$progress" 2>/dev/null
  progress=
  printf "\r%30s\r" "" >&2
}

# Whether a program can be run; it cannot where the file system forbids it.
runs() {
  ${SMARTBIKE_EMULATOR-} "$1" --version
}

# Removes a folder that this script has made, and no other, with the files that
# it unpacks there.
discard() {
  (cd "$1" && set +f && rm -f smartbike ./*.mjs) && rmdir "$1"
}

# Removes what a power cut has left of an earlier try, an hour ago or more.
discard_old() {
  find "$cache" -maxdepth 1 -type d -user "$user" -mmin +60 \
    -name ".smartbike-unpacking-??????" 2>/dev/null |
    while IFS= read -r old; do discard "$old" 2>/dev/null; done
}

# Removes the folder that was made for a cache that cannot be one.
unmake() {
  [ -z "$made" ] || rmdir "$made" 2>/dev/null
}

# Unpacks into a cache what it does not hold yet.
unpack() {
  made=
  [ -d "$1" ] || { mkdir -p "$1" 2>/dev/null && made=$1; } || return 1
  is_private "$1" || { unmake; return 1; }
  discard_old
  new=$(mktemp -d "$cache/.smartbike-unpacking-XXXXXX" 2>/dev/null) ||
    { unmake; return 1; }
  trap 'end_progress; discard "$new" 2>/dev/null' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  progress=
  [ ! -t 2 ] || { show_progress & progress=$!; }
  put_runtime && put_program && { keep_times || :; }
  result=$?
  end_progress
  discard "$new"
  trap - EXIT HUP INT TERM
  [ "$result" = 0 ] && is_complete "$1" && return
  unmake
  return 1
}

case $0 in
  /*) self=$0 ;;
  */*) self=$PWD/$0 ;;
  *) self=$([ -f "$0" ] && echo "$PWD/$0" || command -v -- "$0") ;;
esac
find_user
runtime=deno-@RUNTIME_ID@/smartbike
folder=program-@PROGRAM_ID@
compared=$folder/compared
program=
files="@PROGRAM_FILES@"
for file in $files; do program="$program $folder/$file"; done

# The first folder that holds all files, or can be made to.
found=
is_checked=
for place in "${SMARTBIKE_CACHE-}" "${CACHE_DIRECTORY-}" \
  "${XDG_CACHE_HOME:+$XDG_CACHE_HOME/smartbike}" \
  "${HOME:+$HOME/.cache/smartbike}" \
  "/var/tmp/smartbike-$user" "${TMPDIR:-/tmp}/smartbike-$user"; do
  [ -n "$place" ] || continue
  if ! is_complete "$place"; then
    [ -n "$is_checked" ] || check
    mask=$(umask)
    umask 077
    unpack "$place"
    result=$?
    umask "$mask"
    [ "$result" = 0 ] || continue
  fi
  found=$cache
  break
done
[ -n "$found" ] ||
  fail "Cannot unpack: no folder can be written to by this user alone, run from and has room; name one in SMARTBIKE_CACHE"

# Deno would make its folder so that others may write it, where the umask says so.
[ -d "$found/deno" ] || (umask 077 && mkdir "$found/deno" 2>/dev/null)
export DENO_DIR="$found/deno" DENO_NO_UPDATE_CHECK=1 DENO_NO_PACKAGE_JSON=1 \
  SMARTBIKE_EXECUTABLE="$self"
exec ${SMARTBIKE_EMULATOR-} "$found/$runtime" run --quiet --no-config --no-lock \
  --no-remote --no-npm --unstable-lazy-dynamic-imports @PERMISSIONS@ \
  "$found/$folder/smartbike.mjs" "$@"
