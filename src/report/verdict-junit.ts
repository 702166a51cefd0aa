import { escapeXml } from './escape-xml.js';
import type { ReportedFinding, ReportedRule, ReportedScenario, VerdictReport } from './verdict-report.js';
import {
  byFamily,
  explainCommand,
  familyOf,
  faultsOf,
  findingSentence,
  interruptedText,
  rerunCommand,
  ruleState,
} from './verdict-words.js';

/**
 * JUnit XML. Where scenarios were played, one suite for each with a case for each rule that it judged, and one with the
 * rules that count for all of them; else one suite for each family. Rules of level info never fail a case; failures that the
 * baseline knows are skipped with its reason. What Plumbline itself did wrong is an error, never a failure.
 */
export function verdictJunit(report: VerdictReport): string {
  const suites = [...ruleSuites(report), ...ownSuites(report)];
  const total = sum(suites.flatMap(({ cases }) => cases));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="plumbline"${countsText(total)}${timeText(report.times?.durationMs)}>`,
    ...suites.flatMap(({ name, cases, ms }) => [
      `  <testsuite name="${escapeXml(name)}"${countsText(sum(cases))}${timeText(ms)}>`,
      ...cases.map(caseText),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
  readonly ms?: number | undefined;
}

interface Case {
  readonly className: string;
  readonly name: string;
  readonly result: 'passed' | 'failure' | 'error' | 'skipped';
  /** Of a failure: the level. */
  readonly type?: string;
  readonly message?: string;
  readonly body?: string;
}

function ruleSuites(report: VerdictReport): Suite[] {
  const { scenarios, rules, compat } = report;
  if (scenarios === undefined) {
    return [...byFamily(rules)].map(([family, own]) => ({
      name: `plumbline ${compat} ${family}`,
      cases: own.map((rule) => ruleCase(rule, report, null)),
    }));
  }
  const judged = new Set(scenarios.flatMap(({ passed, failed }) => [...passed, ...failed]));
  const unjudged = rules.filter(({ id }) => !judged.has(id));
  return [
    ...scenarios.map((scenario) => scenarioSuite(scenario, report)),
    ...(unjudged.length === 0
      ? []
      : [
          {
            name: `plumbline ${compat} over all scenarios`,
            cases: unjudged.map((rule) => ruleCase(rule, report, null)),
          },
        ]),
  ];
}

function scenarioSuite(scenario: ReportedScenario, report: VerdictReport): Suite {
  const { name, title, status, reason, passed, failed, durationMs: ms } = scenario;
  const suite = { name: `plumbline ${report.compat} scenario ${name}`, ms };
  if (status !== 'played') {
    const result = status === 'broken' ? 'error' : 'skipped';
    const message = reason ?? (status === 'broken' ? 'the harness broke' : 'not played');
    return { ...suite, cases: [{ className: name, name: title, result, message, body: message }] };
  }
  const here = report.rules.filter(({ id }) => passed.includes(id) || failed.includes(id));
  const cases = here.map(
    (rule): Case =>
      failed.includes(rule.id)
        ? ruleCase(rule, report, name)
        : { className: familyOf(rule.id), name: rule.id, result: 'passed' },
  );
  return { ...suite, cases };
}

/** @param scenario only what was found there; null for all of it */
function ruleCase(rule: ReportedRule, report: VerdictReport, scenario: string | null): Case {
  const head = { className: familyOf(rule.id), name: rule.id };
  if (rule.status === 'not-judged') return { ...head, result: 'skipped', message: rule.reason ?? 'not judged' };
  if (rule.status === 'passed') return { ...head, result: 'passed' };
  const findings = rule.findings.filter((finding) => scenario === null || finding.scenario === scenario);
  const body = bodyOf(rule, findings, report, scenario);
  if (rule.level === 'info') return { ...head, result: 'passed', body };
  const known = rule.known?.find((each) => each.scenario === (scenario ?? ''));
  if (known !== undefined || ruleState(rule) === 'known') {
    const reason = known?.reason ?? rule.known?.[0]?.reason ?? '';
    return { ...head, result: 'skipped', message: `known failure: ${reason}` };
  }
  const message = findings[0]?.message ?? 'failed; its findings are not among the first that are kept';
  return { ...head, result: 'failure', type: rule.level ?? '', message, body };
}

function bodyOf(
  rule: ReportedRule,
  findings: readonly ReportedFinding[],
  report: VerdictReport,
  scenario: string | null,
): string {
  const more = scenario === null && rule.total !== undefined ? rule.total - findings.length : 0;
  const rerun = rerunCommand(report, scenario === null ? rule : { ...rule, failedIn: [scenario] });
  return [
    ...findings.map(findingSentence),
    ...(more > 0 ? [`... and ${more} more`] : []),
    explainCommand(rule.id),
    ...(rerun === null ? [] : [rerun]),
  ].join('\n');
}

/** What is no matter of a rule: the baseline, and Plumbline itself. */
function ownSuites(report: VerdictReport): Suite[] {
  const problems = (report.baseline?.problems ?? []).map(
    ({ rule, scenario, kind, message }): Case => ({
      className: 'baseline',
      name: `${rule} in ${scenario}`,
      result: 'failure',
      type: kind,
      message,
      body: message,
    }),
  );
  const broken = new Set((report.scenarios ?? []).filter(({ status }) => status === 'broken').map(({ name }) => name));
  const faults = faultsOf(report)
    .filter((fault) => ![...broken].some((name) => fault.startsWith(`scenario ${name}:`)))
    .map(
      (fault): Case => ({
        className: 'plumbline',
        name: 'sound',
        result: 'error',
        message: firstLine(fault),
        body: fault,
      }),
    );
  const text = interruptedText(report);
  const interrupted: readonly Case[] =
    text === null
      ? []
      : [{ className: 'plumbline', name: 'the whole run', result: 'error', message: text, body: text }];
  const own = [...faults, ...interrupted];
  return [
    ...(problems.length === 0 ? [] : [{ name: 'plumbline baseline', cases: problems }]),
    ...(own.length === 0 ? [] : [{ name: 'plumbline itself', cases: own }]),
  ];
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function caseText({ className, name, result, type, message = '', body = '' }: Case): string {
  const open = `    <testcase classname="${escapeXml(className)}" name="${escapeXml(name)}"`;
  const inside = (element: string) => `${open}>\n      ${element}\n    </testcase>`;
  switch (result) {
    case 'passed':
      return body === '' ? `${open}/>` : inside(`<system-out>${escapeXml(body)}</system-out>`);
    case 'skipped':
      return inside(`<skipped message="${escapeXml(message)}"/>`);
    default: {
      const types = type === undefined ? '' : ` type="${escapeXml(type)}"`;
      return inside(`<${result}${types} message="${escapeXml(message)}">${escapeXml(body)}</${result}>`);
    }
  }
}

function sum(cases: readonly Case[]): Readonly<Record<Case['result'] | 'tests', number>> {
  const tally = (result: Case['result']) => cases.filter((each) => each.result === result).length;
  return {
    tests: cases.length,
    passed: tally('passed'),
    failure: tally('failure'),
    error: tally('error'),
    skipped: tally('skipped'),
  };
}

function countsText({ tests, failure, error, skipped }: ReturnType<typeof sum>): string {
  return ` tests="${tests}" failures="${failure}" errors="${error}" skipped="${skipped}"`;
}

function timeText(ms: number | undefined): string {
  return ms === undefined ? '' : ` time="${(ms / 1000).toFixed(3)}"`;
}
