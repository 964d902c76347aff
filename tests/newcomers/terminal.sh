# Sourced by the scripts.
set -eu

running=
trap 'for one in $running; do kill "$one" 2>/dev/null || true; done; wait' EXIT

# beside COMMAND…: runs a command as in a terminal of its own, until the script
# ends; goes on at its first line, which says that it is ready. $beside is it.
beside() {
  said=$(mktemp -u said.XXXXXX)
  mkfifo "$said"
  "$@" >"$said" &
  beside=$!
  running="$running $beside"
  exec 3<"$said"
  read -r line <&3
  echo "$line"
  cat <&3 >/dev/null &
}

# refused COMMAND…: a command that has to fail.
refused() {
  if "$@"; then
    echo "not refused: $*"
    exit 1
  fi
}
