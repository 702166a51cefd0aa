import type { CniLab } from '../cni-lab.js';
import { addNodes, addPlainRoutes, addRoutedPods } from '../parts.js';
import { podNetwork } from '../plan.js';
import { pointsOfVeth } from '../points.js';
import { leavesOutPodNics } from '../variants.js';

export const calicoRouted: CniLab = {
  id: 'calico-routed',
  title: 'a route for each veth, plain routes between the nodes, Pod addresses as they are (Calico with BGP)',
  row: 'veth',
  kernel: 'host',
  points: pointsOfVeth({ nic: (pod) => `cali${pod}` }),
  serviceAt: 'node',
  variants: [leavesOutPodNics('same-node', [])],
  async build(network) {
    await addNodes(network);
    const hostNics = await addRoutedPods(network);
    await addPlainRoutes(network);
    return { addresses: podNetwork, podNic: 'veth', hostNics, nodeNics: ['eth0'] };
  },
};
