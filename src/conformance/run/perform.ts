import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { levelOf } from '../rule-level.js';
import { type AgentCrew, createAgentCrew, howItEnded } from './agent-crew.js';
import { createAccessLog } from './cluster-role.js';
import { createStage, type RunningStage, SceneAborted } from './create-stage.js';
import { hintedAllowanceMs } from './play-options.js';
import { judgeReadsOnly } from './reads-only.js';
import type { Scene } from './scene.js';
import { SceneNotSet } from './stage.js';
import type { TimelineRecorder } from './timeline-recorder.js';

/** How a scenario went. */
export interface Performance {
  /** Calls of any method that the agent made. */
  calls: number;
  /** The agent came as far as the scenario needs it. */
  set: boolean;
  /** "" where it came so far. */
  whyNotSet: string;
  /** The run ended before the scenario did. */
  brokenOff: boolean;
  /** The end of what the agents wrote. */
  output: string;
}

const stopGraceMs = 5_000;

/**
 * Starts the agent and plays the scenario. No process of the agent is left when it resolves.
 *
 * @param played is kept up to date, also where it throws
 * @throws AgentStartError where COMMAND cannot be started; anything where the harness itself fails
 */
export async function perform(scene: Scene, timeline: TimelineRecorder, played: Performance): Promise<void> {
  const { scenario, options, directory, target, judged } = scene;
  const { clusterId, interval, compat } = options;
  let stage: RunningStage | null = null;
  const agents = await createAgents(scene, (text) => {
    timeline.add({ lane: 'agent', text });
    stage?.wake();
  });
  const known = new Set(options.rules.filter((rule) => levelOf(rule, compat) !== null).map(({ id }) => id));
  const timeLimit = AbortSignal.timeout(Math.max(scenario.longest ?? 0, options.timeout) * 1000);
  stage = createStage({
    compat,
    interval,
    allowanceMs: hintedAllowanceMs(interval),
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
  const access = createAccessLog();
  const stopLogging = target.onRequest((request, phase) => {
    if (phase === 'end') access.add(request);
  });
  // Also of those that only end when the server does.
  judged.server.onRecord(({ kind }) => {
    if (kind === 'call') played.calls += 1;
  });
  try {
    await stage.begin();
    if (scenario.setting?.withoutAgent !== true) await agents.start();
    const why = await playOn(stage, scene, agents, { timeLimit, played });
    for (const rule of scenario.judges) if (!stage.hasJudged(rule)) stage.judge(rule).notJudged(why);
    noteReadsOnly(stage, scene);
  } finally {
    if (agents.ended !== null) options.onAgentEnd(scenario.name, agents.ended);
    await agents.stop();
    stage.end();
    stopLogging();
    played.output = agents.output();
    const reads = access.reads();
    for (const read of reads) options.access.addRead(read);
    await judged.server.note({
      kind: 'scene',
      time: stage.now(),
      run: options.run,
      brokenOff: played.brokenOff,
      timeline: timeline.events(),
      reads,
      agentOutput: played.output,
    });
  }
}

async function createAgents(scene: Scene, onEvent: (text: string) => void): Promise<AgentCrew> {
  const { options, directory, target, judged, groupConfig } = scene;
  return createAgentCrew({
    command: options.command,
    cwd: options.cwd,
    stopGraceMs,
    env: {
      ...options.env,
      PLUMBLINE_SERVER: judged.server.grpc,
      PLUMBLINE_CLUSTER_ID: options.clusterId,
      PLUMBLINE_SYNC_INTERVAL: String(options.interval),
      KUBECONFIG: target.kubeconfig,
      ...(groupConfig === undefined ? {} : { PLUMBLINE_GROUP_CONFIG: await writeGroupConfig(directory, groupConfig) }),
    },
    onEvent,
  });
}

/** @returns why rules that the scenario said nothing of were not judged */
async function playOn(
  stage: RunningStage,
  { scenario }: Scene,
  agents: AgentCrew,
  { timeLimit, played }: { readonly timeLimit: AbortSignal; readonly played: Performance },
): Promise<string> {
  try {
    await scenario.play(stage);
    return 'the scenario came to no verdict on it';
  } catch (thrown) {
    if (thrown instanceof SceneNotSet) {
      played.set = false;
      stage.step(thrown.message);
      played.whyNotSet = agents.ended === null ? thrown.message : `${thrown.message} (${howItEnded(agents.ended)})`;
      return played.whyNotSet;
    }
    if (thrown instanceof SceneAborted) {
      played.brokenOff = !timeLimit.aborted;
      const why = timeLimit.aborted ? 'the time of the scenario was over' : 'the run was interrupted';
      stage.step(why);
      return why;
    }
    throw thrown;
  }
}

function noteReadsOnly(stage: RunningStage, { judged }: Scene): void {
  const judgement = judgeReadsOnly(stage.requests());
  void judged.server.note({ kind: 'judged', time: stage.now(), rule: 'watch/reads-only', judgement });
}

async function writeGroupConfig(directory: string, text: string): Promise<string> {
  const file = join(directory, 'agent-group-config.yaml');
  await writeFile(file, text);
  return file;
}
