import { type BpfProgram, bpfTools, compileBpf } from '../bpf.js';
import type { BuiltNetwork, CniLab, LabFiles, LabVariant } from '../cni-lab.js';
import type { Network } from '../network.js';
import { addMasquerading, addNodes, addPlainRoutes, addVethPods } from '../parts.js';
import {
  type NodeName,
  nodeAddress,
  nodeOf,
  nodes,
  otherNode,
  podCidr,
  podGateway,
  podNetwork,
  pods,
  vethMac,
} from '../plan.js';
import {
  apartByMac,
  type LabPoint,
  type LabTunnel,
  type Points,
  pointsOfNodeNics,
  pointsOfVeth,
  refusedApart,
} from '../points.js';

const nic = (pod: string): string => `lxc${pod}`;
const tunnelNicIndex = 60;
/** The number that the programs put into the tunnel header; Cilium's is the identity of the sender. */
const tunnelId = 4242;
const defaultRegex = '^(tap.*|cali.*|veth.*|eth.*|en[osipx].*|lxc.*|lo|[0-9a-f]+_h)$';

interface CiliumWay {
  readonly id: string;
  readonly title: string;
  readonly kernel: CniLab['kernel'];
  /** Packets go into the Pod's own NIC past the root end of its veth. */
  readonly peer: boolean;
  readonly tunnel?: { readonly kind: 'vxlan' | 'geneve'; readonly port: number; readonly shown: LabTunnel };
  readonly variants: readonly LabVariant[];
}

function ciliumLab({ id, title, kernel, peer, tunnel, variants }: CiliumWay): CniLab {
  const programs = (['1', '2'] as const).map(
    (node): BpfProgram => ({
      source: 'cni/cilium.bpf.c',
      defined: { NODE: Number(node), PEER: peer ? 1 : 0, TUNNEL: tunnel === undefined ? 0 : tunnelNicIndex },
    }),
  );
  const decap = tunnel?.kind === 'geneve' ? { decap_type: [1, 2, 4] } : {};
  return {
    id,
    title,
    row: 'cilium',
    kernel,
    tools: bpfTools,
    programs,
    agent: { tap_interface_regex: 'eth0', ...decap },
    ...(tunnel === undefined ? { points: pointsOfNodeNics() } : pointsInTunnel(tunnel.shown)),
    serviceAt: 'pod',
    variants,
    build: (network, lab) => build(network, lab, programs, tunnel),
  };
}

function pointsInTunnel(shown: LabTunnel): Pick<CniLab, 'points' | 'refusedPoints' | 'masquerades'> {
  const whole = pointsOfNodeNics(shown, { masquerades: true });
  const each = (change: (points: readonly LabPoint[]) => readonly LabPoint[]): Points =>
    Object.fromEntries(Object.entries(whole).map(([span, points]) => [span, change(points)]));
  return { points: each(apartByMac), refusedPoints: each(refusedApart), masquerades: true };
}

async function build(
  network: Network,
  { program, objects }: LabFiles,
  programs: readonly BpfProgram[],
  tunnel: CiliumWay['tunnel'],
): Promise<BuiltNetwork> {
  await addNodes(network);
  const hostNics = await addVethPods(network, nic, 32, tunnel === undefined ? 1500 : 1450);
  for (const pod of pods) {
    const gateway = podGateway[nodeOf[pod]];
    await network.ip(pod, [
      `route add ${gateway} dev eth0 scope link`,
      `route add default via ${gateway} dev eth0`,
      // Cilium answers for the gateway itself.
      `neigh add ${gateway} lladdr ${vethMac[pod]} dev eth0 nud permanent`,
    ]);
    await network.ip(nodeOf[pod], `route add ${podNetwork[pod]}/32 dev ${hostNics[pod]}`);
  }
  if (tunnel === undefined) await addPlainRoutes(network);
  else await addTunnels(network, tunnel);
  for (const [i, node] of nodes.entries()) {
    const compiled = programs[i];
    if (compiled === undefined) continue;
    const object = await compileBpf(compiled, program, objects);
    const attach = async (to: string, section: string): Promise<void> => {
      await network.exec(node, `tc qdisc add dev ${to} clsact`);
      await network.exec(node, `tc filter add dev ${to} ingress bpf da obj ${object} sec ${section}`);
    };
    for (const pod of pods.filter((candidate) => nodeOf[candidate] === node)) {
      await attach(hostNics[pod], 'from_container');
    }
    await attach(tunnel === undefined ? 'eth0' : tunnelNic(tunnel), 'from_network');
  }
  const tunnelNics = tunnel === undefined ? [] : [tunnelNic(tunnel)];
  return { addresses: podNetwork, podNic: 'veth', hostNics, nodeNics: [...tunnelNics, 'eth0'] };
}

