import type { CniLab } from '../cni-lab.js';
import { addBridgedPods, addMasquerading, addNodes, addOverlayRoutes } from '../parts.js';
import { nodeAddress, nodes, otherNode, podNetwork } from '../plan.js';
import { at, pointsOfVeth } from '../points.js';

const nic = (pod: string): string => `veth${pod}`;

export const gre: CniLab = {
  id: 'gre',
  title: 'veth ends in a bridge, Ethernet in GRE between the nodes',
  row: 'veth',
  kernel: 'guest',
  // What is trimmed leaves no tunnel behind: frames count as if they had been on the wire without it.
  agent: { 'trim-tunnel-types': ['TEB'] },
  points: pointsOfVeth({ nic, masquerades: true }),
  serviceAt: 'node',
  masquerades: true,
  advice: { 'pod-to-node': ['client-behind-gateway'] },
  variants: [
    {
      name: 'the tunnel is not taken off, as in DeepFlow’s public edition',
      span: 'cross-node',
      set: { 'trim-tunnel-types': [] },
      points: [at('c', 'n1', nic('p1a')), at('s', 'n2', nic('p2a'))],
      verdict: 'fail',
      advice: 'teb-not-decapsulated',
    },
  ],
  async build(network) {
    await addNodes(network);
    const hostNics = await addBridgedPods(network, 1450);
    for (const node of nodes) {
      const ends = `local ${nodeAddress[node]} remote ${nodeAddress[otherNode[node]]}`;
      await network.ip(node, `link add gre1 type gretap ${ends} key 1`);
    }
    await addOverlayRoutes(network, 'gre1', 1450);
    await addMasquerading(network);
    return { addresses: podNetwork, podNic: 'veth', hostNics, nodeNics: ['cni0', 'gre1', 'eth0'] };
  },
};
