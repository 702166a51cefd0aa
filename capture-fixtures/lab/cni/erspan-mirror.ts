import type { CniLab } from '../cni-lab.js';
import { addBridgedPods, addNodes, addPlainRoutes } from '../parts.js';
import { type NodeName, nodeOf, nodes, podNetwork, pods } from '../plan.js';
import { pointsOfVeth } from '../points.js';

const nic = (pod: string): string => `veth${pod}`;
const session: Readonly<Record<NodeName, number>> = { n1: 101, n2: 102 };
const collector = 'collector';

/** The mirror goes out at a NIC that the agents do not capture: what they see is as without it. */
export const erspanMirror: CniLab = {
  id: 'erspan-mirror',
  title: 'as host-gw, all that the Pods’ NICs see mirrored in ERSPAN type II to a collector',
  row: 'veth',
  kernel: 'guest',
  points: pointsOfVeth({ nic }),
  serviceAt: 'node',
  async build(network) {
    await addNodes(network);
    const hostNics = await addBridgedPods(network);
    await addPlainRoutes(network);
    await network.addNamespaces([collector]);
    for (const [i, node] of nodes.entries()) {
      await network.addVeth(
        { namespace: node, nic: 'mgmt', mac: `02:00:00:0b:0${i + 1}:00` },
        { namespace: collector, nic: node, mac: `02:00:00:0b:0${i + 1}:fe` },
      );
      await network.ip(collector, [`addr add 10.20.${i + 1}.254/24 dev ${node}`, `link set ${node} up`]);
      await network.ip(node, [
        `addr add 10.20.${i + 1}.1/24 dev mgmt`,
        'link set mgmt up',
        `link add mirror type erspan seq key ${session[node]} local 10.20.${i + 1}.1 remote 10.20.${i + 1}.254 erspan_ver 1 erspan ${i + 1}`,
        'link set mirror up',
      ]);
    }
    // It would tell the sender of every mirrored packet that it speaks no GRE.
    await network.nft(
      collector,
      'table ip silent {\nchain in {\ntype filter hook input priority 0;\nip protocol gre drop\n}\n}\n',
    );
    for (const pod of pods) {
      const node = nodeOf[pod];
      await network.exec(node, `tc qdisc add dev ${nic(pod)} clsact`);
      for (const direction of ['ingress', 'egress']) {
        await network.exec(
          node,
          `tc filter add dev ${nic(pod)} ${direction} matchall action mirred egress mirror dev mirror`,
        );
      }
    }
    return { addresses: podNetwork, podNic: 'veth', hostNics, nodeNics: ['cni0', 'mgmt', 'eth0'] };
  },
};
