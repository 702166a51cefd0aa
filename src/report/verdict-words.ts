import { failsRun, isKnown } from '../conformance/baseline/apply-baseline.js';
import { harnessFaults, type VerdictEnding, verdictEnding } from '../conformance/verdict-ending.js';
import { oneLine } from './one-line.js';
import { count } from './quantities.js';
import { shellCommand } from './shell-command.js';
import type { ReportedFinding, ReportedRule, ReportedScenario, VerdictReport } from './verdict-report.js';

/** What a reader needs to know of a rule that the verdict does not say. */
export interface RuleFacts {
  readonly id: string;
  readonly demand: string;
  readonly why: string;
  readonly source: string;
}

export function familyOf(ruleId: string): string {
  const slash = ruleId.indexOf('/');
  return slash < 0 ? ruleId : ruleId.slice(0, slash);
}

/** In the order in which the families are met first. */
export function byFamily<Of extends { readonly id: string }>(rules: readonly Of[]): ReadonlyMap<string, readonly Of[]> {
  const families = new Map<string, Of[]>();
  for (const rule of rules) {
    const family = familyOf(rule.id);
    const group = families.get(family);
    if (group === undefined) families.set(family, [rule]);
    else group.push(rule);
  }
  return families;
}

/** `known`: failed, as the baseline says. `noted`: failed, and only information. */
export type RuleState = 'passed' | 'failed' | 'known' | 'noted' | 'not-judged';

export function ruleState(rule: ReportedRule): RuleState {
  if (rule.status !== 'failed') return rule.status;
  if (isKnown(rule)) return 'known';
  return failsRun(rule) ? 'failed' : 'noted';
}

/** What is known of a failure: the reasons that the baseline gives, each once. */
export function knownText({ known = [] }: ReportedRule): string {
  const texts = known.map(({ reason, expires }) => `${reason}${expires === undefined ? '' : ` (until ${expires})`}`);
  return oneLine([...new Set(texts)].join('; '));
}

/** Of the rules that failed in a scenario, those that count: neither only information, nor known there. */
export function countedFailures({ name, failed }: ReportedScenario, rules: readonly ReportedRule[]): readonly string[] {
  const excused = new Set(
    rules
      .filter(({ level, known = [] }) => level === 'info' || known.some(({ scenario }) => scenario === name))
      .map(({ id }) => id),
  );
  return failed.filter((id) => !excused.has(id));
}

/** Where a finding is: scenario, request, entry and object, as far as they are known. */
export function findingPlace(finding: ReportedFinding): string {
  const { scenario, request, entry, type } = finding;
  const object = objectName(finding);
  const parts = [
    ...(scenario === undefined ? [] : [`scenario ${scenario}`]),
    ...(request === undefined || request === 0 ? [] : [`request ${request}`]),
    ...(entry === undefined ? [] : [`entry ${entry}`]),
    ...(type === undefined ? [] : [type]),
    ...(object === '' ? [] : [object]),
  ];
  return parts.length === 0 ? 'all calls' : oneLine(parts.join(', '));
}

/** namespace/name, else the uid; "" where the finding is about no object. */
export function objectName({ namespace = '', name = '', uid = '' }: ReportedFinding): string {
  if (name === '') return uid;
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** All that a finding says, in one line. */
export function findingSentence(finding: ReportedFinding): string {
  const { message, found, expected } = finding;
  return oneLine(`${findingPlace(finding)}: ${message} Found ${found}; expected ${expected}.`);
}

/** `3 findings`, or nothing where the report does not count them. */
export function findingCountText(rule: ReportedRule): string | null {
  return rule.total === undefined ? null : count(rule.total, 'finding');
}

/** Findings that are not among the ones given. */
export function furtherFindings(rule: ReportedRule, given: number): number {
  return Math.max(rule.total ?? 0, rule.findings.length) - Math.min(given, rule.findings.length);
}

export function explainCommand(ruleId: string): string {
  return `plumbline explain ${ruleId}`;
}

/** Plays just the scenario in which a rule failed, judging just that rule; null where no run of ours can be repeated. */
export function rerunCommand({ run, compat }: VerdictReport, rule: ReportedRule): string | null {
  if (run === undefined || run.command.length === 0) return null;
  const { seed, interval, kube, command } = run;
  const known = new Set((rule.known ?? []).map(({ scenario }) => scenario));
  const { failedIn = [] } = rule;
  const scenario = failedIn.find((name) => !known.has(name)) ?? failedIn[0];
  return shellCommand([
    ...['plumbline', 'check'],
    ...(scenario === undefined ? [] : ['--scenario', scenario]),
    ...['--rule', rule.id, '--seed', String(seed), '--compat', compat, '--interval', String(interval)],
    ...(kube === 'embedded' || kube === '' ? [] : ['--kube', kube]),
    ...['--', ...command],
  ]);
}

export const endingWords: Readonly<Record<VerdictEnding, string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  'nothing-judged': 'NOTHING JUDGED',
  interrupted: 'INTERRUPTED',
  'harness-fault': 'PLUMBLINE FAILED',
};

export function endingOf(report: VerdictReport): VerdictEnding {
  return verdictEnding(report);
}

/** What Plumbline itself did wrong. */
export function faultsOf(report: VerdictReport): readonly string[] {
  return harnessFaults(report);
}

/** That the run was broken off, in a sentence; null where it came to its end. */
export function interruptedText({ interrupted }: VerdictReport): string | null {
  return interrupted === undefined
    ? null
    : `The run was broken off: ${interrupted}. What it has not shown is not judged.`;
}

/** `58 passed, failed 1 must, 2 should, 12 not judged`. */
export function countsText({ summary, baseline }: VerdictReport): string {
  const { passed, failed, known = 0, notJudged } = summary;
  const levels = (['must', 'should', 'info'] as const).filter((level) => failed[level] > 0);
  const problems = baseline?.problems.length ?? 0;
  return [
    `${passed} passed`,
    levels.length === 0 ? '0 failed' : `failed ${levels.map((level) => `${failed[level]} ${level}`).join(', ')}`,
    ...(known > 0 ? [`${known} failed as known`] : []),
    `${notJudged} not judged`,
    ...(problems > 0 ? [`${count(problems, 'entry', 'entries')} of the baseline to mend`] : []),
  ].join(', ');
}

/** `compat v7, profile full, seed 1, interval 0.2 s`. */
export function runText({ compat, run }: VerdictReport): string {
  if (run === undefined) return `compat ${compat}`;
  const { profile, seed, interval, kube } = run;
  return oneLine(`compat ${compat}, profile ${profile}, Kubernetes ${kube}, seed ${seed}, interval ${interval} s`);
}
