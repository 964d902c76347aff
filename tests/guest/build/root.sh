#!/usr/bin/env bash
# root.sh SUITE: makes result, the guest's root folder: packages of a Debian
# suite, unpacked but not set up, and the folders that are mounted over.
set -euo pipefail

suite=$1
mirror=$(apt-get indextargets --format '$(REPO_URI)' | head -n 1)
[[ -n $mirror ]] || { echo "apt knows no mirror"; exit 1; }
readonly PACKAGES=bluez,busybox-static,dbus-bin,dbus-daemon,libgcc-s1,mosquitto

mmdebstrap --variant=extract --include="$PACKAGES" "$suite" result \
  "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main"
cd result
mkdir -p controllers dev guest out proc run suite sys tmp tools var/lib/bluetooth
rm -rf usr/share/{doc,locale,man} var/cache/apt var/lib/apt
ln -sfn busybox bin/sh
echo 'root:x:0:0:root:/run:/bin/sh' >etc/passwd
printf 'root:x:0:\nbluetooth:x:110:\nmessagebus:x:100:\n' >etc/group
cat >init <<'INIT'
#!/bin/sh
busybox mount -t hostfs -o "$GUEST" none /guest && exec /guest/init
INIT
chmod +x init
