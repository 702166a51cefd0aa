import type { IpText } from './ip.js';
import { formatMac, isGroupMac, type Mac, zeroMac } from './mac.js';
import { macsOfNodes, podBehind, podsByAddress } from './node-view.js';
import { learnt } from './origin.js';
import type { PodNic, Topology, TopologyNode, TopologyPod } from './topology.js';

/** A (MAC, address) pair that a capture shows. */
export interface SeenPair {
  readonly mac: Mac;
  readonly ip: IpText;
  /** `arp`, `nd`: sender of ARP or neighbour discovery. `source`: source of IP packets outside of tunnels. */
  readonly via: 'arp' | 'nd' | 'source';
  readonly node: string;
  readonly nic: string;
  /** The Pod (`namespace/name`) whose network namespace the capture was taken in; null for the root namespace. */
  readonly insidePod: string | null;
  readonly packets: number;
}

/** A pair that taught nothing although it names a known address. */
export interface RefusedPair {
  readonly pair: SeenPair;
  readonly why: string;
}

export interface Learning {
  readonly topology: Topology;
  readonly refused: readonly RefusedPair[];
}

/**
 * Fills the MACs that a topology lacks from what captures show. Nodes learn first, so that no Pod is taught a node's
 * MAC: on a routed network a node answers for its Pods, and its frames carry their addresses.
 */
export function learnMacs(topology: Topology, pairs: readonly SeenPair[], ipvlan: boolean): Learning {
  const usable = pairs.filter(({ mac }) => mac !== zeroMac && !isGroupMac(mac));
  const withNodes: Topology = { ...topology, nodes: topology.nodes.map((node) => learnNode(node, usable)) };
  const nodeMacs = macsOfNodes(withNodes);
  const answering = claimsByMac(withNodes, usable);
  const refused: RefusedPair[] = [];
  const pods = withNodes.pods.map((pod) => ({
    ...pod,
    nics: pod.nics.map((nic) => {
      if (nic.mac !== null) return nic;
      const parentMac = ipvlan || nic.kind === 'ipvlan';
      const fits: SeenPair[] = [];
      for (const pair of usable) {
        if (!nic.ips.includes(pair.ip) || !isWitness(withNodes, pod, pair)) continue;
        const why = parentMac ? null : objection(pair, nodeMacs, answering, isOwnNic(withNodes, pod, pair));
        if (why === null) fits.push(pair);
        else refused.push({ pair, why });
      }
      return learnNic(nic, withNodes, pod, fits);
    }),
  }));
  return { topology: { ...withNodes, pods }, refused };
}

function learnNode(node: TopologyNode, pairs: readonly SeenPair[]): TopologyNode {
  const physical = node.nics.filter((nic) => nic.kind === 'physical');
  const nics = node.nics.map((nic) => {
    if (nic.mac !== null || nic.kind !== 'physical') return nic;
    // An address that no NIC is known to have can only teach where there is one NIC to have it.
    const ips = physical.length === 1 ? [...nic.ips, ...node.addresses] : nic.ips;
    const best = strongest(
      pairs.filter((pair) => ips.includes(pair.ip) && (pair.via !== 'source' || isOn(pair, node.name, nic.name))),
      (pair) => (isOn(pair, node.name, nic.name) ? 2 : 1),
    );
    return best === null ? nic : { ...nic, mac: learnt(best.mac, evidenceOf(best)) };
  });
  return { ...node, nics };
}

function learnNic(nic: PodNic, topology: Topology, pod: TopologyPod, fits: readonly SeenPair[]): PodNic {
  const best = strongest(fits, (pair) => (isOwnNic(topology, pod, pair) ? 2 : 1));
  return best === null ? nic : { ...nic, mac: learnt(best.mac, evidenceOf(best)) };
}

function objection(
  pair: SeenPair,
  nodeMacs: ReadonlyMap<Mac, string>,
  claims: ReadonlyMap<Mac, number>,
  ownNic: boolean,
): string | null {
  const owner = nodeMacs.get(pair.mac);
  if (owner !== undefined)
    return `${formatMac(pair.mac)} belongs to node ${owner}, which routes or answers for ${pair.ip}`;
  const addresses = claims.get(pair.mac) ?? 0;
  if (!ownNic && addresses > 1) return `${formatMac(pair.mac)} answers for ${addresses} Pods: a proxy, not a Pod's NIC`;
  return null;
}

/** Pods that each MAC claims to be, outside of those Pods' own NICs. */
function claimsByMac(topology: Topology, pairs: readonly SeenPair[]): ReadonlyMap<Mac, number> {
  const pods = podsByAddress(topology);
  const claimed = new Map<Mac, Set<TopologyPod>>();
  for (const pair of pairs) {
    const pod = pods.get(pair.ip);
    if (pod === undefined || pair.via === 'source') continue;
    const set = claimed.get(pair.mac) ?? new Set();
    claimed.set(pair.mac, set.add(pod));
  }
  return new Map([...claimed].map(([mac, set]) => [mac, set.size]));
}

/** ARP and neighbour discovery are believed anywhere, sources of packets only on the Pod's own NIC. */
function isWitness(topology: Topology, pod: TopologyPod, pair: SeenPair): boolean {
  return pair.via !== 'source' || isOwnNic(topology, pod, pair);
}

function isOwnNic(topology: Topology, pod: TopologyPod, pair: SeenPair): boolean {
  if (pair.insidePod !== null) return pair.insidePod === `${pod.namespace}/${pod.name}`;
  return pair.node === pod.node && podBehind(topology, pair.node, pair.nic) === pod;
}

function isOn(pair: SeenPair, node: string, nic: string): boolean {
  return pair.insidePod === null && pair.node === node && pair.nic === nic;
}

/** Highest rank, then most packets, then the lowest MAC, so that the order of captures does not matter. */
function strongest(pairs: readonly SeenPair[], rank: (pair: SeenPair) => number): SeenPair | null {
  const sorted = [...pairs].sort((a, b) => rank(b) - rank(a) || b.packets - a.packets || a.mac - b.mac);
  return sorted[0] ?? null;
}

function evidenceOf(pair: SeenPair): string {
  const place = pair.insidePod === null ? `${pair.node} ${pair.nic}` : `inside Pod ${pair.insidePod}`;
  const what = { arp: 'ARP sender', nd: 'neighbour discovery sender', source: 'source of packets' }[pair.via];
  return `${what} ${formatMac(pair.mac)} ${pair.ip}, ${place}, ${pair.packets} packet${pair.packets === 1 ? '' : 's'}`;
}
