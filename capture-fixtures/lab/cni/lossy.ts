import type { CniLab } from '../cni-lab.js';
import { addBridgedPods, addNodes, addPlainRoutes } from '../parts.js';
import { podNetwork, spans } from '../plan.js';
import { pointsOfVeth } from '../points.js';
import { lossyClientPort } from '../traffic.js';

const nic = (pod: string): string => `veth${pod}`;
const { 'same-node': sameNode = [], 'cross-node': crossNode = [] } = pointsOfVeth({ nic });
const otherwise = 'as host-gw';
const first = Array.from({ length: 16 }, () => '0').join(' ');

/** Between the node's NIC and the client's, a large answer loses segments and gets them in another order. */
export const lossy: CniLab = {
  id: 'lossy',
  title: 'as host-gw, with netem before the client’s NIC: segments of the large answer are lost and reordered',
  row: 'veth',
  kernel: 'guest',
  points: { 'same-node': sameNode, 'cross-node': crossNode },
  without: { 'pod-to-service': otherwise, 'pod-to-node': otherwise, 'node-to-pod': otherwise },
  serviceAt: 'node',
  async build(network) {
    await addNodes(network);
    const hostNics = await addBridgedPods(network);
    await addPlainRoutes(network);
    const client = nic('p1a');
    await network.exec('n1', `tc qdisc add dev ${client} root handle 1: prio bands 4 priomap ${first}`);
    await network.exec(
      'n1',
      `tc qdisc add dev ${client} parent 1:4 handle 40: netem delay 10ms 5ms loss 8% reorder 25% 50%`,
    );
    for (const span of spans) {
      const match = `match ip dport ${lossyClientPort(span)} 0xffff`;
      await network.exec('n1', `tc filter add dev ${client} parent 1: protocol ip u32 ${match} flowid 1:4`);
    }
    return { addresses: podNetwork, podNic: 'veth', hostNics, nodeNics: ['cni0', 'eth0'] };
  },
};
