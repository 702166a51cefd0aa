#!/bin/sh
# Builds the guest in which the lab records what the host's kernel has no parts for: Debian's cloud kernel and a small
# Debian on a disk image, for QEMU without KVM. Needs root, Debian or a relative of it, 4 GB of space; takes some minutes.
#
#   sh capture-fixtures/lab/guest/build-guest.sh [DIR]     (default: $PLUMBLINE_LAB_GUEST, or ~/.cache/plumbline-lab-guest)
#   MIRROR=URL and SUITE=NAME choose another mirror than apt's own and another release than bookworm.
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
guest=${1:-${PLUMBLINE_LAB_GUEST:-${HOME:-/root}/.cache/plumbline-lab-guest}}
suite=${SUITE:-bookworm}

fail() { echo "build-guest: $*" >&2; exit 2; }

[ "$(uname -s)" = Linux ] || fail "this is $(uname -s): it needs Linux"
[ "$(id -u)" = 0 ] || fail "it needs root: run it as root, or with sudo"
missing=
for tool in debootstrap cpio mke2fs depmod busybox gzip node; do command -v $tool >/dev/null || missing="$missing $tool"; done
[ -z "$missing" ] ||
  fail "missing:$missing; on Debian: apt-get install -y --no-install-recommends debootstrap cpio e2fsprogs kmod busybox-static (and Node)"
mirror=${MIRROR:-$(cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '/^URIs:/ { print $2; exit }')}
mirror=${mirror:-$(awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^http/) { print $i; exit } }' /etc/apt/sources.list 2>/dev/null || true)}
[ -n "$mirror" ] || fail "no mirror is found in /etc/apt; say MIRROR=URL"

mkdir -p "$guest"
work=$(mktemp -d "$guest/build.XXXXXX")
root=$work/root
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$guest/debootstrap.log" 2>&1 ||
  fail "debootstrap failed; see $guest/debootstrap.log"
for file in /etc/apt/apt.conf.d/99*; do [ ! -e "$file" ] || cp "$file" "$root/etc/apt/apt.conf.d/"; done
cp /etc/resolv.conf "$root/etc/resolv.conf"
# No postinst script of a daemon shall start it on the host.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
chroot "$root" env DEBIAN_FRONTEND=noninteractive sh -c '
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends \
    iproute2 tcpdump strace nftables procps python3-minimal ethtool kmod openvswitch-switch libstdc++6
  apt-get download -qq "$(apt-cache depends linux-image-cloud-amd64 | awk "/Depends: linux-image/ { print \$2; exit }")"
' >"$guest/packages.log" 2>&1 || fail "packages of the guest failed; see $guest/packages.log"
dpkg-deb -x "$root"/linux-image-*.deb "$work/kernel"
release=$(ls "$work/kernel/lib/modules")
mkdir -p "$root/usr/lib/modules"
cp -r "$work/kernel/lib/modules/$release" "$root/usr/lib/modules/"
depmod -b "$root/usr" "$release"
install -m 755 "$(command -v node)" "$root/usr/local/bin/node"
install -m 755 "$here/init.sh" "$root/lab-init"
rm -rf "$root"/linux-image-*.deb "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/doc "$root"/usr/share/locale

# What the kernel needs to reach the disk.
mkdir -p "$work/initramfs/bin" "$work/initramfs/modules" "$work/initramfs/proc" "$work/initramfs/dev" "$work/initramfs/root"
cp "$(command -v busybox)" "$work/initramfs/bin/busybox"
install -m 755 "$here/initramfs-init.sh" "$work/initramfs/init"
drivers=$root/usr/lib/modules/$release/kernel/drivers
for module in virtio/virtio_ring virtio/virtio virtio/virtio_pci_legacy_dev virtio/virtio_pci_modern_dev virtio/virtio_pci block/virtio_blk; do
  [ ! -e "$drivers/$module.ko" ] || cp "$drivers/$module.ko" "$work/initramfs/modules/"
done
(cd "$work/initramfs" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd.gz"

truncate -s 2G "$work/root.img"
mke2fs -q -t ext4 -O ^has_journal,^metadata_csum -d "$root" "$work/root.img"
mv "$work/kernel/boot/vmlinuz-$release" "$guest/kernel"
mv "$work/initrd.gz" "$guest/initrd.gz"
mv "$work/root.img" "$guest/root.img"
echo "The guest is in $guest: kernel $release."
