import ipaddr from 'ipaddr.js';
import type { Rule, TrafficRule } from '../rule.js';
import { exampleVersion, heartbeat, upload } from './common/example-upload.js';
import { createFindingCollector, notJudged } from './common/judgement.js';
import { byCompat, document, serversOnly } from './common/source.js';
import { callsByCluster, type KubernetesApiSync, noSyncCall, reporterOf, syncCalls } from './common/sync-calls.js';
import { shown } from './common/text.js';

const sourceIpPresent: TrafficRule = {
  id: 'request/source-ip-present',
  scope: 'traffic',
  level: 'should',
  demand: 'Every request tells in source_ip which address the reporter has.',
  why: 'The logs of the server name the sender by it; without it they show the last proxy or gateway.',
  source: `${document}: field source_ip`,
  example: { breaks: { calls: [upload({ source_ip: '' })] }, keeps: { calls: [upload()] } },
  judge(traffic) {
    const calls = syncCalls(traffic);
    if (calls.length === 0) return noSyncCall;
    const findings = createFindingCollector();
    for (const call of calls) {
      if (call.sync.sourceIp !== '') continue;
      findings.add(() => ({
        request: call.seq,
        found: 'no source_ip',
        expected: 'the IP address of the reporter',
        message: 'source_ip (field 5) is empty: send the address that the reporter calls the server from.',
      }));
    }
    return findings.judgement();
  },
};

const sourceIpValid: TrafficRule = {
  id: 'request/source-ip-valid',
  scope: 'traffic',
  level: 'should',
  demand: 'source_ip is one IP address that can belong to a sender.',
  why: 'A name, an address with a port or 0.0.0.0 does not lead to the reporter when someone reads the logs of the server.',
  source: `${document}: field source_ip`,
  example: { breaks: { calls: [upload({ source_ip: '10.0.0.9:4711' })] }, keeps: { calls: [upload()] } },
  judge(traffic) {
    const calls = syncCalls(traffic).filter((call) => call.sync.sourceIp !== '');
    if (calls.length === 0) return notJudged('no KubernetesAPISync request with a source_ip was seen');
    const findings = createFindingCollector();
    const good = new Set<string>();
    for (const call of calls) {
      const { sourceIp } = call.sync;
      if (good.has(sourceIp)) continue;
      if (namesSender(sourceIp)) {
        good.add(sourceIp);
        continue;
      }
      findings.add(() => ({
        request: call.seq,
        found: shown(sourceIp),
        expected: 'an IPv4 or IPv6 address, without port or mask',
        message:
          'source_ip does not name a sender: send the IP address alone, not 0.0.0.0, a name or a multicast address.',
      }));
    }
    return findings.judgement();
  },
};

const agentIdPresent: TrafficRule = {
  id: 'request/agent-id-present',
  scope: 'traffic',
  level: byCompat('info', 'should', 'should'),
  demand: 'Every request carries the agent_id that the server assigned in the answer to Sync.',
  why: 'Without agent_id the server never answers with a version and throws requests without entries away, so that every heartbeat has to be a full upload.',
  source:
    'deepflow-server behaviour: requests with agent_id 0 are not part of the version handshake (the document does not list field 4)',
  example: { breaks: { calls: [upload({ agent_id: 0 })] }, keeps: { calls: [upload()] } },
  judge(traffic) {
    const calls = syncCalls(traffic);
    if (calls.length === 0) return noSyncCall;
    const findings = createFindingCollector();
    for (const call of calls) {
      if (call.sync.agentId !== 0) continue;
      findings.add(() => ({
        request: call.seq,
        found: 'agent_id 0 or none',
        expected: 'the agent_id that Sync returned to this reporter',
        message:
          'Without agent_id (field 4) the reporter has to send all entries at least every 24 h: call Sync and send the id that it returns.',
      }));
    }
    return findings.judgement();
  },
};

const teamIdKnown: TrafficRule = {
  id: 'request/team-id-known',
  scope: 'traffic',
  level: serversOnly('must'),
  demand: 'team_id is empty or the short id of a team that exists on the server.',
  why: 'The server drops a request with an unknown team_id and answers OK all the same.',
  source: 'deepflow-server behaviour: an unknown team_id ends the handling of the request',
  example: { breaks: { calls: [upload({ team_id: 't-nobody' })] }, keeps: { calls: [upload()] } },
  judge(traffic) {
    const calls = syncCalls(traffic);
    if (calls.length === 0) return noSyncCall;
    const findings = createFindingCollector();
    for (const call of calls) {
      if (!droppedForTeam(call)) continue;
      findings.add(() => ({
        request: call.seq,
        found: shown(call.sync.teamId),
        expected: 'an empty team_id, or one that the server knows',
        message:
          'The server threw the request away because it does not know this team_id: leave it empty or correct it.',
      }));
    }
    return findings.judgement();
  },
};

