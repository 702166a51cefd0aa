import type { Network } from './network.js';
import {
  clusterCidr,
  type NodeName,
  nodeAddress,
  nodeMac,
  nodeOf,
  nodes,
  otherNode,
  type PodName,
  podCidr,
  podGateway,
  podMac,
  podNetwork,
  pods,
  vethMac,
} from './plan.js';

/** Two nodes joined by a cable, and namespaces for their Pods. */
export async function addNodes(network: Network, options: { readonly ipv6?: boolean } = {}): Promise<void> {
  await network.addNamespaces([...nodes, ...pods]);
  const withoutIpv6 = ['net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1'];
  const ipv6 = options.ipv6 === true ? ['net.ipv6.conf.all.forwarding=1'] : withoutIpv6;
  const routing = ['net.ipv4.ip_forward=1', 'net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0'];
  for (const pod of pods) if (options.ipv6 !== true) await network.exec(pod, ['sysctl', '-qw', ...withoutIpv6]);
  for (const node of nodes) await network.exec(node, ['sysctl', '-qw', ...routing, ...ipv6]);
  await network.addVeth(
    { namespace: 'n1', nic: 'eth0', mac: nodeMac.n1, ifindex: nodeNicIndex },
    { namespace: 'n2', nic: 'eth0', mac: nodeMac.n2, ifindex: nodeNicIndex },
  );
  for (const node of nodes) {
    await network.ip(node, [`addr add ${nodeAddress[node]}/24 dev eth0`, 'link set eth0 up']);
  }
}

/** Number of each node's NIC, for programs that name it by that. */
export const nodeNicIndex = 50;
/** Numbers of the root ends of the Pods' veths. */
export const vethIndex: Readonly<Record<PodName, number>> = { p1a: 101, p1b: 102, p2a: 101, p2b: 102 };

/** Gives every Pod a veth; @returns the names of the ends in the root namespaces */
export async function addVethPods(
  network: Network,
  nic: (pod: PodName) => string,
  prefixLength: number,
  mtu = 1500,
): Promise<Readonly<Record<PodName, string>>> {
  const hostNics = byPod(nic);
  for (const pod of pods) {
    const node = nodeOf[pod];
    await network.addVeth(
      { namespace: node, nic: hostNics[pod], mac: vethMac[pod], ifindex: vethIndex[pod] },
      { namespace: pod, nic: 'eth0', mac: podMac[pod] },
    );
    await network.ip(pod, [`addr add ${podNetwork[pod]}/${prefixLength} dev eth0`, `link set eth0 up mtu ${mtu}`]);
  }
  for (const node of nodes) {
    const own = pods.filter((pod) => nodeOf[pod] === node);
    await network.ip(
      node,
      own.map((pod) => `link set ${hostNics[pod]} up`),
    );
  }
  return hostNics;
}

/** Pods behind a Linux bridge with the gateway's address, as flannel makes them. */
export async function addBridgedPods(network: Network, mtu = 1500): Promise<Readonly<Record<PodName, string>>> {
  const hostNics = await addVethPods(network, (pod) => `veth${pod}`, 24, mtu);
  for (const node of nodes) {
    const own = pods.filter((pod) => nodeOf[pod] === node);
    await network.ip(node, [
      'link add cni0 type bridge',
      `addr add ${podGateway[node]}/24 dev cni0`,
      'link set cni0 up',
      ...own.map((pod) => `link set ${hostNics[pod]} master cni0`),
    ]);
  }
  for (const pod of pods) await network.ip(pod, `route add default via ${podGateway[nodeOf[pod]]}`);
  return hostNics;
}

/** Pods with a route of their own each and an answer for every neighbour, as Calico makes them. */
export async function addRoutedPods(network: Network, mtu = 1500): Promise<Readonly<Record<PodName, string>>> {
  const hostNics = await addVethPods(network, (pod) => `cali${pod}`, 32, mtu);
  // A node answers in place of others only for addresses that it has a route for.
  for (const node of nodes) await network.ip(node, 'route add default via 10.10.0.254 dev eth0');
  for (const pod of pods) {
    const nic = hostNics[pod];
    await network.ip(pod, ['route add 169.254.1.1 dev eth0 scope link', 'route add default via 169.254.1.1 dev eth0']);
    await network.exec(nodeOf[pod], `sysctl -qw net.ipv4.conf.${nic}.proxy_arp=1 net.ipv4.neigh.${nic}.proxy_delay=0`);
    await network.ip(nodeOf[pod], `route add ${podNetwork[pod]}/32 dev ${nic}`);
  }
  return hostNics;
}

/** Each node sends the Pods of the other one to it, without a tunnel. */
export async function addPlainRoutes(network: Network): Promise<void> {
  for (const node of nodes) {
    await network.ip(node, `route add ${podCidr[otherNode[node]]} via ${nodeAddress[otherNode[node]]} dev eth0`);
  }
}

/** Each node sends the Pods of the other one into a tunnel NIC that carries Ethernet, as flannel does it. */
export async function addOverlayRoutes(network: Network, nic: string, mtu: number): Promise<void> {
  for (const node of nodes) {
    const far = otherNode[node];
    await network.ip(node, [
      `link set ${nic} address ${vtepMac[node]} mtu ${mtu} up`,
      `addr add ${vtepAddress[node]}/32 dev ${nic}`,
      `route add ${podCidr[far]} via ${vtepAddress[far]} dev ${nic} onlink`,
      `neigh add ${vtepAddress[far]} lladdr ${vtepMac[far]} dev ${nic} nud permanent`,
    ]);
  }
}

/** Nodes put their own address in place of a Pod's towards anything but Pods. */
export async function addMasquerading(network: Network): Promise<void> {
  for (const node of nodes) {
    await network.nft(
      node,
      `table ip masquerading {
         chain leave {
           type nat hook postrouting priority 100;
           ip saddr ${clusterCidr} ip daddr != ${clusterCidr} masquerade
         }
       }\n`,
    );
  }
}

/** Captures are to hold the packets of the wire, not what a NIC would put together or take apart. */
export async function turnOffOffloads(network: Network): Promise<void> {
  const features = 'rx off tx off tso off gso off gro off';
  // Not every kind of NIC lets itself be told by ethtool.
  const one = `ethtool -K "$nic" ${features} || true; ip link set dev "$nic" gso_max_segs 1 || true`;
  const script = `for path in /sys/class/net/*; do nic=\${path##*/}; { ${one}; } >/dev/null 2>&1; done`;
  await Promise.all([...nodes, ...pods].map((name) => network.exec(name, ['sh', '-c', script])));
}

export const vtepMac: Readonly<Record<NodeName, string>> = { n1: '02:00:00:0e:01:00', n2: '02:00:00:0e:02:00' };
const vtepAddress: Readonly<Record<NodeName, string>> = { n1: '10.244.1.0', n2: '10.244.2.0' };

export function byPod<T>(value: (pod: PodName) => T): Readonly<Record<PodName, T>> {
  return { p1a: value('p1a'), p1b: value('p1b'), p2a: value('p2a'), p2b: value('p2b') };
}
