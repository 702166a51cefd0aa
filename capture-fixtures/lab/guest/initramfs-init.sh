#!/bin/busybox sh
# First process of the guest: loads what the disk needs and goes over to it.
box=/bin/busybox
$box mount -t proc proc /proc
$box mount -t devtmpfs dev /dev
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk; do
  [ ! -f /modules/$module.ko ] || $box insmod /modules/$module.ko
done
tries=0
while [ ! -b /dev/vda ] && [ $tries -lt 200 ]; do $box sleep 0.1; tries=$((tries + 1)); done
$box mount -t ext4 -o rw /dev/vda /root || { echo "LAB-FAILED no disk"; $box poweroff -f; }
exec $box switch_root /root /lab-init
