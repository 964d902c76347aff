#!/usr/bin/env bash
# Builds result/linux: Linux 6.1 as an ordinary program (User-mode Linux), from
# Debian's package of its source, with the options of kernel.config.
set -euo pipefail

config=${BASH_SOURCE[0]%.sh}.config
readonly PACKAGE=linux-source-6.1

apt-get download -q "$PACKAGE" || { apt-get update -q && apt-get download -q "$PACKAGE"; }

# What no option of ours compiles is left packed: it is most of the source.
skip=()
for folder in drivers/{gpu,net/ethernet,net/wireless,media,infiniband,scsi,staging,iio,mtd,video,clk,pinctrl} \
  sound fs/{xfs,btrfs,ocfs2} tools/{perf,testing} net/{mac80211,wireless,netfilter} samples; do
  skip+=(--exclude="$PACKAGE/$folder/*.[chS]")
done
for arch in alpha arc arm arm64 csky hexagon ia64 loongarch m68k microblaze mips nios2 \
  openrisc parisc powerpc riscv s390 sh sparc xtensa; do
  skip+=(--exclude="$PACKAGE/arch/$arch/*.[chS]")
done
dpkg-deb --fsys-tarfile "${PACKAGE}"_*.deb |
  tar --extract --to-stdout --wildcards "*/$PACKAGE.tar.xz" | xz --decompress --stdout --threads=0 |
  tar --extract "${skip[@]}" --exclude="$PACKAGE/Documentation/*.rst" --exclude="$PACKAGE/*.dts*"

build=(make --silent -C "$PACKAGE" ARCH=um O="$PWD/objects")
"${build[@]}" KCONFIG_ALLCONFIG="$config" allnoconfig
while read -r option; do
  grep -qxF "$option" objects/.config || {
    echo "the kernel does not take $option"
    exit 1
  }
done < <(grep '^CONFIG_' "$config")
"${build[@]}" -j"$(nproc)" linux
strip --strip-all objects/linux -o result/linux
