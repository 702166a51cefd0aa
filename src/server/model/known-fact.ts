import { isIPv4 } from 'node:net';
import type { ClusterFact } from '../../platform/cluster-facts.js';
import { canonicalIp, type IpText, parseIpWithPrefix } from '../../platform/ip.js';

/** A fact with its number, and its addresses in one spelling; what is no address is none. */
export interface KnownFact<F extends ClusterFact = ClusterFact> {
  readonly fact: F;
  readonly id: number;
  /** Of a node or Pod. */
  readonly ip: IpText | null;
  /** Of a Pod: the address of its node; else "". */
  readonly hostIp: IpText;
  /** Of a Service. */
  readonly ips: readonly IpText[];
  /** Of a node: the addresses of its Pods. */
  readonly cidr: string | null;
}

export function readFact(fact: ClusterFact, id: number): KnownFact {
  return {
    fact,
    id,
    ip: fact.kind === 'service' ? null : plainIp(fact.ip),
    hostIp: fact.kind === 'pod' ? (plainIp(fact.hostIp) ?? '') : '',
    ips: fact.kind === 'service' ? fact.ips.flatMap((ip) => plainIp(ip) ?? []) : [],
    cidr: fact.kind === 'node' && isRange(fact.podCidr) ? fact.podCidr : null,
  };
}

/** Node checks IPv4 in its only spelling, and many times as fast. */
export function plainIp(text: string): IpText | null {
  return isIPv4(text) ? text : canonicalIp(text);
}

function isRange(text: string): boolean {
  return text.includes('/') && parseIpWithPrefix(text) !== null;
}
