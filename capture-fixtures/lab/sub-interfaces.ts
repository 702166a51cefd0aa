import type { BuiltNetwork, CniLab } from './cni-lab.js';
import type { Network } from './network.js';
import { addNodes, byPod } from './parts.js';
import { flatNetwork, nodeOf, podMac, pods } from './plan.js';
import { at, pointsOfSubInterfaces } from './points.js';

/** Pods whose NICs are children of the node's, each with a MAC of its own (MACVlan and its like). */
export function subInterfaceLab(named: Pick<CniLab, 'id' | 'title' | 'row'>): CniLab {
  return {
    ...named,
    kernel: 'host',
    agent: { tap_mode: 1, tap_interface_regex: 'eth0' },
    points: pointsOfSubInterfaces(true),
    serviceAt: 'pod',
    variants: [
      {
        // The node's NIC then stands for one Pod's MAC, that of the last one: p1b is an end here.
        name: 'capture mode 0',
        span: 'same-node',
        set: { tap_mode: 0 },
        points: [at('s', 'n1', 'eth0')],
        verdict: 'fail',
        advice: 'virtual-mirror',
      },
      {
        // Neither end is the last Pod of its node.
        name: 'capture mode 0',
        span: 'cross-node',
        set: { tap_mode: 0 },
        points: [at('c-nd', 'n1', 'eth0'), at('s-nd', 'n2', 'eth0')],
        verdict: 'fail',
        advice: 'virtual-mirror',
      },
    ],
    build,
  };
}

async function build(network: Network): Promise<BuiltNetwork> {
  await addNodes(network);
  for (const pod of pods) {
    await network.ip(nodeOf[pod], [
      `link add link eth0 name sub${pod} address ${podMac[pod]} type macvlan mode bridge`,
      `link set sub${pod} netns ${network.systemName(pod)}`,
    ]);
    await network.ip(pod, [
      `link set sub${pod} name eth0`,
      `addr add ${flatNetwork[pod]}/24 dev eth0`,
      'link set eth0 up',
    ]);
  }
  return { addresses: flatNetwork, podNic: 'macvlan', hostNics: byPod(() => 'eth0'), nodeNics: ['eth0'] };
}
