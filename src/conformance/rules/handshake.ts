import type { Rule, TrafficRule } from '../rule.js';
import { elapsed } from './common/elapsed.js';
import { exampleClusterId, exampleVersion, heartbeat, upload } from './common/example-upload.js';
import { createFindingCollector, notJudged } from './common/judgement.js';
import { document, serversOnly } from './common/source.js';
import { callsByCluster, day, type KubernetesApiSync } from './common/sync-calls.js';
import { duration, shown } from './common/text.js';

const hour = 3600;
const noMismatch = notJudged('no request without entries was answered with another version');

const resendOnMismatch: TrafficRule = {
  id: 'handshake/full-resend-on-version-mismatch',
  scope: 'traffic',
  level: 'must',
  demand: 'When the answer to a request without entries carries another version, the next request carries all entries.',
  why: 'The server does not hold the version that it was told of; it keeps showing an older state until all entries come.',
  source: `${document}: the answer carries the version that the server has accepted; an answer without version is no mismatch`,
  example: {
    breaks: {
      calls: [upload(), heartbeat({ version: exampleVersion + 1 }), heartbeat({ version: exampleVersion + 1 })],
    },
    keeps: { calls: [upload(), heartbeat({ version: exampleVersion + 1 }), upload({ version: exampleVersion + 1 })] },
  },
  judge(traffic) {
    return judgeResends(
      mismatches(traffic.restarts, callsByCluster(traffic)).filter(({ afterRestart }) => !afterRestart),
      'The server asked for everything and got nothing: upload all entries as soon as the answer carries another version.',
      noMismatch,
    );
  },
};

const resendAfterRestart: TrafficRule = {
  id: 'handshake/full-resend-after-server-restart',
  scope: 'traffic',
  level: 'must',
  demand:
    'When a restarted server answers with another version, the agent uploads all entries again, without being restarted itself.',
  why: 'The server keeps snapshots in memory: after a restart the cluster is not refreshed until somebody uploads again.',
  source: 'deepflow-server behaviour: after a restart it answers with version 0 to ask for a full upload',
  example: {
    breaks: { calls: [upload(), heartbeat({}, { afterRestart: true }), heartbeat()] },
    keeps: { calls: [upload(), heartbeat({}, { afterRestart: true }), upload()] },
  },
  judge(traffic) {
    if (traffic.restarts.length === 0) return notJudged('the server was not restarted');
    const clusters = callsByCluster(traffic);
    return judgeResends(
      mismatches(traffic.restarts, clusters).filter(({ afterRestart }) => afterRestart),
      'The restarted server asked for everything and got nothing: upload all entries when the answer carries another version.',
      uploadedUnasked(traffic.restarts, clusters)
        ? undefined
        : notJudged('after the restart no request without entries was answered with a version'),
    );
  },
};

const resendsWithoutAgentId: TrafficRule = {
  id: 'handshake/resends-without-agent-id',
  scope: 'traffic',
  level: serversOnly('must'),
  demand: 'A reporter without agent_id sends all entries at least every 24 h.',
  why: 'The server throws its requests without entries away, so that they do not keep the cluster alive: after 24 h everything is deleted.',
  source:
    'deepflow-server behaviour: a request with agent_id 0 and without entries is dropped; records age after 86,400 s',
  implies: ['request/agent-id-present'],
  example: {
    breaks: {
      calls: [0, 12, 24, 36].map((hours) =>
        hours === 0 ? upload({ agent_id: 0 }, { at: 0 }) : heartbeat({ agent_id: 0 }, { at: hours * hour }),
      ),
    },
    keeps: { calls: [0, 12, 24, 36].map((hours) => upload({ agent_id: 0 }, { at: hours * hour })) },
  },
  judge(traffic) {
    const findings = createFindingCollector();
    let without = false;
    let judged = false;
    for (const calls of callsByCluster(traffic).values()) {
      const first = calls[0];
      if (first === undefined) continue;
      let uploaded = first;
      for (const call of calls) {
        if (call.sync.agentId !== 0) {
          uploaded = call;
          continue;
        }
        without = true;
        const age = elapsed(traffic, uploaded.time, call.time);
        if (call.sync.entryCount > 0) {
          judged ||= call !== uploaded && call.sync.version === uploaded.sync.version;
          uploaded = call;
          continue;
        }
        judged ||= age > day;
        if (age <= day) continue;
        const since = uploaded;
        findings.add(() => ({
          request: call.seq,
          found: `no entries for ${duration(age)}, since request ${since.seq}, and no agent_id`,
          expected: 'all entries at least every 24 h',
          message:
            'Requests without agent_id and without entries are thrown away: send all entries again, or obtain an agent_id by Sync.',
        }));
      }
    }
    if (!without) return notJudged('every request carried an agent_id');
    return findings.judgement(judged ? undefined : notJudged('requests without agent_id were seen for less than 24 h'));
  },
};

