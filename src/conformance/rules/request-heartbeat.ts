import type { Rule, TrafficRule } from '../rule.js';
import type { Traffic, TrafficCall } from '../traffic.js';
import { elapsed } from './common/elapsed.js';
import { heartbeat, upload } from './common/example-upload.js';
import { createFindingCollector, notJudged } from './common/judgement.js';
import { document } from './common/source.js';
import { callsByCluster, day, type KubernetesApiSync, noSyncCall } from './common/sync-calls.js';
import { duration } from './common/text.js';

/** How many intervals of its own a reporter may be silent. */
const toleratedIntervals = 3;
/** Silence that is never held against a reporter, however short its interval: a busy machine may cause it. */
const toleratedSilence = 5000;
/** So many repetitions of a version tell a reporter's interval. */
const neededRepeats = 2;

const hour = 3600;

const heartbeatWithinDay: TrafficRule = {
  id: 'request/heartbeat-within-24h',
  scope: 'traffic',
  level: 'must',
  demand: 'A reporter is never silent for more than 24 h, nor for more than three times its own interval.',
  why: 'After 24 h (86,400 s) of silence the server deletes what it holds of the cluster and reports it as lost.',
  source: `${document}: field version`,
  example: {
    breaks: { calls: [upload({}, { at: 0 }), heartbeat({}, { at: 25 * hour })] },
    keeps: { calls: [upload({}, { at: 0 }), heartbeat({}, { at: 12 * hour }), heartbeat({}, { at: 24 * hour })] },
  },
  judge(traffic) {
    const clusters = callsByCluster(traffic);
    if (clusters.size === 0) return noSyncCall;
    const findings = createFindingCollector();
    let judged = false;
    const lost = lostCalls(traffic);
    for (const [clusterId, calls] of clusters) {
      const usual = usualInterval(calls);
      judged ||= usual !== null;
      const tolerated = usual === null ? null : Math.max(toleratedIntervals * usual, toleratedSilence);
      for (const [position, call] of calls.entries()) {
        const next = calls[position + 1];
        if (hasCallBetween(lost.get(clusterId), call, next ?? null)) continue;
        const end = next?.time ?? traffic.until;
        const silence = elapsed(traffic, call.time, end);
        const overDay = silence > day;
        const disturbed = restartedIn(traffic.restarts, call, next ?? null) || faultIn(traffic, call.time, end);
        const overInterval = tolerated !== null && silence > tolerated && !disturbed;
        if (!overDay && !overInterval) continue;
        findings.add(() => ({
          request: (next ?? call).seq,
          found: `${duration(silence)} of silence after request ${call.seq}${next === undefined ? ', until the end of observation' : ''}`,
          expected:
            overDay || usual === null
              ? 'a request at least every 24 h'
              : `a request within ${duration(tolerated ?? 0)}: the reporter's own interval is ${duration(usual)}`,
          message: overDay
            ? 'The server deletes the resources of a cluster that was silent for 24 h: repeat the last version when nothing changes.'
            : 'The reporter fell silent: report in a steady rhythm even when nothing changes, or the server deletes the cluster after 24 h.',
        }));
      }
    }
    return findings.judgement(
      judged ? undefined : notJudged(`fewer than ${neededRepeats} requests that repeat a version were seen`),
    );
  },
};

/** Median time (ms) between a request and the one before that had the same version; null where there are too few. */
function usualInterval(calls: readonly KubernetesApiSync[]): number | null {
  const intervals: number[] = [];
  for (const [position, call] of calls.entries()) {
    const before = calls[position - 1];
    if (before !== undefined && before.sync.version === call.sync.version) intervals.push(call.time - before.time);
  }
  if (intervals.length < neededRepeats) return null;
  intervals.sort((left, right) => left - right);
  return intervals[Math.floor(intervals.length / 2)] ?? null;
}

/** Numbers of the calls that a fault kept from the server, by cluster: their senders were not silent. */
function lostCalls({ calls }: Traffic): ReadonlyMap<string, readonly number[]> {
  const lost = new Map<string, number[]>();
  for (const { seq, fault, sync } of calls) {
    if (fault === undefined || sync === undefined || sync.effect !== 'none') continue;
    const before = lost.get(sync.clusterId);
    if (before === undefined) lost.set(sync.clusterId, [seq]);
    else before.push(seq);
  }
  return lost;
}

function hasCallBetween(lost: readonly number[] = [], from: TrafficCall, to: TrafficCall | null): boolean {
  return lost.some((seq) => seq > from.seq && (to === null || seq < to.seq));
}

/** Something befell the server that a client may need time to recover from. */
function faultIn({ faults }: Traffic, from: number, to: number): boolean {
  return faults.some(({ time }) => from < time && time <= to);
}

/** The server was away for a part of the time between two calls (or since the last one). */
function restartedIn(restarts: readonly number[], from: KubernetesApiSync, to: KubernetesApiSync | null): boolean {
  return restarts.some((seq) => seq > from.seq && (to === null || seq <= to.seq));
}

export const requestHeartbeatRules: readonly Rule[] = [heartbeatWithinDay];
