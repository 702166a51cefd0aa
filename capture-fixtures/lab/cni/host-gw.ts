import type { CniLab } from '../cni-lab.js';
import { addBridgedPods, addMasquerading, addNodes, addPlainRoutes } from '../parts.js';
import { podNetwork } from '../plan.js';
import { at, pointsOfVeth } from '../points.js';
import { leavesOutPodNics } from '../variants.js';

export const hostGw: CniLab = {
  id: 'host-gw',
  title: 'veth ends in a bridge, plain routes between the nodes (flannel host-gw)',
  row: 'veth',
  kernel: 'host',
  points: pointsOfVeth({ nic: (pod) => `veth${pod}`, masquerades: true }),
  serviceAt: 'node',
  masquerades: true,
  advice: { 'pod-to-node': ['client-behind-gateway'] },
  variants: [leavesOutPodNics('cross-node', [at('c-nd', 'n1', 'eth0'), at('s-nd', 'n2', 'eth0')])],
  async build(network) {
    await addNodes(network);
    const hostNics = await addBridgedPods(network);
    await addPlainRoutes(network);
    await addMasquerading(network);
    return { addresses: podNetwork, podNic: 'veth', hostNics, nodeNics: ['cni0', 'eth0'] };
  },
};
