import type { BaselineProblem, KnownFailure, RuleVerdict, Verdict } from '../verdict.js';
import { anyScenario, type Baseline, type BaselineEntry } from './baseline.js';

/**
 * The verdict in the light of what was known before: failures that the baseline lists do not fail the run, entries that
 * no longer fail and entries that have expired do.
 *
 * An entry is stale only where its rule was judged and passed: one whose scenario was not played, or whose rule was not
 * judged there, is left alone.
 *
 * @param today YYYY-MM-DD, UTC
 */
export function applyBaseline(verdict: Verdict, baseline: Baseline, today: string): Verdict {
  const expired = (entry: BaselineEntry) => entry.expires !== undefined && entry.expires < today;
  const valid = baseline.entries.filter((entry) => !expired(entry));
  const rules = verdict.rules.map((rule) => withKnown(rule, valid));
  const problems = baseline.entries.flatMap((entry): BaselineProblem[] => {
    const { rule, scenario } = entry;
    if (isStale(entry, verdict)) return [{ rule, scenario, kind: 'stale', message: staleText(entry) }];
    if (expired(entry)) return [{ rule, scenario, kind: 'expired', message: expiredText(entry) }];
    return [];
  });
  const failed = { must: 0, should: 0, info: 0 };
  for (const rule of rules) {
    if (rule.status === 'failed' && !isKnown(rule) && rule.level !== null) failed[rule.level] += 1;
  }
  const fails = failed.must + failed.should > 0 || problems.length > 0;
  const sound = verdict.interrupted === undefined ? 'pass' : 'nothing-judged';
  return {
    ...verdict,
    outcome: verdict.outcome === 'nothing-judged' ? 'nothing-judged' : fails ? 'fail' : sound,
    summary: { ...verdict.summary, failed, known: rules.filter(isKnown).length },
    rules,
    baseline: { file: baseline.file, problems },
  };
}

/** Failed, and nowhere but where the baseline knows it. */
export function isKnown({ status, failedIn, known }: Pick<RuleVerdict, 'status' | 'failedIn' | 'known'>): boolean {
  if (status !== 'failed' || known === undefined) return false;
  return placesOf({ failedIn }).every((place) => known.some(({ scenario }) => scenario === place));
}

/** The rule fails the run: it failed, is more than information, and the baseline does not know it. */
export function failsRun(rule: Pick<RuleVerdict, 'status' | 'level' | 'failedIn' | 'known'>): boolean {
  return rule.status === 'failed' && rule.level !== 'info' && !isKnown(rule);
}

/** Where a rule failed; a run without scenarios is one place without a name. */
function placesOf({ failedIn }: { readonly failedIn?: readonly string[] | undefined }): readonly string[] {
  return failedIn === undefined || failedIn.length === 0 ? [''] : failedIn;
}

function withKnown(rule: RuleVerdict, entries: readonly BaselineEntry[]): RuleVerdict {
  if (rule.status !== 'failed') return rule;
  const own = entries.filter((entry) => entry.rule === rule.id);
  const known = placesOf(rule).flatMap((place): KnownFailure[] => {
    const entry =
      own.find(({ scenario }) => scenario === place) ?? own.find(({ scenario }) => scenario === anyScenario);
    if (entry === undefined) return [];
    const { reason, expires } = entry;
    return [{ scenario: place, reason, ...(expires === undefined ? {} : { expires }) }];
  });
  return known.length === 0 ? rule : { ...rule, known };
}

function isStale({ rule: id, scenario }: BaselineEntry, { rules, scenarios }: Verdict): boolean {
  if (scenario === anyScenario) return rules.some((rule) => rule.id === id && rule.status === 'passed');
  const played = scenarios?.find(({ name }) => name === scenario);
  return (
    played !== undefined && played.status === 'played' && played.passed.includes(id) && !played.failed.includes(id)
  );
}

function placeText({ rule, scenario }: BaselineEntry): string {
  return scenario === anyScenario ? rule : `${rule} in scenario ${scenario}`;
}

function staleText(entry: BaselineEntry): string {
  return `The baseline says that ${placeText(entry)} fails ("${entry.reason}"), and it passes now. Remove the entry.`;
}

function expiredText(entry: BaselineEntry): string {
  return `The baseline excuses ${placeText(entry)} until ${entry.expires} only ("${entry.reason}"). Mend the agent, or set a new date.`;
}
