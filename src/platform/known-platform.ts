import type { IpText } from './ip.js';
import { type Mac, zeroMac } from './mac.js';
import type { Origin } from './origin.js';
import { podKey, type Topology } from './topology.js';

/**
 * What DeepFlow knows of Pod NICs.
 *
 * - `reported`: agents sent NICs, MACs and addresses.
 * - `kubernetes`: addresses from the Kubernetes API, no MACs.
 * - `none`: nothing.
 */
export const platformKinds = ['reported', 'kubernetes', 'none'] as const;

export type PlatformKind = (typeof platformKinds)[number];

export interface PlatformOwner {
  readonly type: 'node' | 'pod';
  /** Name of the node, or `namespace/name` of the Pod. */
  readonly name: string;
}

/** A NIC as DeepFlow's controller has it. */
export interface PlatformInterface {
  readonly owner: PlatformOwner;
  readonly node: string;
  readonly nic: string;
  /** 0 where DeepFlow does not know it; such a NIC is in no segment and in no pair. */
  readonly mac: Mac;
  readonly macOrigin: Origin;
  readonly ips: readonly IpText[];
  /** Number of the VPC, from 1. */
  readonly epc: number;
}

/** A pair that gives `l3_end`. */
export interface MacIpPair {
  readonly mac: Mac;
  readonly ip: IpText;
}

export interface KnownPlatform {
  readonly kind: PlatformKind;
  readonly interfaces: readonly PlatformInterface[];
  /** MACs of interfaces that hold a VIP. */
  readonly vipMacs: readonly Mac[];
  /** Numbers of VPCs by name. */
  readonly epcs: ReadonlyMap<string, number>;
  interfaceByMac(mac: Mac): PlatformInterface | null;
  /** The interface that has an address in a VPC; of several the one whose MAC is known, then the first. */
  interfaceByAddress(epc: number, ip: IpText): PlatformInterface | null;
}

/** VPC of the nodes and of every Pod that the site puts nowhere else. */
export const nodeEpc = 1;

/** Pure: what of a topology DeepFlow knows. MACs of Pods that nobody knows stay 0; see `completeMacs`. */
export function knownPlatform(topology: Topology, kind: PlatformKind): KnownPlatform {
  const epcs = numberVpcs(topology);
  const interfaces = [...nodeInterfaces(topology), ...podInterfaces(topology, kind, epcs)];
  const byMac = new Map<Mac, PlatformInterface>();
  const byAddress = new Map<string, PlatformInterface>();
  for (const entry of interfaces) {
    if (entry.mac !== zeroMac && !byMac.has(entry.mac)) byMac.set(entry.mac, entry);
    for (const ip of entry.ips) {
      const key = `${entry.epc} ${ip}`;
      const holder = byAddress.get(key);
      if (holder === undefined || (holder.mac === zeroMac && entry.mac !== zeroMac)) byAddress.set(key, entry);
    }
  }
  const vips = new Set(topology.vips);
  return {
    kind,
    interfaces,
    vipMacs: unique(interfaces.filter((entry) => entry.ips.some((ip) => vips.has(ip))).map((entry) => entry.mac)),
    epcs,
    interfaceByMac: (mac) => byMac.get(mac) ?? null,
    interfaceByAddress: (epc, ip) => byAddress.get(`${epc} ${ip}`) ?? null,
  };
}

function numberVpcs(topology: Topology): Map<string, number> {
  const numbers = new Map<string, number>([['default', nodeEpc]]);
  for (const pod of topology.pods) if (!numbers.has(pod.vpc)) numbers.set(pod.vpc, numbers.size + 1);
  return numbers;
}

/** Agents report their node's NICs whatever DeepFlow knows of the Pods; only physical ones are platform interfaces. */
function nodeInterfaces(topology: Topology): PlatformInterface[] {
  return topology.nodes.flatMap((node) => {
    const physical = node.nics.filter((nic) => nic.kind === 'physical');
    const held = new Set(node.nics.flatMap((nic) => nic.ips));
    const loose = node.addresses.filter((ip) => !held.has(ip));
    return physical.map((nic, i) => ({
      owner: { type: 'node' as const, name: node.name },
      node: node.name,
      nic: nic.name,
      mac: nic.mac?.value ?? zeroMac,
      macOrigin: nic.mac?.origin ?? ('assumed' as const),
      ips: i === 0 ? [...nic.ips, ...loose] : nic.ips,
      epc: nodeEpc,
    }));
  });
}

function podInterfaces(topology: Topology, kind: PlatformKind, epcs: ReadonlyMap<string, number>): PlatformInterface[] {
  if (kind === 'none') return [];
  return topology.pods.flatMap((pod) =>
    pod.nics.map((nic) => ({
      owner: { type: 'pod' as const, name: podKey(pod) },
      node: pod.node,
      nic: nic.name,
      mac: kind === 'reported' ? (nic.mac?.value ?? zeroMac) : zeroMac,
      macOrigin: nic.mac?.origin ?? ('assumed' as const),
      ips: nic.ips,
      epc: epcs.get(pod.vpc) ?? nodeEpc,
    })),
  );
}

function unique(macs: readonly Mac[]): Mac[] {
  return [...new Set(macs)].filter((mac) => mac !== zeroMac);
}
