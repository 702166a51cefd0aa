import type { NodeNicKind } from './topology.js';

const byName: readonly (readonly [RegExp, NodeNicKind])[] = [
  [/^lo$/, 'loopback'],
  // All NICs at once, as a capture names them.
  [/^any$/, 'other'],
  [/^(cni|cbr|br|docker|virbr|ovs-system|nodelocaldns|kube-bridge)/, 'bridge'],
  [
    /^(flannel|vxlan|tunl|geneve|genev_sys|gre|erspan|sit|ip6tnl|wg|ovn|cilium_|antrea|kube-ipvs|mynet|tun|dummy)/,
    'tunnel',
  ],
  [/^(veth|cali|lxc|gke|tap|nic|azv|eni[0-9a-f]{11}$)/, 'pod-end'],
  [/^[0-9a-f]+_h$/, 'pod-end'],
];

const byLinkKind: Readonly<Record<string, NodeNicKind>> = {
  veth: 'pod-end',
  bridge: 'bridge',
  openvswitch: 'bridge',
  vxlan: 'tunnel',
  geneve: 'tunnel',
  gre: 'tunnel',
  gretap: 'tunnel',
  erspan: 'tunnel',
  ipip: 'tunnel',
  sit: 'tunnel',
  ip6tnl: 'tunnel',
  wireguard: 'tunnel',
  dummy: 'tunnel',
  tun: 'tunnel',
  bond: 'physical',
  vlan: 'physical',
  loopback: 'loopback',
};

/**
 * What a NIC of the root namespace is, from its name alone. Where the kernel's link kind is known, `nicKindOfLink` is
 * the better witness.
 */
export function nicKindOfName(name: string): NodeNicKind {
  return byName.find(([pattern]) => pattern.test(name))?.[1] ?? 'physical';
}

/** From `linkinfo.info_kind` of `ip -d link`; a link without one is a real NIC. */
export function nicKindOfLink(infoKind: string, name: string): NodeNicKind {
  if (name === 'lo') return 'loopback';
  // A node that is itself a container (kind, a lab) has a veth as its own NIC.
  if (infoKind === '' || (infoKind === 'veth' && /^(eth|en[osipx])/.test(name))) return 'physical';
  return byLinkKind[infoKind] ?? 'other';
}
