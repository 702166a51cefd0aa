import type { BuiltNetwork } from './cni-lab.js';
import type { Network } from './network.js';
import { addNodes, addPlainRoutes, byPod } from './parts.js';
import { flatNetwork, nodeOf, podNetwork, pods } from './plan.js';

/** Pods whose NICs are children of the node's and have its MAC. */
export async function buildIpvlan(network: Network, mode: 'l2' | 'l3' | 'l3s'): Promise<BuiltNetwork> {
  const addresses = mode === 'l2' ? flatNetwork : podNetwork;
  await addNodes(network);
  for (const pod of pods) {
    await network.ip(nodeOf[pod], [
      `link add link eth0 name sub${pod} type ipvlan mode ${mode}`,
      `link set sub${pod} netns ${network.systemName(pod)}`,
    ]);
    await network.ip(pod, [
      `link set sub${pod} name eth0`,
      `addr add ${addresses[pod]}/24 dev eth0`,
      'link set eth0 up',
      ...(mode === 'l2' ? [] : ['route add default dev eth0']),
    ]);
  }
  if (mode !== 'l2') await addPlainRoutes(network);
  return { addresses, podNic: 'ipvlan', hostNics: byPod(() => 'eth0'), nodeNics: ['eth0'] };
}
