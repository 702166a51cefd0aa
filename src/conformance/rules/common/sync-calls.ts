import type { SyncCall, Traffic, TrafficCall } from '../../traffic.js';
import { notJudged } from './judgement.js';

export const day = 24 * 3_600_000;

/** A call of KubernetesAPISync whose request could be decoded. */
export type KubernetesApiSync = TrafficCall & { readonly sync: SyncCall };

interface KnownCalls {
  readonly calls: readonly KubernetesApiSync[];
  readonly byCluster: ReadonlyMap<string, readonly KubernetesApiSync[]>;
}

/** Nearly every rule asks for the same calls of the same evidence, of which there are up to 40,000. */
const known = new WeakMap<Traffic, KnownCalls>();

export function syncCalls(traffic: Traffic): readonly KubernetesApiSync[] {
  return callsOf(traffic).calls;
}

/** The calls of each cluster, in order. Calls without cluster id belong to none. */
export function callsByCluster(traffic: Traffic): ReadonlyMap<string, readonly KubernetesApiSync[]> {
  return callsOf(traffic).byCluster;
}

function callsOf(traffic: Traffic): KnownCalls {
  const before = known.get(traffic);
  if (before !== undefined) return before;
  const calls = traffic.calls.filter(
    (call): call is KubernetesApiSync => call.sync !== undefined && call.sync.effect !== 'none',
  );
  const byCluster = new Map<string, KubernetesApiSync[]>();
  for (const call of calls) {
    if (call.sync.clusterId === '') continue;
    const same = byCluster.get(call.sync.clusterId);
    if (same === undefined) byCluster.set(call.sync.clusterId, [call]);
    else same.push(call);
  }
  const found = { calls, byCluster };
  known.set(traffic, found);
  return found;
}

export const noSyncCall = notJudged('no KubernetesAPISync request was seen');

/** "address" of "address:port"; IPv6 addresses stand in brackets. */
export function hostOf(peer: string): string {
  const end = peer.lastIndexOf(':');
  return end <= 0 ? peer : peer.slice(0, end);
}

/** Tells reporters apart: address without port, source_ip and agent_id. */
export function reporterOf({ peer, sync }: KubernetesApiSync): string {
  return `${hostOf(peer)} ${sync.sourceIp} ${sync.agentId}`;
}
