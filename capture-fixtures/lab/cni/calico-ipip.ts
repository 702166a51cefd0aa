import type { CniLab } from '../cni-lab.js';
import { addMasquerading, addNodes, addRoutedPods } from '../parts.js';
import { nodeAddress, nodes, otherNode, podCidr, podGateway, podNetwork } from '../plan.js';
import { at, pointsOfVeth } from '../points.js';

const nic = (pod: string): string => `cali${pod}`;

export const calicoIpip: CniLab = {
  id: 'calico-ipip',
  title: 'a route for each veth, IP in IP between the nodes (Calico IPIP)',
  row: 'veth',
  kernel: 'guest',
  points: pointsOfVeth({ nic, tunnel: { type: 'IPIP', id: 0 }, masquerades: true }),
  serviceAt: 'node',
  masquerades: true,
  advice: { 'pod-to-node': ['client-behind-gateway'] },
  variants: [
    {
      name: 'IP in IP is not taken off',
      span: 'cross-node',
      set: { decap_type: [1] },
      points: [at('c', 'n1', nic('p1a')), at('s', 'n2', nic('p2a'))],
      verdict: 'fail',
      advice: 'ipip-not-decapsulated',
    },
  ],
  async build(network) {
    await addNodes(network);
    const hostNics = await addRoutedPods(network, 1480);
    for (const node of nodes) {
      const far = otherNode[node];
      // The kernel makes tunl0 by itself in each namespace once its module is there.
      await network.ip(node, 'link set tunl0 up mtu 1480').catch(async () => {
        await network.ip(node, 'link add tunl0 type ipip');
        await network.ip(node, 'link set tunl0 up mtu 1480');
      });
      await network.ip(node, `addr add ${podGateway[node]}/32 dev tunl0`);
      await network.ip(node, `route add ${podCidr[far]} via ${nodeAddress[far]} dev tunl0 onlink`);
    }
    await addMasquerading(network);
    return { addresses: podNetwork, podNic: 'veth', hostNics, nodeNics: ['tunl0', 'eth0'] };
  },
};
