import type { Compat } from '../kube/compat.js';
import type { Level, Rule } from './rule.js';
import { levelOf } from './rule-level.js';
import type { RuleTally } from './tally.js';
import type { ClusterSummary, RuleVerdict, Verdict, VerdictSummary } from './verdict.js';

/** What a run has shown. */
export interface Evidence {
  readonly compat: Compat;
  /** In the order of the catalogue. */
  readonly rules: readonly Rule[];
  /** By rule id; a rule without one was never looked at. */
  readonly tallies: ReadonlyMap<string, RuleTally>;
  /** By id of an entry rule or snapshot rule: uploads on which it was judged. */
  readonly judgedUploads: ReadonlyMap<string, number>;
  readonly calls: number;
  readonly uploads: number;
  readonly clusters: readonly ClusterSummary[];
  readonly faults: readonly string[];
  readonly times: { readonly startedAt: number; readonly durationMs: number };
}

export function buildVerdict(evidence: Evidence): Verdict {
  const rules = evidence.rules.map((rule) => ruleVerdict(rule, evidence));
  const summary = summarise(rules, evidence);
  const judged = summary.passed + failures(rules).length;
  const failed = summary.failed.must + summary.failed.should;
  return {
    schema: 'plumbline/check/1',
    compat: evidence.compat,
    outcome: failed > 0 ? 'fail' : judged > 0 ? 'pass' : 'nothing-judged',
    summary,
    rules,
    clusters: evidence.clusters,
    faults: evidence.faults,
    times: evidence.times,
  };
}

const withoutTally: Readonly<Record<Rule['scope'], string>> = {
  entry: 'no request carried entries',
  snapshot: 'no request carried entries',
  traffic: 'no call came',
  truth: 'no request carried entries',
  scenario: 'no scenario that judges it was played',
};

function ruleVerdict(rule: Rule, evidence: Evidence): RuleVerdict {
  const { id } = rule;
  const level = levelOf(rule, evidence.compat);
  const notJudged = (reason: string): RuleVerdict => ({
    id,
    level,
    status: 'not-judged',
    reason,
    findings: [],
    total: 0,
    judgedOn: 0,
  });
  if (level === null) return notJudged(`the behaviour '${evidence.compat}' does not know this rule`);
  const tally = evidence.tallies.get(id);
  if (tally === undefined) return notJudged(withoutTally[rule.scope]);
  const { findings, total } = tally;
  const overUploads = rule.scope !== 'traffic' && rule.scope !== 'scenario';
  const judgedOn = (overUploads ? evidence.judgedUploads.get(id) : undefined) ?? 1;
  if (tally.failed > 0) return { id, level, status: 'failed', findings, total, judgedOn };
  if (tally.passed > 0) return { id, level, status: 'passed', findings: [], total: 0, judgedOn };
  return notJudged(tally.reason === '' ? withoutTally[rule.scope] : tally.reason);
}

function summarise(rules: readonly RuleVerdict[], { calls, uploads }: Evidence): VerdictSummary {
  const failed: Record<Level, number> = { must: 0, should: 0, info: 0 };
  for (const { level } of failures(rules)) if (level !== null) failed[level] += 1;
  return {
    passed: rules.filter((rule) => rule.status === 'passed').length,
    failed,
    notJudged: rules.filter((rule) => rule.status === 'not-judged').length,
    calls,
    uploads,
  };
}

function failures(rules: readonly RuleVerdict[]): readonly RuleVerdict[] {
  return rules.filter((rule) => rule.status === 'failed');
}
