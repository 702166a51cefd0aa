import { createSeededRandom } from '../../faults/seeded-random.js';
import type { JournalRecord, RecordedFinding, RecordedJudgement } from '../../journal/record.js';
import type { Compat } from '../../kube/compat.js';
import type { KubeChange, KubeObject, KubeRequest } from '../../kube/kube-object.js';
import { isInNamespace } from '../in-namespace.js';
import type { JudgedServer } from '../judged-server.js';
import type { KubeTarget, Stop } from '../kube-target.js';
import type { Standing } from '../truth/cluster-truth.js';
import { kubeTypeOf } from '../truth/kube-type.js';
import { slimObject } from '../truth/slim-object.js';
import type { AgentCrew } from './agent-crew.js';
import { createCausality } from './causality.js';
import { createRecent, type ObservedCall, type ObservedSync, observeCall, observeSync } from './observed-call.js';
import { createSignal } from './signal.js';
import { type Judging, type Now, SceneNotSet, type Stage } from './stage.js';
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
  /** What the scenario said of rules, the worst of each. */
  judgements(): ReadonlyMap<string, RecordedJudgement['status']>;
  /** Takes in what Kubernetes holds before the agent starts. */
  begin(): Promise<void>;
  end(): void;
  requests(): readonly KubeRequest[];
}

/** The scenario was broken off: its time is over, or the run is interrupted. */
export class SceneAborted extends Error {
  override readonly name = 'SceneAborted';
}

const kept = 2_000;
const keptTouched = 50;
const initialBatch = 500;
/** Conditions are looked at so often at most, however many calls come; ms. */
const lookMs = 5;
const leastAllowanceMs = 5_000;
const leastStartMs = 30_000;
const severity = { 'not-judged': 0, passed: 1, failed: 2 } as const;

