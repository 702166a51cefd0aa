import type { Rule, TrafficRule } from '../rule.js';
import type { Traffic } from '../traffic.js';
import { answeredAt, managedAgents, type News, newsOf, type SeenAgent, whyUnmanaged } from './common/agents.js';
import { elapsed } from './common/elapsed.js';
import { agentSync, syncAnswer } from './common/example-agent.js';
import { createFindingCollector, notJudged } from './common/judgement.js';
import { serversOnly } from './common/source.js';
import { duration } from './common/text.js';

/** What agents keep where the configuration does not say, ms. */
const defaultInterval = 60_000;
/** How late a call may be: half an interval, and what a busy machine may cost, ms. */
const toleratedShare = 1.5;
const toleratedDelay = 10_000;
/** Pauses so much shorter than the interval are hasty; one or two may have a reason of their own. */
const hastyShare = 0.5;
const toleratedHaste = 2;
const neededPauses = 2;

const every10s = syncAnswer({ user_config: 'global: {communication: {proactive_request_interval: 10s}}' });

const keepsInterval: TrafficRule = {
  id: 'sync/keeps-interval',
  scope: 'traffic',
  level: serversOnly('should'),
  demand:
    'A managed agent calls Sync as often as its configuration says (proactive_request_interval, up to v6.5 sync_interval; 60 s by default).',
  why: 'An agent that calls too seldom learns of changes too late and loses its seat after 600 s; one that calls without a pause costs the server as much as many agents.',
  source: 'deepflow-agent behaviour: loop of Sync; agents call earlier only when their exceptions change',
  example: {
    breaks: { compat: 'v7', calls: [0, 60, 120].map((at) => managed(at)) },
    keeps: { compat: 'v7', calls: [0, 10, 20, 30].map((at) => managed(at)) },
  },
  judge(traffic) {
    const why = whyUnmanaged(traffic);
    if (why !== null) return why;
    const findings = createFindingCollector();
    const disturbances = disturbancesOf(traffic);
    let judged = 0;
    for (const agent of managedAgents(traffic)) {
      const pauses = pausesOf(traffic, agent, disturbances);
      let hasty = 0;
      for (const { from, until, length, longest, shortest, isEnd, mayBeShort } of pauses) {
        if (length > longest * toleratedShare + toleratedDelay) {
          findings.add(() => ({
            request: until,
            found: `${duration(length)} after request ${from}${isEnd ? ' there was no Sync until the end of observation' : ''}`,
            expected: `a Sync every ${duration(longest)}`,
            message:
              'The agent calls Sync too seldom: follow the interval of the configuration that Sync and Push deliver.',
          }));
        }
        if (isEnd) continue;
        judged += 1;
        hasty = !mayBeShort && length < shortest * hastyShare ? hasty + 1 : 0;
        if (hasty !== toleratedHaste + 1) continue;
        findings.add(() => ({
          request: until,
          found: `${duration(length)} after request ${from}, and ${hasty - 1} times before`,
          expected: `a Sync every ${duration(shortest)}`,
          message: 'The agent calls Sync in a loop: wait for the interval of the configuration between two calls.',
        }));
      }
    }
    return findings.judgement(
      judged >= neededPauses ? undefined : notJudged('the agent was not watched for two intervals of Sync'),
    );
  },
};

interface Pause {
  /** Numbers of the Sync before and after it. */
  readonly from: number;
  readonly until: number;
  /** ms, as all times here. */
  readonly length: number;
  /** The longest, and the shortest, interval that was in force during it. */
  readonly longest: number;
  readonly shortest: number;
  /** It ends with the observation. */
  readonly isEnd: boolean;
  /** The agent has a reason to call again at once. */
  readonly mayBeShort: boolean;
}

function pausesOf(traffic: Traffic, agent: SeenAgent, disturbances: Disturbances): readonly Pause[] {
  const pauses: Pause[] = [];
  const news = newsOf(agent).filter(({ answer }) => answer?.configured === true);
  const intervalOf = ({ answer }: News): number => answer?.syncIntervalMs ?? defaultInterval;
  let heard = 0;
  let interval = defaultInterval;
  for (const [at, call] of agent.syncs.entries()) {
    const { answer } = call.agent;
    const next = agent.syncs[at + 1];
    const end = next?.time ?? traffic.until;
    const since = answeredAt(call);
    for (let each = news[heard]; each !== undefined && each.time <= since; each = news[++heard])
      interval = intervalOf(each);
    const inForce = [interval];
    for (let each = news[heard]; each !== undefined && each.time < end; each = news[++heard]) {
      interval = intervalOf(each);
      inForce.push(interval);
    }
    // After a call that failed other rules hold.
    if (answer === null || !answer.configured) continue;
    const isRestart = next !== undefined && next.agent.bootTime !== call.agent.bootTime;
    if (isRestart || disturbances.within(call.time, end)) continue;
    const isRegistered = answer.agentId !== 0 || call.agent.watchOnly;
    pauses.push({
      from: call.seq,
      until: next?.seq ?? call.seq,
      length: elapsed(traffic, call.time, end),
      longest: Math.max(...inForce),
      shortest: Math.min(...inForce),
      isEnd: next === undefined,
      mayBeShort:
        !isRegistered ||
        inForce.length > 1 ||
        answer.newBufferSize !== null ||
        next?.agent.exception !== call.agent.exception,
    });
  }
  return pauses;
}

/** Times at which the server misbehaved: who calls again has a reason to, and so has who calls late. */
interface Disturbances {
  /** There was one later than `from`, and not later than `to`. */
  within(from: number, to: number): boolean;
}

/** Looked through once for thousands of agents. */
function disturbancesOf({ faults, restarts, calls }: Traffic): Disturbances {
  const restarted = new Set(restarts);
  const times = faults.filter(({ clockJump }) => clockJump === 0).map(({ time }) => time);
  for (const { seq, fault, agent, time } of calls) {
    if (restarted.has(seq) || (fault !== undefined && agent !== undefined)) times.push(time);
  }
  times.sort((one, other) => one - other);
  return {
    within: (from, to) => {
      let [low, high] = [0, times.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((times[middle] ?? 0) > from) high = middle;
        else low = middle + 1;
      }
      const next = times[low];
      return next !== undefined && next <= to;
    },
  };
}

function managed(at: number) {
  return agentSync({}, { at, answer: every10s });
}

export const syncIntervalRules: readonly Rule[] = [keepsInterval];
