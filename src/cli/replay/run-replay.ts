import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { createTagIndex, type TagIndex } from '../../platform/tags.js';
import type { Topology } from '../../platform/topology.js';
import type { CaptureOutcome, CaptureTask, FileFault } from '../../replay/capture-task.js';
import type { CoreInterval } from '../../replay/core/core-config.js';
import type { CompiledCore } from '../../replay/core/core-exports.js';
import type { FlowRow } from '../../replay/flow-columns.js';
import { learnTopology, needsLearning } from '../../replay/learn-topology.js';
import { createRowKeeper, type RowKeeper } from '../../replay/row-keeper.js';
import { unappliedSettings } from '../../replay/unapplied-settings.js';
import type { ReplayResult } from '../../report/replay-result.js';
import type { CaptureCrew, OnWork } from './capture-crew.js';
import { type PlannedCapture, planCaptures } from './capture-plan.js';
import { inOrderOfTime } from './file-order.js';
import { createLocalCrew } from './local-crew.js';
import { createProgress } from './progress.js';
import type { ReplayInput } from './replay-input.js';

export interface ReplayRun {
  readonly core: CompiledCore;
  readonly interval: CoreInterval;
  readonly maxConversations: number;
  /** Null: as many as the machine and the captures are worth. */
  readonly workers: number | null;
  readonly withExplanations: boolean;
  /** Null where no flow rows are wanted. Waited for, so that a slow disk slows the replay down. */
  readonly writeFlows: ((rows: readonly FlowRow[]) => Promise<void>) | null;
  readonly err: { readonly write: (text: string) => void; readonly isTerminal: boolean };
}

export interface ReplayOutcome extends ReplayResult {
  readonly faults: readonly FileFault[];
}

/** From an input to judged conversations. The same result whatever the number of workers is. */
export async function runReplay(input: ReplayInput, run: ReplayRun): Promise<ReplayOutcome> {
  const captures = await inOrderOfTime(run.core, input.captures, input.root);
  const totalBytes = await sizeOf(
    input.root,
    captures.flatMap(({ files }) => files),
  );
  const options = { ipvlan: input.expectation?.cni === 'ipvlan', attach: input.learnsPodEnds };
  const learns = needsLearning(input.topology, options);
  const progress = createProgress({
    ...run.err,
    totalBytes: totalBytes * (learns ? 2 : 1),
    now: () => performance.now(),
  });
  const crew = await createCrew(run, input.root, captures.length, totalBytes, progress.onWork);
  try {
    const firstPlan = planCaptures(input, captures, input.topology, run.interval);
    // Without anything to learn, captures that are only listed are counted in the same way.
    const read = firstPlan.map(({ choice }, i) => (learns || !choice.captured ? i : -1)).filter((i) => i >= 0);
    const readPlan = read.flatMap((i) => firstPlan[i] ?? []);
    const learnt = await crew.learn(readPlan.map(({ capture, core }) => ({ files: capture.files, core })));
    const places = readPlan.flatMap(({ capture: { node, nic, pod } }, i) => {
      const outcome = learnt[i];
      return outcome === undefined ? [] : [{ node, nic, insidePod: pod, outcome }];
    });
    const { topology, refused, notes: open } = learnTopology(input.topology, places, options);
    const nodes = topology.nodes.map(({ name }) => name);
    const notes = [...open, ...unappliedSettings(nodes, input.settingsOf)];
    const plan = planCaptures(input, captures, topology, run.interval);
    const tags = createTagIndex(topology, input.resources);
    const keeper = createRowKeeper(run.maxConversations);
    const replayed = await replayCaptures(crew, plan, input, run, topology, keeper.add);
    await addSyscalls(input, tags, run, keeper.add);
    const outcomes = plan.map((_, i): CaptureOutcome | null => {
      const counted = learnt[read.indexOf(i)];
      return replayed.get(i) ?? (counted === undefined ? null : { ...counted, recordsLeftOut: 0 });
    });
    // What judges is not needed before the first packet, so that packets are read the sooner.
    const { judgeReplay } = await import('./judge-replay.js');
    const rows = { groups: keeper.groups(), leftOut: keeper.leftOut() };
    const result = judgeReplay(input, { topology, refused, notes, tags, plan, outcomes, rows }, run.withExplanations);
    const faults = outcomes.flatMap((outcome) => outcome?.faults ?? []);
    return { ...result, faults };
  } finally {
    progress.end();
    await crew.close();
  }
}

/** Outcomes by the place of the capture in the plan. */
async function replayCaptures(
  crew: CaptureCrew,
  plan: readonly PlannedCapture[],
  input: ReplayInput,
  run: ReplayRun,
  topology: Topology,
  keep: RowKeeper['add'],
): Promise<ReadonlyMap<number, CaptureOutcome>> {
  const tasks = plan.flatMap(({ choice, task }, index): CaptureTask[] => (choice.captured ? [{ ...task, index }] : []));
  const setup = {
    topology,
    platform: input.platform,
    resources: run.writeFlows === null ? null : input.resources,
    withFlowRows: run.writeFlows !== null,
    withExplanations: run.withExplanations,
  };
  const outcomes = await crew.replay(setup, tasks, (_, batch) => {
    for (const row of batch.observations) keep(row);
    return run.writeFlows?.(batch.flowRows);
  });
  return new Map(tasks.flatMap(({ index }, i) => (outcomes[i] === undefined ? [] : [[index, outcomes[i]] as const])));
}

async function addSyscalls(
  { syscalls, root }: ReplayInput,
  tags: TagIndex,
  run: ReplayRun,
  keep: RowKeeper['add'],
): Promise<void> {
  if (syscalls.length === 0) return;
  const { syscallRows } = await import('./syscall-rows.js');
  const rows = await syscallRows(syscalls, root, tags, run.err.write);
  for (const row of rows) keep(row);
  if (run.writeFlows === null) return;
  const { syscallFlowRow } = await import('../../replay/flow-row.js');
  await run.writeFlows(rows.map((row) => syscallFlowRow(row, tags)));
}

/** Threads take some 50 ms to start and their rows have to be copied, which small captures are not worth. */
const bytesWorthThreads = 1 << 26;

async function createCrew(
  { core, workers }: ReplayRun,
  root: string,
  captures: number,
  totalBytes: number,
  onWork: OnWork,
): Promise<CaptureCrew> {
  const wanted = workers ?? (totalBytes < bytesWorthThreads ? 1 : availableParallelism());
  const threads = Math.min(wanted, captures);
  if (threads < 2) return createLocalCrew(core, root, onWork);
  const { createThreadCrew } = await import('./thread-crew.js');
  return createThreadCrew({ core, root, threads, onWork });
}

async function sizeOf(root: string, files: readonly string[]): Promise<number> {
  // A file that vanished meanwhile is named when it is opened.
  const sizes = await Promise.all(
    files.map((file) =>
      stat(resolve(root, file)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
