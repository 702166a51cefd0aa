import type { Compat } from '../../kube/compat.js';
import { pruneEvidence } from '../evidence/with-evidence.js';
import type { Level, Rule } from '../rule.js';
import { levelOf } from '../rule-level.js';
import { maxFindings } from '../tally.js';
import type { RuleVerdict, ScenarioVerdict, ShownRequest, Verdict } from '../verdict.js';

export interface NamedVerdict {
  readonly scenario: ScenarioVerdict;
  readonly verdict: Verdict | null;
  /** Ids of the rules that it is about. */
  readonly judges?: readonly string[];
}

/** One verdict of those of all scenarios: a rule has failed where it failed in any, and passed where it passed in any and failed in none. */
export function mergeVerdicts(
  played: readonly NamedVerdict[],
  options: {
    readonly compat: Compat;
    readonly rules: readonly Rule[];
    readonly times: { readonly startedAt: number; readonly durationMs: number };
  },
): Verdict {
  const verdicts = played.flatMap(({ scenario, verdict }) =>
    verdict === null ? [] : [{ name: scenario.name, verdict }],
  );
  const byRule = new Map<string, { readonly name: string; readonly rule: RuleVerdict }[]>();
  for (const { name, verdict } of verdicts) {
    for (const rule of verdict.rules) byRule.set(rule.id, [...(byRule.get(rule.id) ?? []), { name, rule }]);
  }
  const skipped = new Map(
    played.flatMap(({ scenario, judges = [] }) =>
      scenario.status === 'skipped' ? judges.map((id) => [id, scenario.reason] as const) : [],
    ),
  );
  const rules = options.rules.map((rule) =>
    mergeRule(rule, options.compat, byRule.get(rule.id) ?? [], skipped.get(rule.id)),
  );
  const failures = rules.filter(({ status }) => status === 'failed');
  const failed: Record<Level, number> = { must: 0, should: 0, info: 0 };
  for (const { level } of failures) if (level !== null) failed[level] += 1;
  const passed = rules.filter(({ status }) => status === 'passed').length;
  const evidence: ShownRequest[] = verdicts.flatMap(({ verdict }) => verdict.evidence ?? []);
  const sum = (key: 'calls' | 'uploads'): number =>
    verdicts.reduce((total, { verdict }) => total + verdict.summary[key], 0);
  return pruneEvidence({
    schema: 'plumbline/check/1',
    compat: options.compat,
    outcome: failed.must + failed.should > 0 ? 'fail' : passed + failures.length > 0 ? 'pass' : 'nothing-judged',
    summary: {
      passed,
      failed,
      notJudged: rules.filter(({ status }) => status === 'not-judged').length,
      calls: sum('calls'),
      uploads: sum('uploads'),
    },
    rules,
    clusters: verdicts.find(({ verdict }) => verdict.clusters.length > 0)?.verdict.clusters ?? [],
    faults: [
      ...played.flatMap(({ scenario }) =>
        scenario.status === 'broken' ? [`scenario ${scenario.name}: ${scenario.reason ?? ''}`] : [],
      ),
      ...verdicts.flatMap(({ name, verdict }) => verdict.faults.map((fault) => `scenario ${name}: ${fault}`)),
    ],
    scenarios: played.map(({ scenario }) => scenario),
    ...(evidence.length === 0 ? {} : { evidence }),
    times: options.times,
  });
}

function mergeRule(
  rule: Rule,
  compat: Compat,
  parts: readonly { readonly name: string; readonly rule: RuleVerdict }[],
  whySkipped: string | undefined,
): RuleVerdict {
  const { id } = rule;
  const level = levelOf(rule, compat);
  const failed = parts.filter((part) => part.rule.status === 'failed');
  const judgedOn = parts.reduce((total, part) => total + part.rule.judgedOn, 0);
  if (failed.length > 0) {
    return {
      id,
      level,
      status: 'failed',
      findings: failed.flatMap((part) => part.rule.findings).slice(0, maxFindings),
      total: failed.reduce((total, part) => total + part.rule.total, 0),
      judgedOn,
      failedIn: failed.map(({ name }) => name),
    };
  }
  if (parts.some((part) => part.rule.status === 'passed')) {
    return { id, level, status: 'passed', findings: [], total: 0, judgedOn };
  }
  return {
    id,
    level,
    status: 'not-judged',
    reason: reasonOf(rule, parts, whySkipped),
    findings: [],
    total: 0,
    judgedOn: 0,
  };
}

/** That of a scenario which was about the rule says most. */
function reasonOf(
  rule: Rule,
  parts: readonly { readonly rule: RuleVerdict }[],
  whySkipped: string | undefined,
): string {
  const reasons = parts.flatMap((part) => part.rule.reason ?? []);
  const general = 'no scenario that judges it was played';
  return (
    reasons.find((reason) => rule.scope !== 'scenario' || reason !== general) ?? whySkipped ?? reasons[0] ?? general
  );
}
