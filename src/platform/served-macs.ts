import { canonicalIp } from './ip.js';
import { formatMac, type Mac, parseMac, zeroMac } from './mac.js';
import { type Fact, given } from './origin.js';
import { podKey, type Topology } from './topology.js';

/** A NIC as a server has it. */
export interface ServedNic {
  readonly owner: { readonly type: 'node' | 'pod' | 'host'; readonly name: string };
  readonly nic: string;
  /** Zero where no agent reported it. */
  readonly mac: string;
  readonly ips: readonly { readonly ip: string }[];
}

export interface ServedTopology {
  readonly topology: Topology;
  /** What somebody should know, one line each. */
  readonly notes: readonly string[];
}

/**
 * Gives the NICs of a topology the MACs that a server knows: those that agents reported. What the topology says itself
 * stands, and where the two differ a note says so. Pure.
 *
 * @param from where it is from, for notes
 */
export function withServedMacs(topology: Topology, served: readonly ServedNic[], from: string): ServedTopology {
  const notes: string[] = [];
  const known = new Map<string, Mac>();
  for (const { owner, mac, ips } of served) {
    const value = parseMac(mac);
    if (value === null || value === zeroMac) continue;
    const type = owner.type === 'pod' ? 'pod' : 'node';
    for (const { ip } of ips) known.set(`${type} ${owner.name} ${canonicalIp(ip) ?? ip}`, value);
  }
  let asked = 0;
  let missing = 0;

  function macOf(owner: string, ips: readonly string[], own: Fact<Mac> | null): Fact<Mac> | null {
    const mac = ips.map((ip) => known.get(`${owner} ${ip}`)).find((each) => each !== undefined);
    asked += 1;
    if (mac === undefined) {
      missing += 1;
      return own;
    }
    if (own === null) return given(mac, `an agent reported it to ${from}`);
    if (own.value !== mac) {
      const difference = `${formatMac(own.value)}, and ${from} says ${formatMac(mac)}`;
      notes.push(`${owner}: ${own.evidence} says ${difference}; the first is taken.`);
    }
    return own;
  }

  const nodes = topology.nodes.map((node) => ({
    ...node,
    nics: node.nics.map((nic) =>
      nic.kind === 'physical' ? { ...nic, mac: macOf(`node ${node.name}`, nic.ips, nic.mac) } : nic,
    ),
  }));
  const ofNodes = asked;
  const missingOfNodes = missing;
  const pods = topology.pods.map((pod) => ({
    ...pod,
    nics: pod.nics.map((nic) => ({ ...nic, mac: macOf(`pod ${podKey(pod)}`, nic.ips, nic.mac) })),
  }));
  const missingOfPods = missing - missingOfNodes;
  if (missingOfPods > 0) {
    const all = `${missingOfPods} of ${asked - ofNodes} Pod NICs`;
    notes.push(
      `${from} knows no MAC of ${all}: no agent reported them. What DeepFlow makes of that shows a site with "platform: kubernetes".`,
    );
  }
  return { topology: { ...topology, nodes, pods }, notes };
}
