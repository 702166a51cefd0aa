#!/bin/sh
# Second process of the guest: runs the job that is a tar archive on the second disk, writes its results as one to the
# third, and powers off.
export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
mkdir -p /dev/shm /dev/pts
for place in /run /tmp /dev/shm; do mount -t tmpfs tmpfs $place; done
mkdir -p /run/netns /run/openvswitch
mount -t bpf bpf /sys/fs/bpf
hostname lab
ip link set lo up
ulimit -l unlimited
for module in veth bridge macvlan ipvlan vxlan geneve ipip ip_gre 8021q openvswitch vport-geneve vport-vxlan vport-gre \
  cls_bpf cls_u32 cls_matchall act_mirred sch_ingress sch_netem sch_prio nf_tables nft_chain_nat nft_numgen nft_masq nft_nat; do
  modprobe -q $module || true
done
mkdir -p /tmp/job /tmp/out
tar -xf /dev/vdb -C /tmp/job
cd /tmp/job && sh ./run.sh
echo "LAB-ENDED $?"
tar -C /tmp/out -cf /dev/vdc .
sync
echo o >/proc/sysrq-trigger
sleep 10