const clusterRegistered: TrafficRule = {
  id: 'handshake/cluster-registered',
  scope: 'traffic',
  level: serversOnly('must'),
  demand:
    'A domain with the cluster_id exists: where nobody else creates it, the agent calls Sync or GetKubernetesClusterID.',
  why: 'KubernetesAPISync does not create the domain. Without one, the server keeps the entries in memory and shows nothing.',
  source: 'deepflow-server behaviour: Sync with kubernetes_cluster_id and GetKubernetesClusterID create the domain',
  example: {
    breaks: { calls: [upload()], clusterRegistered: false, registered: [] },
    keeps: {
      calls: [
        { path: '/agent.Synchronizer/Sync', bytes: syncRequest(exampleClusterId) },
        { path: '/trident.Synchronizer/Sync', bytes: syncRequest(exampleClusterId) },
        upload(),
      ],
      clusterRegistered: false,
      registered: [],
    },
  },
  judge(traffic, { clusterRegistered: declared }) {
    if (declared) return notJudged('the run declares the domain itself (--cluster-registered yes)');
    const clusters = callsByCluster(traffic);
    if (clusters.size === 0) return notJudged('no KubernetesAPISync request with a cluster_id was seen');
    const registered = new Set(traffic.calls.map((call) => call.registersCluster));
    const findings = createFindingCollector();
    for (const [clusterId, calls] of clusters) {
      const first = calls[0];
      if (first === undefined || registered.has(clusterId)) continue;
      findings.add(() => ({
        request: first.seq,
        found: `${calls.length} KubernetesAPISync requests for ${shown(clusterId)} and no call that creates its domain`,
        expected: 'Sync with kubernetes_cluster_id, or GetKubernetesClusterID, for this cluster',
        message:
          'No domain has this cluster_id, so nothing of it is shown: call Sync first, or create the domain with deepflow-ctl.',
      }));
    }
    if (findings.total > 0 && traffic.dropped > 0)
      return notJudged('the calls that may have registered it were too many to keep');
    return findings.judgement();
  },
};

interface Mismatch {
  readonly call: KubernetesApiSync;
  /** The request that had to carry the entries. */
  readonly next: KubernetesApiSync;
  /** The server lost the snapshot by a restart, and none has been uploaded since. */
  readonly afterRestart: boolean;
}

/** Requests without entries that were answered with another version, and what came next. */
function mismatches(
  restarts: readonly number[],
  clusters: ReadonlyMap<string, readonly KubernetesApiSync[]>,
): Mismatch[] {
  const found: Mismatch[] = [];
  for (const calls of clusters.values()) {
    const free = withoutError(calls);
    let stored: number | null = null;
    let from = 0;
    for (const call of calls) {
      if (call.sync.effect === 'stored') stored = call.seq;
      const { entryCount, answerVersion, version } = call.sync;
      if (entryCount > 0 || answerVersion === null || answerVersion === version || call.status !== 0) continue;
      const answered = call.time + call.duration;
      while (from < free.length && !isAfter(free[from], call, answered)) from += 1;
      const next = free[from];
      if (next === undefined) break;
      const held = stored;
      const afterRestart = held !== null && restarts.some((seq) => seq > held && seq <= call.seq);
      found.push({ call, next, afterRestart });
    }
  }
  return found;
}

/** Requests that report an error cannot be expected to carry anything. */
function withoutError(calls: readonly KubernetesApiSync[]): readonly KubernetesApiSync[] {
  return calls.filter((call) => call.sync.errorMsg === '');
}

function isAfter(later: KubernetesApiSync | undefined, call: KubernetesApiSync, answered: number): boolean {
  return later !== undefined && later.seq > call.seq && later.time >= answered;
}

function judgeResends(all: readonly Mismatch[], message: string, otherwise: ReturnType<typeof notJudged> | undefined) {
  const findings = createFindingCollector();
  for (const { call, next } of all) {
    if (next.sync.entryCount > 0) continue;
    findings.add(() => ({
      request: next.seq,
      found: `no entries, though request ${call.seq} (version ${call.sync.version}) was answered with version ${call.sync.answerVersion}`,
      expected: 'all entries',
      message,
    }));
  }
  return findings.judgement(all.length > 0 ? undefined : otherwise);
}

/** After each restart the first request of each known cluster carried entries without being asked. */
function uploadedUnasked(
  restarts: readonly number[],
  clusters: ReadonlyMap<string, readonly KubernetesApiSync[]>,
): boolean {
  let uploads = 0;
  for (const calls of clusters.values()) {
    for (const seq of restarts) {
      const knownBefore = calls.some((call) => call.seq < seq && call.sync.entryCount > 0);
      const first = calls.find((call) => call.seq >= seq);
      if (!knownBefore || first === undefined) continue;
      if (first.sync.entryCount === 0) return false;
      uploads += 1;
    }
  }
  return uploads > 0;
}

/** A SyncRequest whose only field is kubernetes_cluster_id (45), as bytes. */
function syncRequest(clusterId: string): Uint8Array {
  const text = new TextEncoder().encode(clusterId);
  return Uint8Array.from([0xea, 0x02, text.length, ...text]);
}

export const handshakeRules: readonly Rule[] = [
  resendOnMismatch,
  resendAfterRestart,
  resendsWithoutAgentId,
  clusterRegistered,
];
