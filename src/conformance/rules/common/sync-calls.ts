import type { SyncCall, Traffic, TrafficCall } from '../../traffic.js';
import { notJudged } from './judgement.js';

export const day = 24 * 3_600_000;

/** A call of KubernetesAPISync whose request could be decoded. */
export type KubernetesApiSync = TrafficCall & { readonly sync: SyncCall };

export function syncCalls(traffic: Traffic): KubernetesApiSync[] {
  return traffic.calls.filter(
    (call): call is KubernetesApiSync => call.sync !== undefined && call.sync.effect !== 'none',
  );
}

/** The calls of each cluster, in order. Calls without cluster id belong to none. */
export function callsByCluster(traffic: Traffic): ReadonlyMap<string, readonly KubernetesApiSync[]> {
  const clusters = new Map<string, KubernetesApiSync[]>();
  for (const call of syncCalls(traffic)) {
    if (call.sync.clusterId === '') continue;
    const calls = clusters.get(call.sync.clusterId);
    if (calls === undefined) clusters.set(call.sync.clusterId, [call]);
    else calls.push(call);
  }
  return clusters;
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
