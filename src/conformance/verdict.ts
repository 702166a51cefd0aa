import type { RunFacts } from '../journal/scene-record.js';
import type { Compat } from '../kube/compat.js';
import type { InventoryCounts, InventoryState } from '../kube/inventory.js';
import type { Finding, Level } from './rule.js';
import type { TimelineEvent } from './timeline.js';

export type { RunFacts } from '../journal/scene-record.js';

export type RuleStatus = 'passed' | 'failed' | 'not-judged';

/** What became of one rule in a run. */
export interface RuleVerdict {
  readonly id: string;
  /** In the run's compat. `null`: the compat does not know the rule, which is then not judged. */
  readonly level: Level | null;
  readonly status: RuleStatus;
  /** Why it was not judged, in a sentence; absent otherwise. */
  readonly reason?: string;
  /** The first findings. */
  readonly findings: readonly Finding[];
  /** How many there are in all. */
  readonly total: number;
  /** Pieces of evidence that it was judged on: uploads, or 1 for rules over all calls. */
  readonly judgedOn: number;
  /** Scenarios in which it failed, in order; absent where none were played. */
  readonly failedIn?: readonly string[];
  /** Of these failures, the ones that the baseline knows; where it knows all of them, the rule does not fail the run. */
  readonly known?: readonly KnownFailure[];
}

/** A failure that the baseline lists, so that it does not fail the run. */
export interface KnownFailure {
  /** "" where no scenario was played. */
  readonly scenario: string;
  readonly reason: string;
  /** YYYY-MM-DD. */
  readonly expires?: string;
}

/** What DeepFlow would show of a cluster at the end of the run. */
export interface ClusterSummary {
  readonly clusterId: string;
  /** uint64 in decimal. */
  readonly version: string;
  readonly state: InventoryState;
  readonly reason: string;
  readonly counts: InventoryCounts;
  readonly objects: number;
  readonly shown: number;
  readonly hazards: number;
}

export interface VerdictSummary {
  readonly passed: number;
  /** Those that the baseline knows not counted. */
  readonly failed: Readonly<Record<Level, number>>;
  /** Rules that failed only where the baseline knows it; absent without a baseline. */
  readonly known?: number;
  readonly notJudged: number;
  readonly calls: number;
  /** Calls of KubernetesAPISync that carried entries. */
  readonly uploads: number;
}

/** What became of one scenario. */
export interface ScenarioVerdict {
  readonly name: string;
  /** One sentence: what is done to the agent. */
  readonly title: string;
  readonly status: 'played' | 'skipped' | 'broken';
  /** Why it was not played or not to its end, why nothing could be judged in it, or how the harness broke. */
  readonly reason?: string;
  readonly failed: readonly string[];
  readonly passed: readonly string[];
  readonly timeline: readonly TimelineEvent[];
  /** The end of what the agent wrote. */
  readonly agentOutput: string;
  /** ms; left out of stable reports. */
  readonly durationMs: number;
}

/** A request that a finding points at, decoded for a person; secrets masked, long texts cut. */
export interface ShownRequest {
  /** Absent where no scenario was played. */
  readonly scenario?: string;
  /** Number of the call (`CallRecord.seq`). */
  readonly request: number;
  /** ms since the first call of the scenario, else of the run. */
  readonly at: number;
  readonly path: string;
  /** "address:port" of the agent. */
  readonly peer: string;
  /** gRPC status that it was answered with. */
  readonly status: number;
  readonly bytes: number;
  /** The request message as JSON, its entries only counted by type. */
  readonly message: string;
  /** Entries that findings point at. */
  readonly entries: readonly ShownEntry[];
}

export interface ShownEntry {
  readonly index: number;
  readonly type: string;
  /** Bytes of compressed_info. */
  readonly bytes: number;
  /** The object as JSON; where it cannot be read, why. */
  readonly text: string;
}

/** What is wrong with the baseline itself; each fails the run. */
export interface BaselineProblem {
  readonly rule: string;
  /** As the baseline has it: a name, or `*`. */
  readonly scenario: string;
  readonly kind: 'stale' | 'expired';
  readonly message: string;
}

export interface Verdict {
  readonly schema: 'plumbline/check/1';
  readonly compat: Compat;
  /** `fail`: a rule of level must or should failed. `nothing-judged`: no rule could be judged, or not all of the run was and nothing failed. */
  readonly outcome: 'pass' | 'fail' | 'nothing-judged';
  readonly summary: VerdictSummary;
  /** In the order of the catalogue. */
  readonly rules: readonly RuleVerdict[];
  readonly clusters: readonly ClusterSummary[];
  /** Where the harness itself failed, so that rules went without evidence; empty in a sound run. */
  readonly faults: readonly string[];
  /** By what the run was broken off, and how far it had come; absent where it came to its end. */
  readonly interrupted?: string;
  /** Absent where calls were judged that no run of ours drove. */
  readonly run?: RunFacts;
  /** In the order in which the catalogue of scenarios names them; absent where none were played. */
  readonly scenarios?: readonly ScenarioVerdict[];
  /** The smallest ClusterRole that the agent's requests needed, as YAML; absent without an embedded Kubernetes API. */
  readonly clusterRole?: string;
  readonly baseline?: { readonly file: string; readonly problems: readonly BaselineProblem[] };
  /** The requests of the first findings, as far as they are still known; bounded. */
  readonly evidence?: readonly ShownRequest[];
  /** When the run began and ended; left out of stable reports. */
  readonly times?: { readonly startedAt: number; readonly durationMs: number };
}
