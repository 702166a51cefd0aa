import { formatMac } from './mac.js';
import type { Fact, Origin } from './origin.js';
import { podKey, type Topology } from './topology.js';

/** One MAC of the platform data, with how it is known. */
export interface PlatformFact {
  readonly owner: string;
  readonly nic: string;
  readonly ips: readonly string[];
  /** "" where nobody knows it. */
  readonly mac: string;
  readonly origin: Origin | 'unknown';
  readonly evidence: string;
}

/** Every NIC of the topology, nodes first. */
export function platformFacts(topology: Topology): PlatformFact[] {
  const fact = (owner: string, nic: string, ips: readonly string[], mac: Fact<number> | null): PlatformFact => ({
    owner,
    nic,
    ips,
    mac: mac === null ? '' : formatMac(mac.value),
    origin: mac?.origin ?? 'unknown',
    evidence: mac?.evidence ?? '',
  });
  return [
    ...topology.nodes.flatMap((node) => node.nics.map((nic) => fact(`node ${node.name}`, nic.name, nic.ips, nic.mac))),
    ...topology.pods.flatMap((pod) => pod.nics.map((nic) => fact(`pod ${podKey(pod)}`, nic.name, nic.ips, nic.mac))),
  ];
}
