import type { ReportedRule, VerdictReport } from './verdict-report.js';
import {
  explainCommand,
  familyOf,
  faultsOf,
  findingSentence,
  interruptedText,
  knownText,
  type RuleState,
  rerunCommand,
  ruleState,
} from './verdict-words.js';

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

interface Test {
  readonly name: string;
  readonly status: Status;
  /** ms. A rule has no duration of its own. */
  readonly duration: number;
  readonly suite: readonly string[];
  readonly rawStatus?: string;
  readonly message?: string;
  readonly trace?: string;
  readonly tags?: readonly string[];
  readonly type?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/**
 * A report in the Common Test Report Format: one test for each rule; what Plumbline itself did wrong, and entries of the
 * baseline to mend, are tests of their own. Stable reports have 0 for every time.
 */
export function verdictCtrf(report: VerdictReport, tool: { readonly version: string }): string {
  const tests = [...report.rules.map((rule) => ruleTest(rule, report)), ...ownTests(report)];
  const tally = (status: Status) => tests.filter((test) => test.status === status).length;
  const start = Math.round(report.times?.startedAt ?? 0);
  const duration = Math.round(report.times?.durationMs ?? 0);
  const { compat, run } = report;
  const ctrf = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    generatedBy: 'plumbline',
    results: {
      tool: { name: 'plumbline', version: tool.version },
      summary: {
        tests: tests.length,
        passed: tally('passed'),
        failed: tally('failed'),
        skipped: tally('skipped'),
        pending: 0,
        other: tally('other'),
        start,
        stop: start + duration,
        ...(report.times === undefined ? {} : { duration }),
      },
      tests,
      extra: { compat, ...(run === undefined ? {} : { run }) },
    },
  };
  return `${JSON.stringify(ctrf, null, 2)}\n`;
}

/** Rules of level info never fail; failures that the baseline knows are skipped. */
const statusOf: Readonly<Record<RuleState, Status>> = {
  passed: 'passed',
  failed: 'failed',
  known: 'skipped',
  noted: 'passed',
  'not-judged': 'skipped',
};

function ruleTest(rule: ReportedRule, report: VerdictReport): Test {
  const { id, level, reason, findings, failedIn } = rule;
  const state = ruleState(rule);
  const test = {
    name: id,
    status: statusOf[state],
    duration: 0,
    suite: [`plumbline ${report.compat}`, familyOf(id)],
    rawStatus: state,
    type: 'conformance',
    ...(level === null ? {} : { tags: [level] }),
  };
  if (state === 'passed') return test;
  if (state === 'not-judged') return { ...test, message: reason ?? 'not judged' };
  const rerun = rerunCommand(report, rule);
  return {
    ...test,
    message: state === 'known' ? `known failure: ${knownText(rule)}` : (findings[0]?.message ?? 'failed'),
    trace: [...findings.map(findingSentence), explainCommand(id), ...(rerun === null ? [] : [rerun])].join('\n'),
    ...(failedIn === undefined ? {} : { extra: { scenarios: failedIn } }),
  };
}

function ownTests(report: VerdictReport): Test[] {
  const problems = (report.baseline?.problems ?? []).map(
    ({ rule, scenario, kind, message }): Test => ({
      name: `baseline: ${rule} in ${scenario}`,
      status: 'failed',
      duration: 0,
      suite: ['baseline'],
      rawStatus: kind,
      message,
    }),
  );
  const faults = faultsOf(report).map(
    (fault, index): Test => ({
      name: `plumbline itself ${index + 1}`,
      status: 'other',
      duration: 0,
      suite: ['plumbline itself'],
      rawStatus: 'harness-fault',
      message: fault,
    }),
  );
  const text = interruptedText(report);
  const interrupted: readonly Test[] =
    text === null
      ? []
      : [
          {
            name: 'the whole run',
            status: 'other',
            duration: 0,
            suite: ['plumbline itself'],
            rawStatus: 'interrupted',
            message: text,
          },
        ];
  return [...problems, ...faults, ...interrupted];
}
