#!/usr/bin/env bash
# make_root.sh SUITE ROOT: makes a Debian with nothing but Node, and this tree
# in /home/rider/smartbike. How packages are reached, it takes from this machine:
# apt's mirror, npm's settings, certificates, names.
set -euo pipefail

suite=$1 root=$2
here=$(cd "$(dirname "$0")/../.." && pwd)
mirror=$(apt-get indextargets --format '$(REPO_URI)' | head -n 1)
[[ -n $mirror ]] || { echo "apt knows no mirror"; exit 1; }

mmdebstrap --quiet --variant=minbase "$suite" "$root" \
  "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
cp -L /usr/share/keyrings/debian-archive-keyring.gpg "$root/usr/share/keyrings/"

# copy PATH…: into the root, at the same places, links as what they lead to.
copy() {
  local path
  for path; do
    [[ ! -e $path ]] || cp -rL --parents "$path" "$root"
  done
}

modules=$(npm root --global)
copy "$(command -v node)" "$modules/npm" /etc/resolv.conf /etc/hosts
for program in npm npx; do
  ln -sfn "$modules/npm/bin/$program-cli.js" "$root/usr/bin/$program"
done
[[ -e $root/usr/bin/node ]] || ln -s "$(command -v node)" "$root/usr/bin/node"

apt-config dump 'Acquire' | grep -v 'Acquire::\(Languages\|IndexTargets\|Changelogs\)' \
  >"$root/etc/apt/apt.conf.d/90as-outside"
copy "$(npm config get globalconfig)" "$(npm config get cafile)"
: >"$root/environment"
while IFS== read -r -d '' name value; do
  shopt -s nocasematch
  if [[ $name =~ ^(.*_proxy|npm_config_.*|.*(cert|_ca_?|cainfo).*)$ ]]; then
    printf '%s\0' "$name=$value" >>"$root/environment"
    [[ $value != /* ]] || copy "$value"
  fi
  shopt -u nocasematch
done < <(env -0)

chroot "$root" useradd --create-home --uid 1000 --shell /bin/bash rider
userconfig=$(npm config get userconfig)
if [[ -e $userconfig ]]; then
  cp "$userconfig" "$root/root/.npmrc"
  cp "$userconfig" "$root/home/rider/.npmrc"
fi
tree=$root/home/rider/smartbike
mkdir "$tree"
(cd "$here" && git ls-files -z --cached --others --exclude-standard |
  tar --null --ignore-failed-read -T - -c) | tar -x -C "$tree"
chroot "$root" chown -R rider:rider /home/rider
