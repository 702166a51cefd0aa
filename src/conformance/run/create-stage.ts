import { createSeededRandom } from '../../faults/seeded-random.js';
import type { JournalRecord } from '../../journal/record.js';
import type { Compat } from '../../kube/compat.js';
import type { KubeRequest } from '../../kube/kube-object.js';
import type { JudgedServer } from '../judged-server.js';
import type { KubeTarget, Stop } from '../kube-target.js';
import type { Standing } from '../truth/cluster-truth.js';
import type { AgentCrew } from './agent-crew.js';
import { createCausality } from './causality.js';
import type { ObservedCall } from './observed-call.js';
import { leastAllowanceMs } from './play-options.js';
import { createSceneJudgements } from './scene-judgements.js';
import { createSceneLog } from './scene-log.js';
import { createSceneTruth } from './scene-truth.js';
import { createSignal } from './signal.js';
import { type Now, SceneNotSet, type Stage } from './stage.js';
import { stagedAgents, stagedCluster, stagedKubeFaults, stagedServer } from './staged-parts.js';
import type { TimelineRecorder } from './timeline-recorder.js';

export interface StageOptions {
  readonly compat: Compat;
  readonly interval: number;
  readonly allowanceMs: number;
  readonly clusterId: string;
  readonly directory: string;
  readonly seed: number;
  readonly target: KubeTarget;
  readonly judged: JudgedServer;
  readonly agents: AgentCrew;
  readonly timeline: TimelineRecorder;
  /** Rules that are judged in this run. */
  readonly isJudged: (ruleId: string) => boolean;
  readonly signal: AbortSignal;
  /** The agent does not keep the hint; told once. @param seconds the interval that it keeps */
  readonly onSlowAgent: (seconds: number) => void;
}

export interface RunningStage extends Stage {
  /** To be told when an agent started or ended. */
  wake(): void;
  /** Whether the scenario said anything of a rule. */
  hasJudged(ruleId: string): boolean;
  /** Takes in what Kubernetes holds before the agent starts. */
  begin(): Promise<void>;
  end(): void;
  requests(): readonly KubeRequest[];
}

/** The scenario was broken off: its time is over, or the run is interrupted. */
export class SceneAborted extends Error {
  override readonly name = 'SceneAborted';
}

/** Conditions are looked at so often at most, however many calls come; ms. */
const lookMs = 5;
const leastStartMs = 30_000;

