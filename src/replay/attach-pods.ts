import { podsByAddress } from '../platform/node-view.js';
import { podKey, type Topology, type TopologyPod } from '../platform/topology.js';
import type { Senders } from './seen-pairs.js';

/** Farther apart, two captures' first packets of one sender are not the same packet (microseconds). */
const oneHop = 1000;

/** A veth end of which nobody says whose it is, and the Pods of its node that are senders there. */
interface OpenEnd {
  readonly nic: string;
  readonly pods: Map<TopologyPod, number>;
}

/**
 * The Pod behind each veth end, told by the captures themselves: the one Pod of the node that is a sender there. Where a
 * capture shows several, as between two Pods of one node, each packet passes its sender's own end first.
 */
export function attachBySenders(topology: Topology, senders: ReadonlyMap<string, Senders>): Topology {
  const byAddress = podsByAddress(topology);
  const hostNics = new Map<string, string>();
  for (const node of topology.nodes) {
    const open = node.nics
      .filter((nic) => nic.kind === 'pod-end')
      .map((nic): OpenEnd => {
        const pods = new Map<TopologyPod, number>();
        for (const [ip, first] of senders.get(`${node.name} ${nic.name}`) ?? []) {
          const pod = byAddress.get(ip);
          if (pod?.node === node.name) pods.set(pod, Math.min(pods.get(pod) ?? first, first));
        }
        return { nic: nic.name, pods };
      });
    for (const [pod, nic] of [...onlySenders(open), ...firstPassed(open)]) hostNics.set(podKey(pod), nic);
  }
  return {
    ...topology,
    pods: topology.pods.map((pod) => {
      const hostNic = hostNics.get(podKey(pod));
      if (hostNic === undefined) return pod;
      return {
        ...pod,
        nics: pod.nics.map((nic, i) =>
          i === 0 && nic.hostNic === null ? { ...nic, hostNic, kind: 'veth' as const } : nic,
        ),
      };
    }),
  };
}

/** Takes out of `open` what it finds. A Pod that has its end is none of those that the other ends are open between. */
function onlySenders(open: readonly OpenEnd[]): Map<TopologyPod, string> {
  const found = new Map<TopologyPod, string>();
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const { nic, pods } of open) {
      const [only] = pods.keys();
      if (only === undefined || pods.size !== 1) continue;
      found.set(only, nic);
      for (const other of open) other.pods.delete(only);
    }
  }
  return found;
}

/** Only where a second end saw the same packet right after, and no two Pods claim one end. */
function firstPassed(open: readonly OpenEnd[]): Map<TopologyPod, string> {
  const claims = new Map<string, TopologyPod[]>();
  for (const pod of new Set(open.flatMap(({ pods }) => [...pods.keys()]))) {
    const times = open.flatMap(({ nic, pods }) => {
      const time = pods.get(pod);
      return time === undefined ? [] : [{ nic, time }];
    });
    const [first, second] = times.sort((a, b) => a.time - b.time);
    if (first === undefined || second === undefined) continue;
    const gap = second.time - first.time;
    if (gap > 0 && gap <= oneHop) claims.set(first.nic, [...(claims.get(first.nic) ?? []), pod]);
  }
  return new Map(
    [...claims].flatMap(([nic, [only, another]]) =>
      only === undefined || another !== undefined ? [] : [[only, nic] as const],
    ),
  );
}

/** Veth ends of which neither the cluster, links files nor captures told whose they are, in words. */
export function openEnds({ nodes, pods }: Topology): string[] {
  const ends = new Set(pods.flatMap(({ node, nics }) => nics.map(({ hostNic }) => `${node} ${hostNic}`)));
  return nodes.flatMap(({ name, nics }) =>
    nics
      .filter((nic) => nic.kind === 'pod-end' && !ends.has(`${name} ${nic.name}`))
      .map((nic) => `${name} ${nic.name}: whose veth this is, is not known; a ${name}.links.json would tell`),
  );
}
