import { knownPlatform } from '../../platform/known-platform.js';
import { podBehind } from '../../platform/node-view.js';
import { platformFacts } from '../../platform/platform-facts.js';
import type { TagIndex } from '../../platform/tags.js';
import type { Topology } from '../../platform/topology.js';
import { adviceFor } from '../../replay/advice/index.js';
import { captureNotes } from '../../replay/capture-notes.js';
import type { CaptureSummary } from '../../replay/capture-summary.js';
import type { CaptureOutcome } from '../../replay/capture-task.js';
import { correlate } from '../../replay/correlate.js';
import { coverageOf } from '../../replay/coverage.js';
import { allNics } from '../../replay/interface-captures.js';
import { matrixRow } from '../../replay/matrix.js';
import type { Observation } from '../../replay/observation.js';
import { replayReport } from '../../replay/replay-report.js';
import { reportedConfig } from '../../replay/reported-config.js';
import { unmetRequirements } from '../../replay/requirements.js';
import type { ReplayResult } from '../../report/replay-result.js';
import type { PlannedCapture } from './capture-plan.js';
import type { ReplayInput } from './replay-input.js';

export interface ReplayedCaptures {
  readonly topology: Topology;
  readonly refused: readonly string[];
  /** Of the replay so far. */
  readonly notes: readonly string[];
  readonly tags: TagIndex;
  readonly plan: readonly PlannedCapture[];
  /** One for each capture of the plan; null where it was not read. */
  readonly outcomes: readonly (CaptureOutcome | null)[];
  readonly rows: { readonly groups: Iterable<Observation[]>; readonly leftOut: number };
}

/** Pure: from the rows of all places to conversations, coverage, advice and the report. */
export function judgeReplay(input: ReplayInput, replayed: ReplayedCaptures, withExplanations: boolean): ReplayResult {
  const { topology, tags, rows, refused } = replayed;
  const { expectation, settingsOf, resources } = input;
  const platform = knownPlatform(topology, input.platform);
  const captures = replayed.plan
    .map((planned, i) => summary(planned, replayed.outcomes[i] ?? null, topology))
    .filter(({ packets }, i) => packets > 0 || !isRest(replayed.plan[i]));
  const hasSyscalls = input.syscalls.length > 0;
  const shared = { topology, tags, expectation };
  const judged = correlate({ ...shared, groups: rows.groups, platform: input.platform, hasSyscalls });
  const unmet = expectation?.cni == null ? [] : unmetRequirements(matrixRow(expectation.cni), topology, settingsOf);
  const judgements = judged.map(({ judgement }) => judgement);
  const coverage = coverageOf(expectation, judgements, unmet);
  const advice = adviceFor({ ...shared, platform, resources, captures, conversations: judged, settingsOf });
  const nodes = topology.nodes.map(({ name }) => name);
  const report = replayReport({
    site: input.name,
    config: reportedConfig(nodes, settingsOf),
    captures,
    platform: { kind: input.platform, facts: platformFacts(topology), refused },
    judged,
    conversationsLeftOut: rows.leftOut,
    coverage,
    advice,
    notes: replayed.notes,
    withExplanations,
  });
  return { report, captures, topology };
}

/** Of all NICs, what belongs to none of those that the file names: mostly nothing. */
function isRest(planned: PlannedCapture | undefined): boolean {
  const capture = planned?.capture;
  return capture?.nic === allNics && capture.interfaces?.are === 'left-out';
}

function summary(
  { capture, choice }: PlannedCapture,
  outcome: CaptureOutcome | null,
  topology: Topology,
): CaptureSummary {
  const { node, nic, pod, files, interfaces } = capture;
  const leftOut = outcome === null ? 0 : outcome.recordsLeftOut;
  const notes = [
    ...(choice.note === '' ? [] : [choice.note]),
    ...(outcome === null ? [] : captureNotes(outcome, interfaces?.are === 'taken' ? 'one-of-several' : 'nic')),
    ...(leftOut > 0
      ? [`${leftOut === 1 ? '1 flow' : `${leftOut} flows`} of NICs that the agent does not capture left out`]
      : []),
  ];
  return {
    node,
    nic,
    pod,
    files,
    packets: outcome === null ? 0 : outcome.counters.packets - outcome.counters.dropped['other-interface'],
    bytes: outcome?.counters.wireBytes ?? 0,
    captured: choice.captured,
    note: notes.join('; '),
    position: podBehind(topology, node, nic) === null ? 'node-nic' : 'pod-nic',
    counters: outcome?.counters ?? null,
  };
}
