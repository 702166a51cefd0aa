import type { CniId, MatrixCell, MatrixRow, PositionExpectation, Requirement, Variant } from './matrix-cell.js';
import type { TapSide } from './observation-point.js';

/** What DeepFlow sees of Pod-to-Pod traffic, network by network, where each is configured as its row requires. */

const bothWays = (nic: string): PositionExpectation => ({ nic, directions: 'both', shared: false });
const vethEnd = bothWays('the root end of each Pod’s veth');
const nodeEth = bothWays('the physical NIC of each node');

/** Without Pod MACs in the platform data neither MAC nor address of a Pod is local. */
const noPodMac = 'DeepFlow knows no MAC of the Pods, so that no address of theirs is local';
const tunnelKnown = 'the tunnel itself shows that the node is one end';

function always(why: string, ...tapSides: TapSide[]): readonly Variant[] {
  return [{ tapSides, why }];
}

/** The same set for both kinds of platform data that lack the Pods' MACs. */
function withoutMacs(variants: readonly Variant[]): { kubernetes: readonly Variant[]; none: readonly Variant[] } {
  return { kubernetes: variants, none: variants };
}

const restOnly = withoutMacs(always(noPodMac, 'c-p', 'rest', 's-p'));
const syscallsOnly = always('no packet of it passes a NIC that is captured', 'c-p', 's-p');
const restUnlessTunnelled = withoutMacs([
  { when: { tunnelled: true }, tapSides: ['c-p', 'c-nd', 'rest', 's-nd', 's-p'], why: `${noPodMac}; ${tunnelKnown}` },
  { tapSides: ['c-p', 'rest', 's-p'], why: noPodMac },
]);
const nodesUnlessRouted = withoutMacs([
  { when: { tunnelled: true }, tapSides: ['c-p', 'c-nd', 's-nd', 's-p'], why: `${noPodMac}; ${tunnelKnown}` },
  { tapSides: ['c-p', 'rest', 's-p'], why: noPodMac },
]);

const everywhere: Requirement = { captureModes: [0], captures: ['pod-nic', 'node-nic'], leavesOut: [], decap: [] };
// On a Node NIC whose frames carry the node's own MAC both modes find the same ends.
const nodeNicsOnly: Requirement = { captureModes: [0, 1], captures: ['node-nic'], leavesOut: ['pod-nic'], decap: [] };
const mirrored: Requirement = { captureModes: [1], captures: ['node-nic'], leavesOut: [], decap: [] };

const pairSameNode: MatrixCell = {
  syscall: true,
  podNic: vethEnd,
  nodeNic: null,
  tapSides: { reported: always('each veth end stands for its Pod', 'c-p', 'c', 's', 's-p'), ...restOnly },
};

const pairCrossNode: MatrixCell = {
  syscall: true,
  podNic: vethEnd,
  nodeNic: nodeEth,
  tapSides: {
    reported: always('Pod NICs and Node NICs both see it', 'c-p', 'c', 'c-nd', 's-nd', 's', 's-p'),
    ...restUnlessTunnelled,
  },
};

const hiddenSameNode: MatrixCell = {
  syscall: true,
  podNic: null,
  nodeNic: null,
  tapSides: { reported: syscallsOnly, kubernetes: syscallsOnly, none: syscallsOnly },
};

const nodeNicCrossNode: MatrixCell = {
  syscall: true,
  podNic: null,
  nodeNic: nodeEth,
  tapSides: {
    reported: always('the node routes or tunnels for its Pod', 'c-p', 'c-nd', 's-nd', 's-p'),
    ...nodesUnlessRouted,
  },
};

const ipvlanCrossNode: MatrixCell = {
  syscall: true,
  podNic: null,
  nodeNic: nodeEth,
  tapSides: {
    reported: [
      {
        when: { podMacIsNodes: true },
        tapSides: ['c-p', 'c', 's', 's-p'],
        why: 'the Pod’s NIC is reported with the node’s MAC, so that this MAC and the Pod’s address are an endpoint',
      },
      {
        tapSides: ['c-p', 'c-nd', 's-nd', 's-p'],
        why: 'the Pod’s NIC is reported under another MAC than the frames carry: the node routes for a local address',
      },
    ],
    kubernetes: always('DeepFlow does not know the MAC of the Pod’s NIC', 'c-p', 'rest', 's-p'),
    none: always('DeepFlow does not know the address of the Pod', 'c-p', 'rest', 's-p'),
  },
};

