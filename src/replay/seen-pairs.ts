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

/** Addresses that were sources at a NIC of the root namespace, with the time of the first such packet, microseconds. */
export type Senders = ReadonlyMap<string, number>;

/**
 * By `node nic`. Who asks by ARP says nothing: a bridge carries the question to every NIC.
 */
export function sendersByNic(
  places: readonly (LearningPlace & { readonly pairs: readonly LearntPair[] })[],
): ReadonlyMap<string, Senders> {
  const senders = new Map<string, Map<string, number>>();
  for (const { node, nic, insidePod, pairs } of places) {
    if (insidePod !== null) continue;
    const here = senders.get(`${node} ${nic}`) ?? new Map<string, number>();
    senders.set(`${node} ${nic}`, here);
    for (const { ip, source, firstSource } of pairs) {
      if (source > 0) here.set(ip, Math.min(here.get(ip) ?? Number.POSITIVE_INFINITY, firstSource));
    }
  }
  return senders;
}
