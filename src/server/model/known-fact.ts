import { isIPv4 } from 'node:net';
import type { ClusterFact } from '../../platform/cluster-facts.js';
import { canonicalIp, type IpText, parseIpWithPrefix } from '../../platform/ip.js';

/**
 * A fact with its number, and its addresses in one spelling; what is no address is none. There are 100,000 of them, and each
 * object more of each is one more for every garbage collection to look at: hence one object of few texts.
 */
export type KnownFact = KnownNode | KnownPod | KnownService;

export interface KnownNode {
  readonly kind: 'node';
  readonly uid: string;
  readonly id: number;
  readonly name: string;
  readonly ip: IpText | null;
  /** The addresses of its Pods. */
  readonly cidr: string | null;
}

export interface KnownPod {
  readonly kind: 'pod';
  readonly uid: string;
  readonly id: number;
  readonly namespace: string;
  readonly name: string;
  readonly ip: IpText | null;
  /** The address of its node; "": none. */
  readonly hostIp: IpText;
  /** Ids; of one container, as most Pods have, the id alone. */
  readonly containers: string | readonly string[];
}

export interface KnownService {
  readonly kind: 'service';
  readonly uid: string;
  readonly id: number;
  readonly namespace: string;
  readonly name: string;
  readonly ips: readonly IpText[];
}

/** @param same gives one and the same text for texts that are equal */
export function readFact(fact: ClusterFact, id: number, same: (text: string) => string): KnownFact {
  const { uid, name } = fact;
  switch (fact.kind) {
    case 'node':
      return { kind: 'node', uid, id, name, ip: plainIp(fact.ip), cidr: isRange(fact.podCidr) ? fact.podCidr : null };
    case 'pod': {
      const hostIp = same(plainIp(fact.hostIp) ?? '');
      const [first, ...others] = fact.containers;
      const containers = first === undefined || others.length > 0 ? fact.containers : first;
      return { kind: 'pod', uid, id, namespace: same(fact.namespace), name, ip: plainIp(fact.ip), hostIp, containers };
    }
    case 'service': {
      const ips = fact.ips.flatMap((ip) => plainIp(ip) ?? []);
      return { kind: 'service', uid, id, namespace: same(fact.namespace), name, ips };
    }
  }
}

/** Node checks IPv4 in its only spelling, and many times as fast. */
export function plainIp(text: string): IpText | null {
  return isIPv4(text) ? text : canonicalIp(text);
}

function isRange(text: string): boolean {
  return text.includes('/') && parseIpWithPrefix(text) !== null;
}
