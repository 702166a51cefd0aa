import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { applyBaseline } from '../conformance/baseline/apply-baseline.js';
import type { Baseline } from '../conformance/baseline/baseline.js';
import { catalogue } from '../conformance/catalogue.js';
import type { Verdict } from '../conformance/verdict.js';
import { verdictEnding } from '../conformance/verdict-ending.js';
import { reportOfVerdict } from '../report/report-of-verdict.js';
import type { VerdictReport } from '../report/verdict-report.js';
import { verdictText } from '../report/verdict-text.js';
import { faultsOf } from '../report/verdict-words.js';
import { readBaseline } from './baseline-file.js';
import { causeText } from './cause-text.js';
import { ExitCode } from './exit-code.js';
import { tellGithub } from './github-actions.js';
import { oneOf } from './options.js';
import { packageVersion } from './package-version.js';
import { PlumblineError } from './plumbline-error.js';
import type { Terminal } from './terminal.js';

const reportFormats = ['json', 'junit', 'html', 'sarif', 'ctrf', 'badge'] as const;

type ReportFormat = (typeof reportFormats)[number];

export interface VerdictOutput {
  readonly format: 'table' | 'json';
  readonly stable: boolean;
  readonly reports: readonly { readonly format: ReportFormat; readonly path: string }[];
  readonly baseline: Baseline | null;
}

export interface VerdictOutputOptions {
  readonly format: string;
  readonly stable?: boolean;
  readonly report: readonly string[];
  readonly baseline?: string;
}

/** Findings of one rule that the table writes out. */
const findingsPerRule = 1;

/**
 * What is to be done with a verdict, checked before anything is run.
 *
 * @param scenarios names of all scenarios; empty where none are played
 * @throws PlumblineError (bad input) for a format that is not known, or a baseline that cannot be used
 */
export function verdictOutput(
  { cwd }: Pick<Terminal, 'cwd'>,
  options: VerdictOutputOptions,
  scenarios: readonly string[] = [],
): VerdictOutput {
  const rules = catalogue().map(({ id }) => id);
  return {
    format: oneOf('--format', options.format, ['table', 'json']),
    stable: options.stable === true,
    reports: options.report.map((text) => {
      const equals = text.indexOf('=');
      if (equals <= 0 || equals === text.length - 1) {
        throw PlumblineError.badInput(`--report is '${text}'; expected FORMAT=PATH, as in json=verdict.json.`);
      }
      return { format: oneOf('--report', text.slice(0, equals), reportFormats), path: text.slice(equals + 1) };
    }),
    baseline: options.baseline === undefined ? null : readBaseline(cwd, options.baseline, { rules, scenarios }),
  };
}

/** Prints the verdict, writes the reports, tells GitHub Actions where it runs there, and gives the exit code. */
export async function giveVerdict(
  terminal: Terminal,
  judged: Verdict,
  output: VerdictOutput,
  now: () => number = Date.now,
): Promise<ExitCode> {
  const today = new Date(now()).toISOString().slice(0, 10);
  const verdict = output.baseline === null ? judged : applyBaseline(judged, output.baseline, today);
  const report = reportOfVerdict(verdict, output);
  if (output.format === 'json') await terminal.outDrained(await reportText(report, 'json'));
  else terminal.out(verdictText(report, terminal.style, findingsPerRule));
  const unwritten = await writeReports(terminal, report, output);
  await tellGithub(terminal, report);
  for (const fault of faultsOf(report)) terminal.err(`${terminal.errStyle.bad('fault of Plumbline:')} ${fault}\n`);
  if (unwritten !== null) throw unwritten;
  return exitCodes[verdictEnding(verdict)];
}

/** Writes all that can be written. @returns why the first one could not */
async function writeReports(
  { cwd }: Terminal,
  report: VerdictReport,
  { reports }: VerdictOutput,
): Promise<PlumblineError | null> {
  let first: PlumblineError | null = null;
  for (const { format, path } of reports) {
    const text = await reportText(report, format);
    try {
      await writeFile(resolve(cwd, path), text);
    } catch (cause) {
      const message = `--report ${format}=${path} cannot be written: ${causeText(cause)}.`;
      first ??= PlumblineError.badInput(message, undefined, cause);
    }
  }
  return first;
}

const exitCodes = {
  pass: ExitCode.Good,
  fail: ExitCode.Findings,
  'nothing-judged': ExitCode.NothingJudged,
  interrupted: ExitCode.NothingJudged,
  'harness-fault': ExitCode.HarnessFault,
} as const;

/** Writers are loaded when they are needed: most runs write one or none. */
async function reportText(report: VerdictReport, format: ReportFormat): Promise<string> {
  const rules = () => new Map(catalogue().map((rule) => [rule.id, rule]));
  switch (format) {
    case 'json':
      return (await import('../report/verdict-json.js')).verdictJson(report);
    case 'junit':
      return (await import('../report/verdict-junit.js')).verdictJunit(report);
    case 'html':
      return (await import('../report/verdict-html.js')).verdictHtml(report, rules());
    case 'sarif':
      return (await import('../report/verdict-sarif.js')).verdictSarif(report, {
        version: packageVersion(),
        rules: rules(),
      });
    case 'ctrf':
      return (await import('../report/verdict-ctrf.js')).verdictCtrf(report, { version: packageVersion() });
    case 'badge':
      return (await import('../report/verdict-badge.js')).verdictBadge(report);
  }
}
