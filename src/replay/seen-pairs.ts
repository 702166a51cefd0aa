import type { SeenPair } from '../platform/learning.js';
import type { LearntPair } from './core/decode-facts.js';

/** Where a learning pass read its packets. */
export interface LearningPlace {
  readonly node: string;
  readonly nic: string;
  /** `namespace/name` of the Pod whose namespace it was, else null. */
  readonly insidePod: string | null;
}

/** The core's pairs as testimony of one place. What is inside tunnels teaches nothing about this place's NICs. */
export function seenPairs(pairs: readonly LearntPair[], place: LearningPlace): SeenPair[] {
  return pairs.flatMap(({ mac, ip, arp, discovery, source }) =>
    (
      [
        ['arp', arp],
        ['nd', discovery],
        ['source', source],
      ] as const
    ).flatMap(([via, packets]): SeenPair[] => (packets > 0 ? [{ mac, ip, via, packets, ...place }] : [])),
  );
}

/**
 * Addresses that were sources at each `node nic` of the root namespace. Who asks by ARP says nothing: a bridge carries the
 * question to every NIC.
 */
export function sendersByNic(pairs: readonly SeenPair[]): ReadonlyMap<string, ReadonlySet<string>> {
  const senders = new Map<string, Set<string>>();
  for (const { node, nic, insidePod, ip, via } of pairs) {
    if (insidePod !== null || via === 'arp') continue;
    const key = `${node} ${nic}`;
    senders.set(key, (senders.get(key) ?? new Set()).add(ip));
  }
  return senders;
}
