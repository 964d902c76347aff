#!/usr/bin/env bash
# enter.sh ROOT USER COMMAND…: runs a command in the tree of a root, as "root"
# or "rider", with what a process finds on any machine, and nothing else.
set -euo pipefail

root=$1 user=$2
shift 2
home=/root
[[ $user == root ]] || home=/home/$user
variables=(NO_COLOR=1)
while IFS= read -r -d '' variable; do
  variables+=("$variable")
done <"$root/environment"

export root user home
exec unshare --mount --pid --fork --kill-child bash -c '
  mount --rbind /dev "$root/dev"
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount -t tmpfs tmpfs "$root/run"
  chroot --userspec="$user:$user" "$root" env --ignore-environment --chdir=/home/rider/smartbike "$@"
  # Root remains the first process: the kernel ends it with its parent.
  exit
' bash "${variables[@]}" HOME="$home" USER="$user" LANG=C.UTF-8 \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  "$@"
