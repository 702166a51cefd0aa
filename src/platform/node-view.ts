import type { IpText } from './ip.js';
import type { KnownPlatform, MacIpPair, PlatformInterface } from './known-platform.js';
import { type Mac, zeroMac } from './mac.js';
import { podKey, type Topology, type TopologyNode, type TopologyPod } from './topology.js';

/** What the agent of one node is told by its controller and finds on its host. */
export interface NodeView {
  readonly node: string;
  /** MACs of this node's physical NICs and of its Pods, unless the site gives the set. */
  readonly localSegments: ReadonlySet<Mac>;
  /** MACs of all other nodes and their Pods, unless the site gives the set. */
  readonly remoteSegments: ReadonlySet<Mac>;
  /** Pairs that give `l3_end`: those of the platform, and those of the node's own NICs. */
  readonly pairs: readonly MacIpPair[];
  /** The interface's MAC is in this node's local segments. */
  isLocal(entry: PlatformInterface): boolean;
}

export function nodeView(topology: Topology, platform: KnownPlatform, nodeName: string): NodeView {
  const node = topology.nodes.find((candidate) => candidate.name === nodeName);
  const localSegments = new Set(node?.localSegments ?? macsWhere(platform, (entry) => entry.node === nodeName));
  const remoteSegments = new Set(node?.remoteSegments ?? macsWhere(platform, (entry) => entry.node !== nodeName));
  return {
    node: nodeName,
    localSegments,
    remoteSegments,
    pairs: pairsOf(platform, node),
    isLocal: (entry) => entry.mac !== zeroMac && localSegments.has(entry.mac),
  };
}

/**
 * The MAC that capture mode 0 compares a frame with on one NIC: the Pod's where the NIC is the root end of its veth; the
 * last macvlan Pod's on their parent (the agent keeps one per NIC); else the NIC's own. Null where nobody knows it.
 */
export function mappedMac(topology: Topology, nodeName: string, nicName: string): Mac | null {
  const node = topology.nodes.find((candidate) => candidate.name === nodeName);
  const nic = node?.nics.find((candidate) => candidate.name === nicName);
  if (nic?.mappedMac != null) return nic.mappedMac;
  const hanging = podNicsOn(topology, nodeName, nicName);
  const veth = hanging.find(({ nic: podNic }) => isPairOf(podNic.kind, nic?.kind));
  if (veth !== undefined) return veth.nic.mac?.value ?? null;
  const macvlan = hanging.filter(({ nic: podNic }) => podNic.kind === 'macvlan').at(-1);
  return macvlan?.nic.mac?.value ?? nic?.mac?.value ?? null;
}

/** The Pod whose veth ends in this NIC of the root namespace. */
export function podBehind(topology: Topology, nodeName: string, nicName: string): TopologyPod | null {
  const kind = topology.nodes.find(({ name }) => name === nodeName)?.nics.find(({ name }) => name === nicName)?.kind;
  return podNicsOn(topology, nodeName, nicName).find(({ nic }) => isPairOf(nic.kind, kind))?.pod ?? null;
}

/** Pods whose NICs hang on a NIC of the root namespace, in the order of the topology. */
export function podNicsOn(topology: Topology, nodeName: string, nicName: string) {
  return topology.pods
    .filter((pod) => pod.node === nodeName)
    .flatMap((pod) => pod.nics.filter((nic) => nic.hostNic === nicName).map((nic) => ({ pod, nic })));
}

/** All nodes that own a MAC, by MAC; a Pod is never taught one of these, unless its NIC is an IPVlan. */
export function macsOfNodes(topology: Topology): ReadonlyMap<Mac, string> {
  const owners = new Map<Mac, string>();
  for (const node of topology.nodes) {
    for (const nic of node.nics) {
      if (nic.mac !== null && nic.mac.value !== zeroMac && nic.kind !== 'loopback')
        owners.set(nic.mac.value, node.name);
    }
  }
  return owners;
}

/** Every Pod by each of its addresses; of Pods that share an address (host network) none. */
export function podsByAddress(topology: Topology): ReadonlyMap<IpText, TopologyPod> {
  const nodeAddresses = new Set(
    topology.nodes.flatMap((node) => [...node.addresses, ...node.nics.flatMap((n) => n.ips)]),
  );
  const pods = new Map<IpText, TopologyPod>();
  const shared = new Set<IpText>();
  for (const pod of topology.pods) {
    for (const ip of pod.nics.flatMap((nic) => nic.ips)) {
      const holder = pods.get(ip);
      if (holder !== undefined && podKey(holder) !== podKey(pod)) shared.add(ip);
      pods.set(ip, pod);
    }
  }
  for (const ip of pods.keys()) if (shared.has(ip) || nodeAddresses.has(ip)) pods.delete(ip);
  return pods;
}

/** A Pod NIC of unknown kind that names a host NIC of its own is taken for the usual veth. */
function isPairOf(podNicKind: string, hostNicKind: string | undefined): boolean {
  return podNicKind === 'veth' || (podNicKind === 'unknown' && hostNicKind !== 'physical');
}

function macsWhere(platform: KnownPlatform, test: (entry: PlatformInterface) => boolean): Mac[] {
  return platform.interfaces.filter((entry) => entry.mac !== zeroMac && test(entry)).map((entry) => entry.mac);
}

function pairsOf(platform: KnownPlatform, node: TopologyNode | undefined): MacIpPair[] {
  const pairs = new Map<string, MacIpPair>();
  const add = (mac: Mac, ip: IpText): void => {
    if (mac !== zeroMac) pairs.set(`${mac} ${ip}`, { mac, ip });
  };
  for (const entry of platform.interfaces) for (const ip of entry.ips) add(entry.mac, ip);
  for (const nic of node?.nics ?? []) {
    if (nic.kind !== 'loopback') for (const ip of nic.ips) add(nic.mac?.value ?? zeroMac, ip);
  }
  return [...pairs.values()];
}
