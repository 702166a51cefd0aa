import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfiguredResource } from '../../journal/record.js';
import type { Compat } from '../../kube/compat.js';
import { systemClock } from '../../server/clock.js';
import { parseGroupConfig } from '../../server/model/group-config.js';
import { type JudgedServer, startJudgedServer } from '../judged-server.js';
import type { KubeTarget } from '../kube-target.js';
import type { JudgeContext, Rule } from '../rule.js';
import { levelOf } from '../rule-level.js';
import { baseCluster } from '../scenarios/common/base-cluster.js';
import type { ScenarioVerdict, Verdict } from '../verdict.js';
import { type AgentCrew, createAgentCrew, howItEnded } from './agent-crew.js';
import { type AgentExit, AgentStartError } from './agent-process.js';
import type { AnalystPool } from './analyst-pool.js';
import type { AccessLog } from './cluster-role.js';
import { configuredResources } from './configured-resources.js';
import { createStage, type RunningStage, SceneAborted } from './create-stage.js';
import { NotPlayable, type OpenTarget } from './open-target.js';
import { judgeReadsOnly } from './reads-only.js';
import type { Scenario } from './scenario.js';
import { SceneNotSet } from './stage.js';
import { createTimelineRecorder, type TimelineRecorder } from './timeline-recorder.js';

/** What all scenarios of a run have in common. */
export interface PlayOptions {
  readonly compat: Compat;
  readonly rules: readonly Rule[];
  readonly openTarget: OpenTarget;
  readonly analysts: AnalystPool;
  readonly access: AccessLog;
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly clusterId: string;
  readonly clusterRegistered: boolean;
  readonly strictPackages: boolean;
  /** s, hinted to the agent. */
  readonly interval: number;
  readonly seed: number;
  /** Longest time of a scenario that says nothing else, s. */
  readonly timeout: number;
  /** Group configuration, YAML. */
  readonly groupConfig?: string;
  /** Journals go into a folder of it, one for each scenario. */
  readonly journal?: string;
  /** Breaks off what is played. */
  readonly signal: AbortSignal;
  readonly onSlowAgent: (seconds: number) => void;
  readonly onAgentEnd: (scenario: string, exit: AgentExit) => void;
}

/** One scenario, played. */
export interface PlayedScenario {
  readonly scenario: ScenarioVerdict;
  /** Of this scenario alone; null where the harness broke before there was anything to judge. */
  readonly verdict: Verdict | null;
  readonly judges?: readonly string[];
  /** Calls of any method that the agent made. */
  readonly calls: number;
  /** The agent came as far as the scenario needs it. */
  readonly set: boolean;
}

const stopGraceMs = 5_000;
const drainMs = 500;
const leastAllowanceMs = 5_000;

/**
 * Plays a scenario: its own server, its own Kubernetes, its own agent. All of them are gone when it resolves.
 *
 * @throws AgentStartError where COMMAND cannot be started; nothing else
 */
