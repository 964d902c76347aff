#!/usr/bin/env bash
# Builds result/btvirt, BlueZ's virtual Bluetooth controllers, from Debian's
# source with controllers.patch; see there why Debian's own does not do.
set -euo pipefail

patch=${BASH_SOURCE[0]%.sh}.patch
mirror=$(apt-get indextargets --format '$(REPO_URI)' | head -n 1)
[[ -n $mirror ]] || { echo "apt knows no mirror"; exit 1; }

mkdir -p lists/partial
echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >source.list
apt=(apt-get -q -o Dir::Etc::sourcelist="$PWD/source.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$PWD/lists")
"${apt[@]}" update
"${apt[@]}" source --download-only bluez
mkdir source
tar --extract --strip-components=1 --directory=source --file bluez_*.orig.tar.*
cd source
patch -p1 <"$patch"
mkdir -p lib/bluetooth
for header in lib/*.h; do ln -s "../${header#lib/}" lib/bluetooth/; done
# What main does not reach is left out, with all that it would want linked.
gcc -O1 -w -static -ffunction-sections -Wl,--gc-sections \
  -DVERSION='"guest"' -D_GNU_SOURCE -I. -Ilib -Isrc -o ../result/btvirt \
  emulator/{main,serial,server,vhci,btdev,bthost,smp,phy,le}.c lib/{bluetooth,hci}.c \
  src/shared/{io-mainloop,timeout-mainloop,mainloop,mainloop-notify,util,queue,crypto,ecc,hci-crypto,hci,ringbuf,log,btsnoop}.c
strip --strip-all ../result/btvirt