function tunnelNic({ kind }: NonNullable<CiliumWay['tunnel']>): string {
  return `cilium_${kind}`;
}

async function addTunnels(network: Network, tunnel: NonNullable<CiliumWay['tunnel']>): Promise<void> {
  const name = tunnelNic(tunnel);
  for (const node of nodes) {
    const mac = tunnelMac(node);
    const far = otherNode[node];
    const key = `encap ip id ${tunnelId} dst ${nodeAddress[far]} ttl 64`;
    await network.ip(node, [
      `link add ${name} index ${tunnelNicIndex} address ${mac} type ${tunnel.kind} external dstport ${tunnel.port}`,
      `link set ${name} mtu 1450 up`,
      `addr add ${podGateway[node]}/32 dev ${name}`,
      `neigh add ${podGateway[far]} lladdr ${tunnelMac(far)} dev ${name} nud permanent`,
      `route add ${podCidr[far]} ${key} via ${podGateway[far]} dev ${name} onlink`,
    ]);
  }
  await addMasquerading(network);
}

function tunnelMac(node: NodeName): string {
  return node === 'n1' ? '02:00:00:0d:01:00' : '02:00:00:0d:02:00';
}

const sameNode = pointsOfVeth({ nic })['same-node'] ?? [];
const crossNode = pointsOfVeth({ nic })['cross-node'] ?? [];

/** Each lxc NIC then shows what its own Pod sends, and nothing else. */
const oneWay: readonly LabVariant[] = (
  [
    ['same-node', sameNode],
    ['cross-node', crossNode],
  ] as const
).map(([span, points]) => ({
  name: 'lxc NICs are captured too',
  span,
  set: { tap_interface_regex: defaultRegex },
  points: points.map((point) =>
    point.tapSide === 'c'
      ? { ...point, directions: 'to-server' as const }
      : point.tapSide === 's'
        ? { ...point, directions: 'to-client' as const }
        : point,
  ),
  verdict: 'fail',
  advice: 'one-way-pod-nic',
}));

/** Nothing is wrong with them, except that the row has none. */
const bothWays: readonly LabVariant[] = (
  [
    ['same-node', sameNode],
    ['cross-node', crossNode],
  ] as const
).map(([span, points]) => ({
  name: 'lxc NICs are captured too',
  span,
  set: { tap_interface_regex: defaultRegex },
  points,
  verdict: 'fail',
  advice: null,
}));

export const ciliumPeer = ciliumLab({
  id: 'cilium-peer',
  title: 'eBPF that hands packets to the Pod’s own NIC, past the root end of its veth (Cilium, eBPF host routing)',
  kernel: 'host',
  peer: true,
  variants: oneWay,
});

export const ciliumRedirect = ciliumLab({
  id: 'cilium-redirect',
  title: 'eBPF that sends packets out of the root end of the Pod’s veth (Cilium without the redirect to the peer)',
  kernel: 'host',
  peer: false,
  variants: bothWays,
});

export const ciliumVxlan = ciliumLab({
  id: 'cilium-vxlan',
  title: 'eBPF that hands packets to the Pod’s own NIC, VXLAN on UDP 8472 between the nodes (Cilium, tunnelling)',
  kernel: 'host',
  peer: true,
  tunnel: { kind: 'vxlan', port: 8472, shown: { type: 'VXLAN', id: tunnelId } },
  variants: [
    {
      name: 'VXLAN is not taken off',
      span: 'cross-node',
      set: { decap_type: [2] },
      points: [],
      verdict: 'fail',
      advice: 'vxlan-not-decapsulated',
    },
  ],
});

export const ciliumGeneve = ciliumLab({
  id: 'cilium-geneve',
  title: 'eBPF that hands packets to the Pod’s own NIC, Geneve on UDP 6081 between the nodes (Cilium, tunnelling)',
  kernel: 'guest',
  peer: true,
  tunnel: { kind: 'geneve', port: 6081, shown: { type: 'Geneve', id: tunnelId } },
  variants: [
    {
      name: 'Geneve is not taken off',
      span: 'cross-node',
      set: { decap_type: [1, 2] },
      points: [],
      verdict: 'fail',
      advice: 'geneve-not-decapsulated',
    },
  ],
});
