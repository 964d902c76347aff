#!/usr/bin/env bash
# run.sh SUITE WORK OUT COMMAND: runs a shell command in a guest with the
# packages of a Debian suite (bookworm, trixie), and ends with its exit status.
#
# The command starts in WORK, which it sees read-only as /suite; it may write
# to OUT, as /out. The guest's clock jumps over waits, so an hour takes seconds.
#
#   TOOLS=FOLDER   with the program deno, seen as /tools; default: that of PATH
#   MEMORY=1G      of the guest
#   LIMIT=300      seconds, real ones, after which the guest is ended
#   DURATION=7200  seconds of the guest's clock, after which the command is ended
#   CLOCK=real     lets the guest's clock run as ours does
#   KERNEL_LOG=1   prints all that the kernel has to say
#
# Status 97: the guest is not set up; 98: it has ended without a status.
set -euo pipefail

if (($# != 4)); then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
  exit 2
fi
suite=$1 work=$(readlink -f "$2") out=$(readlink -f "$3") command=$4
here=$(cd "$(dirname "$0")" && pwd)
tools=${TOOLS:-$(dirname "$(readlink -f "$(command -v deno || echo .)")")}
if [[ ! -x $tools/deno ]]; then
  echo "Cannot find \"deno\": it is neither in TOOLS nor on PATH" >&2
  exit 2
fi
clock=time-travel=inf-cpu
[[ ${CLOCK:-} == real ]] && clock=
noise=quiet
[[ -n ${KERNEL_LOG:-} ]] && noise=ignore_loglevel

parts=$("$here/build.sh")
part() { awk -v name="$1" '$1 == name { print $2 }' <<<"$parts"; }
root=$(part "$suite")
if [[ -z $root ]]; then
  echo "Cannot start a guest of \"$suite\": there is no such suite, it must be bookworm or trixie" >&2
  exit 2
fi

# A guest keeps to one CPU, and has it for itself: that is faster than two.
cpu=
while [[ -z $cpu ]]; do
  for ((n = $(nproc) - 1; n >= 0; n--)); do
    exec 9>"${TMPDIR:-/tmp}/smartbike-guest-cpu-$n.lock"
    if flock --nonblock 9; then
      cpu=$n
      break
    fi
  done
  [[ -n $cpu ]] || sleep 0.2
done

printf '%s\n' "$command" >"$out/command"
rm -f "$out/status"
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
memory_folder=/dev/shm
[[ -w $memory_folder ]] || memory_folder=$home

# The kernel's own time: a run that hangs is ended from outside.
HOME=$home TMPDIR=$memory_folder timeout --kill-after=5 "${LIMIT:-300}" \
  taskset --cpu-list "$cpu" "$(part kernel)/linux" \
  mem="${MEMORY:-1G}" umid="guest$$" $noise norandmaps panic=-1 \
  root=/dev/root rootfstype=hostfs rootflags="$root" ro \
  con=null con0=fd:0,fd:1 ssl=null $clock init=/init \
  GUEST="$here/root" CONTROLLERS="$(part controllers)" \
  DURATION="${DURATION:-7200}" TOOLS="$tools" SUITE="$work" OUT="$out" \
  </dev/null 2>&1 9>&- | grep --line-buffered -v '^reboot: System halted' || true

if [[ ! -s $out/status ]]; then
  echo "Cannot run \"$command\" in a guest of $suite: it left no status within ${LIMIT:-300} s" >&2
  exit 98
fi
exit "$(<"$out/status")"
