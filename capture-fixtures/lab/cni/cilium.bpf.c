/*
 * Local delivery and egress in the manner of Cilium's eBPF data path, for two nodes with two Pods each. Of Cilium it has
 * the one property that decides what a capture sees: which helper hands a packet to its Pod.
 *
 * Defined from outside: NODE (1, 2), PEER (1: into the Pod's own NIC, 0: out of its root end), TUNNEL (0, or the number
 * of the tunnel NIC).
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ADDRESS(a, b, c, d) bpf_htonl((a) << 24 | (b) << 16 | (c) << 8 | (d))
#define NODE_NIC 50
#define FIRST_POD_NIC 101
#define TUNNEL_ID 4242
#define FAR_NODE (3 - NODE)

static __always_inline int deliver(struct __sk_buff *skb, __u8 pod) {
  __u8 macs[12] = {2, 0, 0, 1, NODE, pod, 2, 0, 0, 0x0f, NODE, pod};
  int nic = FIRST_POD_NIC + pod - 10;
  bpf_skb_store_bytes(skb, 0, macs, sizeof(macs), 0);
  return PEER ? bpf_redirect_peer(nic, 0) : bpf_redirect(nic, 0);
}

static __always_inline int encapsulate(struct __sk_buff *skb) {
  struct bpf_tunnel_key key = {};
  key.tunnel_id = TUNNEL_ID;
  key.remote_ipv4 = 10 << 24 | 10 << 16 | FAR_NODE;
  key.tunnel_ttl = 64;
  bpf_skb_set_tunnel_key(skb, &key, sizeof(key), BPF_F_ZERO_CSUM_TX);
  return bpf_redirect(TUNNEL, 0);
}

static __always_inline int go(struct __sk_buff *skb, int from_pod) {
  void *data = (void *)(long)skb->data;
  void *end = (void *)(long)skb->data_end;
  struct ethhdr *ethernet = data;
  struct iphdr *ip = data + sizeof(*ethernet);
  if ((void *)(ip + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP)) return TC_ACT_OK;
  __u32 to = ip->daddr;
  if (to == ADDRESS(10, 244, NODE, 10)) return deliver(skb, 10);
  if (to == ADDRESS(10, 244, NODE, 11)) return deliver(skb, 11);
  if (!from_pod) {
    /* The frame inside of a tunnel is addressed to a Pod's gateway, not to the tunnel's NIC. */
    if (TUNNEL) bpf_skb_change_type(skb, 0);
    return TC_ACT_OK;
  }
  if (!TUNNEL) return bpf_redirect_neigh(NODE_NIC, 0, 0, 0);
  if ((to & bpf_htonl(0xffffff00)) == ADDRESS(10, 244, FAR_NODE, 0)) return encapsulate(skb);
  return TC_ACT_OK;
}

SEC("from_container") int handle_container(struct __sk_buff *skb) { return go(skb, 1); }
SEC("from_network") int handle_network(struct __sk_buff *skb) { return go(skb, 0); }

char _license[] SEC("license") = "GPL";
