import type { Finding } from '../conformance/rule.js';
import type { TimelineEvent } from '../conformance/timeline.js';
import type {
  ClusterSummary,
  RuleVerdict,
  ScenarioVerdict,
  ShownRequest,
  Verdict,
  VerdictSummary,
} from '../conformance/verdict.js';

/** `Keys` may be missing: they depend on timing, and stable reports leave them out. */
type Timed<T, Keys extends keyof T> = Omit<T, Keys> & Partial<Pick<T, Keys>>;

export type ReportedFinding = Timed<Finding, 'request'>;
export type ReportedEvent = Timed<TimelineEvent, 'at'>;
export type ReportedCluster = Timed<ClusterSummary, 'version'>;
export type ReportedSummary = Timed<VerdictSummary, 'calls' | 'uploads'>;

export interface ReportedRule extends Omit<Timed<RuleVerdict, 'total' | 'judgedOn'>, 'findings'> {
  readonly findings: readonly ReportedFinding[];
}

export interface ReportedScenario extends Omit<Timed<ScenarioVerdict, 'agentOutput' | 'durationMs'>, 'timeline'> {
  readonly timeline: readonly ReportedEvent[];
}

/** A verdict as the writers take it: whole, or without what depends on timing. Every `Verdict` is one. */
export interface VerdictReport extends Omit<Verdict, 'summary' | 'rules' | 'clusters' | 'scenarios' | 'evidence'> {
  /** Nothing in it depends on timing. */
  readonly stable?: true;
  readonly summary: ReportedSummary;
  readonly rules: readonly ReportedRule[];
  readonly clusters: readonly ReportedCluster[];
  readonly scenarios?: readonly ReportedScenario[];
  readonly evidence?: readonly ShownRequest[];
}
