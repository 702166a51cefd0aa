import type { CniLab } from '../cni-lab.js';
import { addBridgedPods, addNodes, addPlainRoutes } from '../parts.js';
import {
  nodeAddress6,
  nodeOf,
  nodes,
  otherNode,
  podCidr6,
  podGateway6,
  podNetwork,
  podNetwork6,
  pods,
} from '../plan.js';
import { pointsOfVeth } from '../points.js';

export const dualStack: CniLab = {
  id: 'dual-stack',
  title: 'veth ends in a bridge, plain routes between the nodes, IPv4 and IPv6',
  row: 'veth',
  kernel: 'host',
  points: pointsOfVeth({ nic: (pod) => `veth${pod}` }),
  serviceAt: 'node',
  second: 'ipv6',
  async build(network) {
    await addNodes(network, { ipv6: true });
    const hostNics = await addBridgedPods(network);
    await addPlainRoutes(network);
    for (const node of nodes) {
      const far = otherNode[node];
      await network.ip(node, [
        `addr add ${nodeAddress6[node]}/64 dev eth0 nodad`,
        `addr add ${podGateway6[node]}/64 dev cni0 nodad`,
        `route add ${podCidr6[far]} via ${nodeAddress6[far]} dev eth0`,
      ]);
    }
    for (const pod of pods) {
      await network.ip(pod, [
        `addr add ${podNetwork6[pod]}/64 dev eth0 nodad`,
        `route add ::/0 via ${podGateway6[nodeOf[pod]]}`,
      ]);
    }
    return {
      addresses: podNetwork,
      addresses6: podNetwork6,
      podNic: 'veth',
      hostNics,
      nodeNics: ['cni0', 'eth0'],
    };
  },
};