export function createStage(options: StageOptions): RunningStage {
  const { compat, interval, clusterId, directory, target, judged, agents, timeline, signal } = options;
  const { server, analyst } = judged;
  const wakeUp = createSignal();
  const calls = createRecent<ObservedCall>(kept);
  const requests = createRecent<KubeRequest>(kept);
  const syncs = createRecent<ObservedSync>(kept);
  const openRequests = new Set<number>();
  const judgements = new Map<string, RecordedJudgement['status']>();
  const touched = new Set<string>();
  const stops: Stop[] = [];
  const uploadListeners: ((call: ObservedCall, standing: Standing) => void)[] = [];
  const random = createSeededRandom(options.seed);
  const causality = createCausality(timeline);
  let allowanceMs = options.allowanceMs;
  let stored = 0;
  let changes = 0;
  /** The analyst knows of all changes once it has resolved. */
  let noted: Promise<void> = Promise.resolve();
  let usualDifferences: ReadonlySet<string> = new Set();
  let cached: { readonly key: string; readonly standing: Standing | null } | null = null;
  let told = false;

  signal.addEventListener('abort', wakeUp.notify);

  const now = (): number => server.clock.now();
  const checkAborted = (): void => {
    if (signal.aborted) throw new SceneAborted(String(signal.reason));
  };

  const { scope } = target;
  const isOwn = ({ metadata }: KubeObject): boolean =>
    isInNamespace(scope.kind === 'cluster' ? undefined : scope.namespace, metadata);

  const onRecord = (record: JournalRecord): void => {
    if (record.kind === 'fault') timeline.add({ lane: 'fault', text: record.text });
    if (record.kind !== 'call') return;
    const sync = observeSync(record);
    if (sync !== null) syncs.add(sync);
    const call = observeCall(record);
    if (call !== null) {
      calls.add(call);
      if (call.entryCount > 0) stored += 1;
      const index = timeline.add({ lane: 'request', text: callText(call), request: call.seq });
      if (call.entryCount > 0 && call.clusterId === clusterId) void follow(call, index);
    }
    wakeUp.notify();
  };

  /** Which changes became visible with this upload. */
  const follow = async (call: ObservedCall, index: number): Promise<void> => {
    const waiting = causality.waiting();
    if (waiting.length === 0 && uploadListeners.length === 0) return;
    try {
      const standing = await analyst.standing(clusterId, { time: now(), uids: waiting });
      if (standing === null) return;
      causality.uploaded(standing, { request: call.seq, cause: index, time: call.time });
      for (const listener of uploadListeners) listener(call, standing);
    } catch {
      // The timeline is poorer by a line; that the analyst failed stands in the verdict.
    }
  };

  const onChange = (change: KubeChange): void => {
    changes += 1;
    // By the clock of the calls, which scenarios put forward.
    const slim = { ...change, time: now(), object: slimObject(change.object) };
    noted = server.note({ kind: 'kubernetes', time: slim.time, changes: [slim] });
    const { uid } = change.object.metadata;
    if (uid === undefined || kubeTypeOf(change.object) === null || !isOwn(change.object)) return;
    touched.delete(uid);
    touched.add(uid);
    for (const oldest of touched) {
      if (touched.size <= keptTouched) break;
      touched.delete(oldest);
    }
    causality.changed({ ...change, time: slim.time });
  };

  const onRequest = (request: KubeRequest, phase: 'begin' | 'end'): void => {
    if (openRequests.delete(request.seq)) {
      replaceRequest(request);
    } else {
      if (phase === 'begin') openRequests.add(request.seq);
      requests.add(request);
      timeline.add({ lane: 'api-request', text: requestText(request) });
    }
    wakeUp.notify();
  };

  const replaceRequest = (request: KubeRequest): void => {
    const list = requests.list() as KubeRequest[];
    const at = list.findLastIndex(({ seq }) => seq === request.seq);
    if (at >= 0) list[at] = request;
  };

  const standingOf = async (uids: readonly string[]): Promise<Standing | null> => {
    const key = `${stored} ${changes} ${uids.join(' ')}`;
    if (cached?.key === key) return cached.standing;
    await noted;
    const standing = await analyst.standing(clusterId, { time: now(), uids });
    cached = { key, standing };
    return standing;
  };

  const observe = async (uids: readonly string[]): Promise<Now> => ({
    calls: calls.list(),
    requests: requests.list(),
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
      if (condition(await observe(uids))) return end(true);
      const left = deadline - performance.now();
      if (left <= 0 || agents.running === 0) return end(false);
      await wakeUp.wait(left);
      if (left > lookMs) await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  };

  const isUpToDate = ({ standing }: Now): boolean => {
    if (standing === null || standing.total.missing > 0 || standing.total.extra > 0) return false;
    return Object.values(standing.asked).every((fields) => fields.every((field) => usualDifferences.has(field)));
  };

  const upToDate: Stage['upToDate'] = (what = 'the server holds what Kubernetes holds', more = {}) =>
    until(what, isUpToDate, { ...more, uids: [...touched, ...(more.uids ?? [])] });

  const judge = (ruleId: string): Judging => {
    const note = (judgement: RecordedJudgement): void => {
      if (!options.isJudged(ruleId)) return;
      const before = judgements.get(ruleId);
      if (before === undefined || severity[judgement.status] > severity[before])
        judgements.set(ruleId, judgement.status);
      void server.note({ kind: 'judged', time: now(), rule: ruleId, judgement });
    };
    const judging: Judging = {
      passed: () => note({ status: 'passed' }),
      notJudged: (reason) => note({ status: 'not-judged', reason }),
      failed: (finding) => {
        note({ status: 'failed', findings: [finding] });
        if (options.isJudged(ruleId))
          timeline.add({ lane: 'finding', text: finding.message, rule: ruleId, ...requestOf(finding) });
      },
      that: (holds, finding) => (holds ? judging.passed() : judging.failed(finding())),
    };
    return judging;
  };

  const isReady = ({ standing, calls: seen }: Now): boolean => {
    if (standing === null || standing.total.missing > 0) return false;
    const upload = seen.findLast((call) => call.entryCount > 0);
    return upload !== undefined && seen.some((call) => call.seq > upload.seq);
  };

  return {
    compat,
    interval,
    get allowanceMs() {
      return allowanceMs;
    },
    clusterId,
    directory,
    random,
    now,
    cluster: {
      create: (object) => target.create(object),
      update: (object) => target.update(object),
      delete: (object) => target.delete(object),
      takes: ({ metadata }) => scope.kind === 'cluster' || metadata.namespace !== undefined,
      list: async () => (await target.list()).filter(isOwn),
      async get(kind, name) {
        const found = (await target.list()).find(
          (object) => object.kind === kind && object.metadata.name === name && isOwn(object),
        );
        if (found === undefined) throw new Error(`Kubernetes holds no ${kind} ${name}, which the scenario counts on.`);
        return found;
      },
    },
    kube: {
      requests: () => requests.list(),
      fault(fault) {
        const faults = needFaults(target);
        timeline.add({ lane: 'fault', text: `the Kubernetes API: ${fault.id} (${fault.effect.kind})` });
        const stop = faults.add(fault);
        return () => {
          timeline.add({ lane: 'fault', text: `the Kubernetes API: end of ${fault.id}` });
          stop();
        };
      },
      rotateToken() {
        return needFaults(target).rotateToken();
      },
      breakConnections(how) {
        needFaults(target).breakConnections(how);
      },
      sendBookmarks() {
        timeline.add({ lane: 'step', text: 'the Kubernetes API sends bookmarks' });
        if (target.sendBookmarks === undefined)
          throw new SceneNotSet('this Kubernetes cannot be told to send bookmarks');
        target.sendBookmarks();
      },
    },
    server: {
      address: server.grpc,
      calls: () => calls.list(),
      syncs: () => syncs.list(),
      fault(fault) {
        timeline.add({ lane: 'fault', text: `the server: ${fault.id} (${fault.effect.kind})` });
        const stop = server.faults.add(fault);
        return () => {
          timeline.add({ lane: 'fault', text: `the server: end of ${fault.id}` });
          stop();
        };
      },
      apply: (effect, id) => server.faults.apply(effect, id),
    },
    agent: {
      get running() {
        return agents.running;
      },
      start: (env) => agents.start(env),
      stop: () => agents.stop(),
    },
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
      if (!held) throw new SceneNotSet(notReadyText(agents, calls.total, await standingOf([]), longest));
      const seen = calls.list();
      const kept = ((seen.at(-1)?.time ?? 0) - (seen.at(-2)?.time ?? 0)) / 1000;
      if (kept > 2 * interval + 1) {
        allowanceMs = Math.max(allowanceMs, 2_000 * kept, leastAllowanceMs);
        if (!told) options.onSlowAgent(kept);
        told = true;
      }
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
    judge,
    wake: wakeUp.notify,
    judgements: () => judgements,
    async begin() {
      const early: KubeChange[] = [];
      let isBegun = false;
      // Others may write in a real cluster while what it holds is taken in.
      stops.push(target.onChange((change) => (isBegun ? onChange(change) : void early.push(change))));
      const objects = await target.list();
      for (let at = 0; at < objects.length; at += initialBatch) {
        const batch = objects.slice(at, at + initialBatch);
        // They have been there for ever: the first upload has to hold them.
        const held = batch.map((object) => ({ time: 0, change: 'added', object: slimObject(object) }) as const);
        await server.note({ kind: 'kubernetes', time: now(), changes: held });
      }
      if (target.faults !== null) {
        stops.push(target.faults.onFault(({ id, text }) => timeline.add({ lane: 'fault', text: `${id}: ${text}` })));
      }
      if (target.onWatchEvent !== undefined) stops.push(target.onWatchEvent(causality.sent));
      stops.push(target.onRequest(onRequest), server.onRecord(onRecord));
      for (const change of early) onChange(change);
      isBegun = true;
    },
    end() {
      for (const stop of stops) stop();
      signal.removeEventListener('abort', wakeUp.notify);
    },
    requests: () => requests.list(),
  };
}

function needFaults(target: KubeTarget) {
  if (target.faults === null) throw new SceneNotSet('this Kubernetes cannot be made to fail');
  return target.faults;
}

function requestOf({ request = 0 }: RecordedFinding): { request?: number } {
  return request === 0 ? {} : { request };
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

function callText({ version, entryCount, errorMsg, status, size }: ObservedCall): string {
  const what = entryCount === 0 ? 'no entries' : `${entryCount} entries, ${size} bytes`;
  const error = errorMsg === '' ? '' : `, error_msg ${JSON.stringify(errorMsg.slice(0, 120))}`;
  return `version ${version}, ${what}${error}${status === 0 ? '' : `; answered with status ${status}`}`;
}

function requestText({ verb, resource, group, query, status, fault }: KubeRequest): string {
  const version = query.resourceVersion === undefined ? '' : ` from resourceVersion ${query.resourceVersion}`;
  const of = resource === '' ? '' : ` ${resource}${group === '' ? '' : `.${group}`}`;
  return `${verb}${of}${version}${status === 0 || status === 200 ? '' : `: ${status}`}${fault === null ? '' : ` (${fault})`}`;
}