const singleReporter: TrafficRule = {
  id: 'request/single-reporter',
  scope: 'traffic',
  level: 'must',
  demand: 'One reporter at a time reports a cluster.',
  why: 'The server keeps one version for each cluster: two reporters replace each other for ever, and the state of whoever was last is shown.',
  source: 'deepflow-server behaviour: version and entries are kept by cluster_id alone, whoever sent them',
  // Who reports beside the one that was chosen is told so by Sync.
  implies: ['sync/watch-flag-honoured'],
  example: {
    breaks: {
      calls: [
        upload({}, { peer: '10.0.0.9:40001' }),
        upload({ version: exampleVersion + 500, source_ip: '10.0.0.10', agent_id: 2 }, { peer: '10.0.0.10:40002' }),
        upload({}, { peer: '10.0.0.9:40001' }),
      ],
    },
    keeps: { calls: [upload({}, { peer: '10.0.0.9:40001' }), heartbeat({}, { peer: '10.0.0.9:40003' })] },
  },
  judge(traffic) {
    const clusters = callsByCluster(traffic);
    if (clusters.size === 0) return notJudged('no KubernetesAPISync request with a cluster_id was seen');
    const findings = createFindingCollector();
    for (const [clusterId, calls] of clusters) {
      for (const { other, call } of interleavings(calls)) {
        findings.add(() => ({
          request: call.seq,
          found: `${described(call)} with version ${call.sync.version} after ${described(other)} with version ${other.sync.version} (request ${other.seq})`,
          expected: `one reporter for cluster ${shown(clusterId)}`,
          message:
            'Two reporters send different versions for one cluster and overwrite each other: stop one (agents: K8S_WATCH_POLICY=watch-disabled).',
        }));
      }
    }
    return findings.judgement();
  },
};

interface Interleaving {
  readonly other: KubernetesApiSync;
  readonly call: KubernetesApiSync;
}

/**
 * Calls of a reporter that had reported before another one did, and goes on with versions of its own. Reporters differ by
 * address, source_ip or agent_id. Where only the port differs it may be one reporter with two connections: then the
 * version has to fall back besides.
 */
function* interleavings(calls: readonly KubernetesApiSync[]): Iterable<Interleaving> {
  const lastOf = new Map<string, KubernetesApiSync>();
  let before: KubernetesApiSync | undefined;
  for (const call of calls) {
    if (call.sync.version === 0n) continue;
    const connection = `${call.peer} ${reporterOf(call)}`;
    const own = lastOf.get(connection);
    const other = before;
    before = call;
    lastOf.set(connection, call);
    if (own === undefined || other === undefined || own === other) continue;
    if (other.sync.version === own.sync.version || other.sync.version === call.sync.version) continue;
    const surelyTwo = reporterOf(other) !== reporterOf(call);
    if (surelyTwo || call.sync.version === own.sync.version || call.sync.version < other.sync.version) {
      yield { other, call };
    }
  }
}

function described(call: KubernetesApiSync): string {
  return `${call.peer} (source_ip ${call.sync.sourceIp || 'empty'}, agent_id ${call.sync.agentId})`;
}

/** A dropped request that nothing but its team can have been dropped for. */
export function droppedForTeam({ sync }: KubernetesApiSync): boolean {
  return (
    sync.teamId !== '' &&
    sync.effect === 'dropped' &&
    sync.clusterId !== '' &&
    sync.version !== 0n &&
    sync.answerVersion === null &&
    (sync.agentId !== 0 || sync.entryCount > 0)
  );
}

function namesSender(text: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return usable(ipaddr.IPv4.parse(text).range());
  return ipaddr.IPv6.isValid(text) && !text.includes('%') && usable(ipaddr.IPv6.parse(text).range());
}

function usable(range: string): boolean {
  return range !== 'unspecified' && range !== 'multicast' && range !== 'broadcast';
}

export const requestSenderRules: readonly Rule[] = [
  sourceIpPresent,
  sourceIpValid,
  agentIdPresent,
  teamIdKnown,
  singleReporter,
];