export async function playScenario(scenario: Scenario, options: PlayOptions): Promise<PlayedScenario> {
  const began = performance.now();
  const timeline = createTimelineRecorder(() => performance.now());
  const played: Played = { verdict: null, output: '', calls: 0, set: true, stage: null };
  let status: ScenarioVerdict['status'] = 'played';
  let reason: string | null = null;
  try {
    await withScene(scenario, options, timeline, played);
  } catch (thrown) {
    if (thrown instanceof AgentStartError) throw thrown;
    status = 'broken';
    if (thrown instanceof NotPlayable) {
      status = 'skipped';
      reason = thrown.message;
    } else reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
  const named = (verdict: Verdict): Verdict => ({
    ...verdict,
    rules: verdict.rules.map((rule) => ({
      ...rule,
      findings: rule.findings.map((finding) => ({ ...finding, scenario: scenario.name })),
    })),
    ...(verdict.evidence === undefined
      ? {}
      : { evidence: verdict.evidence.map((shown) => ({ ...shown, scenario: scenario.name })) }),
  });
  const rules = played.verdict?.rules ?? [];
  return {
    verdict: played.verdict === null ? null : named(played.verdict),
    calls: played.calls,
    set: played.set,
    judges: scenario.judges,
    scenario: {
      name: scenario.name,
      title: scenario.title,
      status,
      ...(reason === null ? {} : { reason }),
      failed: rules.filter(({ status, level }) => status === 'failed' && level !== 'info').map(({ id }) => id),
      passed: rules.filter(({ status }) => status === 'passed').map(({ id }) => id),
      timeline: timeline.events(),
      agentOutput: played.output,
      durationMs: Math.round(performance.now() - began),
    },
  };
}

interface Played {
  set: boolean;
  verdict: Verdict | null;
  output: string;
  calls: number;
  stage: RunningStage | null;
}

async function withScene(
  scenario: Scenario,
  options: PlayOptions,
  timeline: TimelineRecorder,
  played: Played,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-scenario-'));
  try {
    const { setting = {} } = scenario;
    const groupConfig = setting.groupConfig ?? options.groupConfig;
    const resources = groupConfig === undefined ? undefined : configuredResources(parseGroupConfig(groupConfig));
    const target = await openTargetOf(scenario, options, directory);
    try {
      await withTarget({ scenario, options, timeline, played, directory, target, groupConfig, resources });
    } finally {
      await target.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function openTargetOf({ setting = {} }: Scenario, options: PlayOptions, directory: string): Promise<KubeTarget> {
  const kubeDirectory = join(directory, 'kubernetes');
  await mkdir(kubeDirectory);
  return options.openTarget({
    directory: kubeDirectory,
    clock: systemClock,
    seed: options.seed,
    objects: (setting.objects ?? baseCluster)(options.compat),
    ...(setting.groups === undefined ? {} : { groups: setting.groups }),
    ...(setting.resourceVersions === undefined ? {} : { resourceVersions: setting.resourceVersions }),
  });
}

interface Scene {
  readonly scenario: Scenario;
  readonly options: PlayOptions;
  readonly timeline: TimelineRecorder;
  readonly played: Played;
  readonly directory: string;
  readonly target: KubeTarget;
  readonly groupConfig: string | undefined;
  readonly resources: readonly ConfiguredResource[] | undefined;
}

async function withTarget(scene: Scene): Promise<void> {
  const { scenario, options, played, target, groupConfig, resources } = scene;
  const { compat, rules, clusterId, clusterRegistered, interval } = options;
  const judging = {
    configuredClusterId: clusterId,
    clusterRegistered,
    allowanceMs: Math.max(2_000 * interval, leastAllowanceMs),
    ...(resources === undefined ? {} : { resources }),
    ...(target.scope.kind === 'cluster' ? {} : { namespace: target.scope.namespace }),
  };
  const context: JudgeContext = { compat, ...judging };
  const analyst = await options.analysts.take(context);
  const judged = await startJudgedServer({
    ...judging,
    scenario: scenario.name,
    excused: excusedIn(scenario, options),
    listen: { host: '127.0.0.1', port: 0 },
    compat,
    clusters: clusterRegistered ? [clusterId] : [],
    strictPackages: options.strictPackages,
    rules,
    analyst,
    seed: options.seed,
    ...(groupConfig === undefined ? {} : { groupConfig }),
    ...(options.journal === undefined
      ? {}
      : { journal: { directory: join(options.journal, scenario.name), fsync: false } }),
  });
  const stopKeeping = judged.server.onRecord((record) => {
    if (record.kind === 'call') played.calls += 1;
  });
  let observedUntil = 0;
  try {
    await withServer(scene, judged);
  } finally {
    observedUntil = judged.server.clock.now();
    stopKeeping();
    const verdict = await judged.close({ graceMs: drainMs, observedUntil });
    options.analysts.giveBack(context, analyst);
    played.verdict = verdict;
  }
}

/**
 * Where the server answers both packages, a client that tries the one of newer servers first is right to stay with it; which one it
 * knows is seen where only one is answered.
 */
function excusedIn({ judges, excused = [] }: Scenario, { strictPackages }: PlayOptions): readonly string[] {
  const packages = 'transport/known-method';
  return strictPackages || judges.includes(packages) ? excused : [...excused, packages];
}

async function withServer(scene: Scene, judged: JudgedServer): Promise<void> {
  const { scenario, options, timeline, played, directory, target, groupConfig } = scene;
  const { clusterId, interval, compat } = options;
  const agents = createAgentCrew({
    command: options.command,
    cwd: options.cwd,
    stopGraceMs,
    env: {
      ...options.env,
      PLUMBLINE_SERVER: judged.server.grpc,
      PLUMBLINE_CLUSTER_ID: clusterId,
      PLUMBLINE_SYNC_INTERVAL: String(interval),
      KUBECONFIG: target.kubeconfig,
      ...(groupConfig === undefined ? {} : { PLUMBLINE_GROUP_CONFIG: await writeGroupConfig(directory, groupConfig) }),
    },
    onEvent: (text) => {
      timeline.add({ lane: 'agent', text });
      played.stage?.wake();
    },
  });
  const known = new Set(options.rules.filter((rule) => levelOf(rule, compat) !== null).map(({ id }) => id));
  const timeLimit = AbortSignal.timeout((scenario.longest ?? options.timeout) * 1000);
  const stage = createStage({
    compat,
    interval,
    allowanceMs: Math.max(2_000 * interval, leastAllowanceMs),
    clusterId,
    directory,
    seed: options.seed,
    target,
    judged,
    agents,
    timeline,
    isJudged: (id) => known.has(id),
    signal: AbortSignal.any([options.signal, timeLimit]),
    onSlowAgent: options.onSlowAgent,
  });
  played.stage = stage;
  const stopLogging = target.onRequest((request, phase) => {
    if (phase === 'end') options.access.add(request);
  });
  try {
    await stage.begin();
    if (scenario.setting?.withoutAgent !== true) await agents.start();
    const why = await playOn(stage, scene, agents, timeLimit);
    for (const rule of scenario.judges) if (!stage.judgements().has(rule)) stage.judge(rule).notJudged(why);
    noteReadsOnly(stage, judged);
  } finally {
    if (agents.ended !== null) options.onAgentEnd(scenario.name, agents.ended);
    await agents.stop();
    stage.end();
    stopLogging();
    played.output = agents.output();
  }
}

/** @returns why rules that the scenario said nothing of were not judged */
async function playOn(
  stage: RunningStage,
  { scenario, played }: Scene,
  agents: AgentCrew,
  timeLimit: AbortSignal,
): Promise<string> {
  try {
    await scenario.play(stage);
    return 'the scenario came to no verdict on it';
  } catch (thrown) {
    if (thrown instanceof SceneNotSet) {
      played.set = false;
      stage.step(thrown.message);
      return agents.ended === null ? thrown.message : `${thrown.message} (${howItEnded(agents.ended)})`;
    }
    if (thrown instanceof SceneAborted) {
      const why = timeLimit.aborted ? 'the time of the scenario was over' : 'the run was interrupted';
      stage.step(why);
      return why;
    }
    throw thrown;
  }
}

function noteReadsOnly(stage: RunningStage, judged: JudgedServer): void {
  const judgement = judgeReadsOnly(stage.requests());
  void judged.server.note({ kind: 'judged', time: stage.now(), rule: 'watch/reads-only', judgement });
}

async function writeGroupConfig(directory: string, text: string): Promise<string> {
  const file = join(directory, 'agent-group-config.yaml');
  await writeFile(file, text);
  return file;
}
