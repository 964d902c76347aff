#!/usr/bin/env bash
# Builds what the guest is made of, unless it is there already, and prints
# where it is, one line each: "kernel FOLDER", "controllers FOLDER",
# "bookworm FOLDER", "trixie FOLDER".
#
# Each part lies in a folder of its own below the cache, named by a hash of
# what it is made from; several of this may run at once.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${SMARTBIKE_GUEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/smartbike-guest}
mkdir -p "$cache"

fail() {
  echo "Cannot build the guest's \"$1\": $2" >&2
  exit 1
}

for tool in gcc make bc flex bison xz dpkg-deb apt-get mmdebstrap flock patch perl; do
  command -v "$tool" >/dev/null || fail "parts" "$tool is not there, it must be installed"
done

# build_part NAME SCRIPT [ARGUMENT…]: runs the script in an empty folder; what
# it leaves in the folder's "result" is the part.
build_part() {
  local name=$1 script=$here/build/$2 key folder work
  shift 2
  key=$( { echo "$*"; cat "${script%.sh}".*; } | sha256sum | cut -c 1-16)
  folder=$cache/$name-$key
  {
    flock 9
    if [[ ! -d $folder ]]; then
      echo "guest: $name is being built; log: $cache/$name.log" >&2
      work=$(mktemp -d "$cache/$name.XXXXXX")
      mkdir "$work/result"
      (cd "$work" && exec nice "$script" "$@") >"$cache/$name.log" 2>&1 || {
        rm -rf "$work"
        tail -n 20 "$cache/$name.log" >&2
        fail "$name" "build/${script##*/} failed, its log is $cache/$name.log"
      }
      chmod -R a+rX "$work/result"
      mv -T "$work/result" "$folder"
      rm -rf "$work"
    fi
  } 9>"$cache/$name.lock"
  echo "$name $folder"
}

build_part kernel kernel.sh
build_part controllers controllers.sh
build_part bookworm root.sh bookworm
build_part trixie root.sh trixie