const oneWay: PositionExpectation = { nic: 'the root end of each Pod’s veth (lxc)', directions: 'one', shared: false };

const mirroredPodNic = (shared: boolean): PositionExpectation => ({
  nic: 'the physical NIC of each node, which carries all frames of the Pods',
  directions: 'both',
  shared,
});

const macvlanCells = {
  sameNode: {
    syscall: true,
    podNic: mirroredPodNic(true),
    nodeNic: null,
    tapSides: {
      reported: always('both MACs are local: one packet is counted for either Pod', 'c-p', 'c', 's', 's-p'),
      ...restOnly,
    },
  },
  crossNode: {
    syscall: true,
    podNic: mirroredPodNic(false),
    nodeNic: null,
    tapSides: { reported: always('the Pod’s own MAC is on the wire', 'c-p', 'c', 's', 's-p'), ...restOnly },
  },
} satisfies Pick<MatrixRow, 'sameNode' | 'crossNode'>;

const underlayCrossNode: MatrixCell = {
  syscall: true,
  podNic: vethEnd,
  nodeNic: nodeEth,
  tapSides: {
    reported: always('the Pod’s own MAC is on the wire, and local', 'c-p', 'c', 'c-nd', 's-nd', 's', 's-p'),
    ...restOnly,
  },
};

/** Terway mixes both: its IPVlan mode has the cells of IPVlan, its eBPF mode those of Cilium. */
const terwayCrossNode: MatrixCell = {
  ...nodeNicCrossNode,
  tapSides: {
    reported: [
      ...ipvlanCrossNode.tapSides.reported.map((variant) => ({ ...variant, when: { ...variant.when, ipvlan: true } })),
      ...nodeNicCrossNode.tapSides.reported,
    ],
    kubernetes: nodeNicCrossNode.tapSides.kubernetes,
    none: nodeNicCrossNode.tapSides.none,
  },
};

export const matrix: readonly MatrixRow[] = [
  {
    cni: 'veth',
    title: 'veth pairs, bridged or routed (Flannel, Calico, host-gw and the like)',
    requires: everywhere,
    sameNode: pairSameNode,
    crossNode: pairCrossNode,
  },
  {
    cni: 'cilium',
    title: 'Cilium, Node NICs captured',
    requires: nodeNicsOnly,
    sameNode: hiddenSameNode,
    crossNode: nodeNicCrossNode,
  },
  {
    cni: 'cilium-default-regex',
    title: 'Cilium, lxc NICs captured too: each shows what its Pod sends',
    requires: everywhere,
    sameNode: { ...pairSameNode, podNic: oneWay },
    crossNode: { ...pairCrossNode, podNic: oneWay },
  },
  { cni: 'macvlan', title: 'MACVlan, virtual mirror', requires: mirrored, ...macvlanCells },
  { cni: 'cce-turbo', title: 'Huawei Cloud CCE Turbo, virtual mirror', requires: mirrored, ...macvlanCells },
  {
    cni: 'ipvlan',
    title: 'IPVlan, Node NICs captured',
    requires: { ...nodeNicsOnly, leavesOut: [] },
    sameNode: hiddenSameNode,
    crossNode: ipvlanCrossNode,
  },
  {
    cni: 'terway',
    title: 'Alibaba Cloud Terway, Node NICs captured',
    requires: nodeNicsOnly,
    sameNode: hiddenSameNode,
    crossNode: terwayCrossNode,
  },
  {
    cni: 'kube-ovn-vxlan',
    title: 'Kube-OVN over VXLAN',
    requires: { ...everywhere, decap: [1] },
    sameNode: pairSameNode,
    crossNode: pairCrossNode,
  },
  {
    cni: 'kube-ovn-geneve',
    title: 'Kube-OVN over Geneve, decapsulation added',
    requires: { ...everywhere, decap: [4] },
    sameNode: pairSameNode,
    crossNode: pairCrossNode,
  },
  {
    cni: 'kube-ovn-underlay',
    title: 'Kube-OVN underlay, or a bridge with Pod MACs on the wire',
    requires: everywhere,
    sameNode: pairSameNode,
    crossNode: underlayCrossNode,
  },
];

export function matrixRow(cni: CniId): MatrixRow {
  const row = matrix.find((candidate) => candidate.cni === cni);
  if (row === undefined) throw new RangeError(`the matrix has no row ${cni}`);
  return row;
}
