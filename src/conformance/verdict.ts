import type { Compat } from '../kube/compat.js';
import type { InventoryCounts, InventoryState } from '../kube/inventory.js';
import type { Finding, Level } from './rule.js';

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
  readonly failed: Readonly<Record<Level, number>>;
  readonly notJudged: number;
  readonly calls: number;
  /** Calls of KubernetesAPISync that carried entries. */
  readonly uploads: number;
}

export interface Verdict {
  readonly schema: 'plumbline/check/1';
  readonly compat: Compat;
  /** `fail`: a rule of level must or should failed. `nothing-judged`: no rule could be judged. */
  readonly outcome: 'pass' | 'fail' | 'nothing-judged';
  readonly summary: VerdictSummary;
  /** In the order of the catalogue. */
  readonly rules: readonly RuleVerdict[];
  readonly clusters: readonly ClusterSummary[];
  /** Where the harness itself failed, so that rules went without evidence; empty in a sound run. */
  readonly faults: readonly string[];
  /** When the run began and ended; left out of stable reports. */
  readonly times?: { readonly startedAt: number; readonly durationMs: number };
}