export function createStage(options: StageOptions): RunningStage {
  const { compat, interval, clusterId, directory, target, judged, agents, timeline, signal } = options;
  const { server, analyst } = judged;
  const wakeUp = createSignal();
  const stops: Stop[] = [];
  const uploadListeners: ((call: ObservedCall, standing: Standing) => void)[] = [];
  const causality = createCausality(timeline);
  const truth = createSceneTruth({ target, judged, clusterId, causality });
  const judgements = createSceneJudgements({ server, timeline, isJudged: options.isJudged });
  const log = createSceneLog({
    timeline,
    onUpload: (call, event) => {
      if (call.clusterId === clusterId) void follow(call, event);
    },
  });
  let allowanceMs = options.allowanceMs;
  let pace = interval;
  let usualDifferences: ReadonlySet<string> = new Set();
  let cached: { readonly key: string; readonly standing: Standing | null } | null = null;
  let told = false;

  signal.addEventListener('abort', wakeUp.notify);

  const now = (): number => server.clock.now();
  const checkAborted = (): void => {
    if (signal.aborted) throw new SceneAborted(String(signal.reason));
  };

  /** Which changes became visible with this upload. */
  const follow = async (call: ObservedCall, event: number): Promise<void> => {
    const waiting = causality.waiting();
    if (waiting.length === 0 && uploadListeners.length === 0) return;
    try {
      const standing = await analyst.standing(clusterId, { time: now(), uids: waiting });
      if (standing === null) return;
      causality.uploaded(standing, { request: call.seq, cause: event, time: call.time });
      for (const listener of uploadListeners) listener(call, standing);
    } catch {
      // The timeline is poorer by a line; that the analyst failed stands in the verdict.
    }
  };

  const onRecord = (record: JournalRecord): void => {
    if (log.addRecord(record)) wakeUp.notify();
  };

  const onRequest = (request: KubeRequest, phase: 'begin' | 'end'): void => {
    log.addRequest(request, phase);
    wakeUp.notify();
  };

  const standingOf = async (uids: readonly string[]): Promise<Standing | null> => {
    const key = `${log.uploads} ${truth.changes} ${uids.join(' ')}`;
    if (cached?.key === key) return cached.standing;
    const standing = await truth.standing(uids);
    cached = { key, standing };
    return standing;
  };

  const observe = async (uids: readonly string[]): Promise<Now> => ({
    calls: log.calls(),
    requests: log.requests(),
    standing: await standingOf(uids),
  });

  const until: Stage['until'] = async (what, condition, { allowanceMs: longest = allowanceMs, uids = [] } = {}) => {
    const began = performance.now();
    const deadline = began + longest;
    const end = (held: boolean): boolean => {
      const took = Math.round(performance.now() - began);
      timeline.add({ lane: 'step', text: held ? `${what}: after ${took} ms` : `not within ${took} ms: ${what}` });
      return held;
    };
    for (;;) {
      checkAborted();
      const before = wakeUp.count;
      if (condition(await observe(uids))) return end(true);
      const left = deadline - performance.now();
      if (left <= 0 || agents.running === 0) return end(false);
      await wakeUp.wait(left, before);
      if (left > lookMs) await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  };

  const isUpToDate = ({ standing }: Now): boolean => {
    if (standing === null || standing.total.missing > 0 || standing.total.extra > 0) return false;
    return Object.values(standing.asked).every((fields) => fields.every((field) => usualDifferences.has(field)));
  };

  const upToDate: Stage['upToDate'] = (what = 'the server holds what Kubernetes holds', more = {}) =>
    until(what, isUpToDate, { ...more, uids: [...truth.touched(), ...(more.uids ?? [])] });

  const isReady = ({ standing, calls: seen }: Now): boolean => {
    if (standing === null || standing.total.missing > 0) return false;
    const upload = seen.findLast((call) => call.entryCount > 0);
    return upload !== undefined && seen.some((call) => call.seq > upload.seq);
  };

  /** An agent that does not keep the hint is judged by the interval that it keeps. */
  const allowInterval = (seconds: number): void => {
    if (seconds <= 2 * interval + 1) return;
    pace = Math.max(pace, seconds);
    const longer = Math.max(2_000 * seconds, leastAllowanceMs);
    if (longer > allowanceMs) {
      allowanceMs = longer;
      void server.note({ kind: 'sight', time: now(), clear: true, allowanceMs });
    }
    if (!told) options.onSlowAgent(seconds);
    told = true;
  };

  return {
    compat,
    interval,
    get pace() {
      return pace;
    },
    get allowanceMs() {
      return allowanceMs;
    },
    clusterId,
    directory,
    random: createSeededRandom(options.seed),
    now,
    cluster: stagedCluster(target, truth),
    kube: stagedKubeFaults(target, log, timeline),
    server: stagedServer(server, log, timeline),
    agent: stagedAgents(agents),
    step: (text) => void timeline.add({ lane: 'step', text }),
    until,
    async quiet(ms, why) {
      timeline.add({ lane: 'step', text: `${why}: ${ms} ms` });
      const deadline = performance.now() + ms;
      for (let left = ms; left > 0; left = deadline - performance.now()) {
        checkAborted();
        await wakeUp.wait(left);
      }
      checkAborted();
    },
    async ready() {
      const longest = Math.max(leastStartMs, 10_000 * interval);
      const held = await until('the first complete snapshot has come, and a report after it', isReady, {
        allowanceMs: longest,
      });
      if (!held) throw new SceneNotSet(notReadyText(agents, log.totalCalls, await standingOf([]), longest));
      const [before, last] = log.calls().slice(-2);
      allowInterval(((last?.time ?? 0) - (before?.time ?? 0)) / 1000);
      usualDifferences = new Set((await standingOf([]))?.fields);
    },
    upToDate,
    onUpload: (listener) => void uploadListeners.push(listener),
    blindfold() {
      void server.note({ kind: 'sight', time: now(), clear: false });
      return async () => {
        await upToDate('the agent sees clearly again');
        void server.note({ kind: 'sight', time: now(), clear: true });
      };
    },
    judge: judgements.judge,
    wake: wakeUp.notify,
    hasJudged: judgements.has,
    async begin() {
      stops.push(await truth.begin());
      if (target.faults !== null) {
        stops.push(target.faults.onFault(({ id, text }) => timeline.add({ lane: 'fault', text: `${id}: ${text}` })));
      }
      if (target.onWatchEvent !== undefined) stops.push(target.onWatchEvent(causality.sent));
      stops.push(target.onRequest(onRequest), server.onRecord(onRecord));
    },
    end() {
      for (const stop of stops) stop();
      signal.removeEventListener('abort', wakeUp.notify);
    },
    requests: log.requests,
  };
}

function notReadyText(agents: AgentCrew, calls: number, standing: Standing | null, longest: number): string {
  if (agents.ended !== null) return 'the agent ended by itself before it had uploaded all that Kubernetes holds';
  if (calls === 0) return `the agent made no call of KubernetesAPISync within ${longest / 1000} s`;
  if (standing === null) return `the agent uploaded nothing that the server keeps within ${longest / 1000} s`;
  const missing =
    standing.total.missing > 0
      ? `, ${standing.total.missing} objects are missing (${standing.missing.join(', ')})`
      : '';
  return `the agent did not upload all that Kubernetes holds within ${longest / 1000} s${missing}`;
}
