import type { CniLab } from '../cni-lab.js';
import { addNodes, byPod } from '../parts.js';
import { nodeAddress, nodeOf, nodes, otherNode, type PodName, podMac, podNetwork, pods, vethMac } from '../plan.js';
import { at, type LabPoint } from '../points.js';

const nic = (pod: string): string => `veth${pod}`;

interface Vpc {
  readonly name: string;
  readonly vni: number;
  readonly pods: readonly PodName[];
}

const vpcs: readonly Vpc[] = [
  { name: 'blue', vni: 101, pods: ['p1a', 'p2a'] },
  { name: 'green', vni: 102, pods: ['p1b', 'p2b'] },
];

/** Pods of both VPCs have the addresses of the first one's. */
const addresses: Readonly<Record<PodName, string>> = {
  ...podNetwork,
  p1b: podNetwork.p1a,
  p2b: podNetwork.p2a,
};

function across(client: PodName, server: PodName, vni: number): readonly LabPoint[] {
  const tunnel = { type: 'VXLAN', id: vni } as const;
  return [
    at('c', 'n1', nic(client)),
    at('c-nd', 'n1', 'eth0', { tunnel }),
    at('s-nd', 'n2', 'eth0', { tunnel }),
    at('s', 'n2', nic(server)),
  ];
}

const oneEach = 'each VPC has one Pod on each node';

export const twoVpcs: CniLab = {
  id: 'two-vpcs',
  title: 'two VPCs whose Pods have the same addresses, each with a bridge and a VXLAN of its own',
  row: 'veth',
  kernel: 'host',
  points: { 'cross-node': across('p1a', 'p2a', 101) },
  second: 'vpc',
  secondPoints: { 'cross-node': across('p1b', 'p2b', 102) },
  without: {
    'same-node': oneEach,
    'pod-to-service': 'a Service would have to belong to one of them',
    'pod-to-node': 'no node is part of a VPC',
    'node-to-pod': 'no node is part of a VPC',
  },
  serviceAt: 'node',
  async build(network) {
    await addNodes(network);
    for (const pod of pods) {
      await network.addVeth(
        { namespace: nodeOf[pod], nic: nic(pod), mac: vethMac[pod] },
        { namespace: pod, nic: 'eth0', mac: podMac[pod] },
      );
      await network.ip(pod, [`addr add ${addresses[pod]}/16 dev eth0`, 'link set eth0 up mtu 1450']);
    }
    for (const node of nodes) {
      for (const { name, vni, pods: members } of vpcs) {
        const ends = members.filter((pod) => nodeOf[pod] === node).map(nic);
        const remote = `local ${nodeAddress[node]} remote ${nodeAddress[otherNode[node]]}`;
        await network.ip(node, [
          `link add br-${name} type bridge`,
          `link add vxlan-${name} type vxlan id ${vni} ${remote} dev eth0 dstport 4789`,
          ...[...ends, `vxlan-${name}`].flatMap((one) => [`link set ${one} master br-${name}`, `link set ${one} up`]),
          `link set br-${name} up`,
        ]);
      }
    }
    return {
      addresses,
      vpcs: byPod((pod) => vpcs.find(({ pods: members }) => members.includes(pod))?.name ?? ''),
      podNic: 'veth',
      hostNics: byPod(nic),
      nodeNics: ['eth0'],
    };
  },
};
