import type { CniLab } from '../cni-lab.js';
import { addBridgedPods, addMasquerading, addNodes, addOverlayRoutes, vtepMac } from '../parts.js';
import { nodeAddress, nodes, otherNode, podNetwork } from '../plan.js';
import { at, pointsOfVeth } from '../points.js';
import { leavesOutPodNics } from '../variants.js';

const nic = (pod: string): string => `veth${pod}`;

export const flannelVxlan: CniLab = {
  id: 'flannel-vxlan',
  title: 'veth ends in a bridge, VXLAN on UDP 8472 between the nodes (flannel)',
  row: 'veth',
  kernel: 'host',
  points: pointsOfVeth({ nic, tunnel: { type: 'VXLAN', id: 1 }, masquerades: true }),
  serviceAt: 'node',
  masquerades: true,
  advice: { 'pod-to-node': ['client-behind-gateway'] },
  variants: [
    {
      name: 'VXLAN is not taken off',
      span: 'cross-node',
      set: { decap_type: [2] },
      points: [at('c', 'n1', nic('p1a')), at('s', 'n2', nic('p2a'))],
      verdict: 'fail',
      advice: 'vxlan-not-decapsulated',
    },
    leavesOutPodNics('same-node', []),
  ],
  async build(network) {
    await addNodes(network);
    const hostNics = await addBridgedPods(network, 1450);
    for (const node of nodes) {
      const vxlan = `vxlan id 1 local ${nodeAddress[node]} dev eth0 dstport 8472 nolearning`;
      await network.ip(node, `link add flannel.1 type ${vxlan}`);
    }
    await addOverlayRoutes(network, 'flannel.1', 1450);
    for (const node of nodes) {
      const far = otherNode[node];
      await network.exec(node, `bridge fdb append ${vtepMac[far]} dev flannel.1 dst ${nodeAddress[far]}`);
    }
    await addMasquerading(network);
    return { addresses: podNetwork, podNic: 'veth', hostNics, nodeNics: ['cni0', 'flannel.1', 'eth0'] };
  },
};
