import type { Rule, TrafficRule } from '../rule.js';
import type { Traffic } from '../traffic.js';
import { agentsOf, newsOf, noAgentSync, type SeenAgent } from './common/agents.js';
import { agentSync, syncAnswer } from './common/example-agent.js';
import { heartbeat, upload } from './common/example-upload.js';
import { createFindingCollector, notJudged } from './common/judgement.js';
import { serversOnly } from './common/source.js';
import { type KubernetesApiSync, syncCalls } from './common/sync-calls.js';
import { duration } from './common/text.js';

/** Reports that may have been on their way when the seat was lost. */
const toleratedReports = 1;
/** A Push tells it in the middle of whatever the agent does, ms. */
const toleratedDelay = 1_000;

const unseated = syncAnswer({ chosen: false });

const watchFlagHonoured: TrafficRule = {
  id: 'sync/watch-flag-honoured',
  scope: 'traffic',
  level: serversOnly('must'),
  demand:
    'An agent reports its cluster only while Sync and Push answer kubernetes_api_enabled true: it stops when the seat is lost, and begins again when it is regained.',
  why: 'Another agent holds the seat and reports the same cluster: two reporters overwrite each other, and an agent that was told not to watch is told so to spare the Kubernetes API.',
  source: 'deepflow-server behaviour: election of one reporter for each cluster',
  implies: ['request/single-reporter'],
  example: {
    breaks: { compat: 'v7', calls: [agentSync(), upload(), agentSync({}, { answer: unseated }), ...reports(3)] },
    keeps: {
      compat: 'v7',
      calls: [agentSync(), upload(), agentSync({}, { answer: unseated }), agentSync({}, { at: 60 }), ...reports(3)],
    },
  },
  judge(traffic) {
    if (agentsOf(traffic).length === 0) return noAgentSync;
    const findings = createFindingCollector();
    let judged = false;
    const reportsOf = reportsByAgent(traffic);
    for (const agent of agentsOf(traffic)) {
      // One that only watches reports whatever it is told, and the server always chooses it.
      if (agent.syncs.some((call) => call.agent.watchOnly)) continue;
      const flags = flagsOf(agent);
      let against = 0;
      for (const call of reportsOf(agent)) {
        const flag = flags.findLast(({ time }) => time <= call.time);
        if (flag === undefined || flag.chosen === null) continue;
        judged = true;
        against = flag.chosen || call.time - flag.time <= toleratedDelay ? 0 : against + 1;
        if (against !== toleratedReports + 1) continue;
        findings.add(() => ({
          request: call.seq,
          found: `a report ${duration(call.time - flag.time)} after the answer to request ${flag.request} with kubernetes_api_enabled false`,
          expected: 'no report as long as another agent is chosen',
          message:
            'The agent reports though it was not chosen: stop watching and reporting until Sync or Push says kubernetes_api_enabled true.',
        }));
      }
    }
    return findings.judgement(judged ? undefined : notJudged('no report came from an agent that Sync has to choose'));
  },
};

interface Flag {
  /** Unix time, ms, since when. */
  readonly time: number;
  readonly request: number;
  /** Null where what the agent was told could not be read. */
  readonly chosen: boolean | null;
}

/** How the agent's kubernetes_api_enabled changed. */
function flagsOf(agent: SeenAgent): readonly Flag[] {
  const flags: Flag[] = [];
  for (const { time, request, answer } of newsOf(agent)) {
    if (answer !== null && !answer.configured) continue;
    const chosen = answer === null ? null : answer.chosen;
    if (flags.at(-1)?.chosen !== chosen) flags.push({ time, request, chosen });
  }
  return flags;
}

/** What agents report under their own ids, or without an id from their own addresses. */
function reportsByAgent(traffic: Traffic): (agent: SeenAgent) => readonly KubernetesApiSync[] {
  const bySender = new Map<string, KubernetesApiSync[]>();
  for (const call of syncCalls(traffic)) {
    const { agentId, sourceIp } = call.sync;
    const sender = agentId === 0 ? sourceIp : String(agentId);
    const before = bySender.get(sender);
    if (before === undefined) bySender.set(sender, [call]);
    else before.push(call);
  }
  return ({ ids, ctrlIp }) =>
    [ctrlIp, ...[...ids].map(String)]
      .flatMap((sender) => bySender.get(sender) ?? [])
      .toSorted((one, other) => one.seq - other.seq);
}

function reports(count: number) {
  return Array.from({ length: count }, (_, at) => heartbeat({}, { at: 70 + 10 * at }));
}

export const syncWatchRules: readonly Rule[] = [watchFlagHonoured];
