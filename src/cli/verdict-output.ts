import { writeFile } from 'node:fs/promises';
import type { Verdict } from '../conformance/verdict.js';
import { verdictJson } from '../report/verdict-json.js';
import { verdictJunit } from '../report/verdict-junit.js';
import { verdictText } from '../report/verdict-text.js';
import { causeText } from './cause-text.js';
import { ExitCode } from './exit-code.js';
import { oneOf } from './options.js';
import { PlumblineError } from './plumbline-error.js';
import type { Terminal } from './terminal.js';

export interface VerdictOutput {
  readonly format: 'table' | 'json';
  readonly stable: boolean;
  readonly reports: readonly { readonly format: 'json' | 'junit'; readonly path: string }[];
}

const findingsPerRule = 3;

/** @throws PlumblineError (bad input) for a format that is not known, before anything was run */
export function verdictOutput(options: { format: string; stable?: boolean; report: readonly string[] }): VerdictOutput {
  return {
    format: oneOf('--format', options.format, ['table', 'json']),
    stable: options.stable === true,
    reports: options.report.map((text) => {
      const equals = text.indexOf('=');
      if (equals <= 0 || equals === text.length - 1) {
        throw PlumblineError.badInput(`--report is '${text}'; expected FORMAT=PATH, as in json=verdict.json.`);
      }
      return { format: oneOf('--report', text.slice(0, equals), ['json', 'junit']), path: text.slice(equals + 1) };
    }),
  };
}

/** Prints the verdict, writes the reports, and tells the exit code that it means. */
export async function giveVerdict(terminal: Terminal, verdict: Verdict, output: VerdictOutput): Promise<ExitCode> {
  const json = () => verdictJson(verdict, { stable: output.stable });
  terminal.out(output.format === 'json' ? json() : verdictText(verdict, terminal.style, findingsPerRule));
  for (const { format, path } of output.reports) {
    try {
      await writeFile(path, format === 'json' ? json() : verdictJunit(verdict));
    } catch (cause) {
      throw PlumblineError.badInput(
        `--report ${format}=${path} cannot be written: ${causeText(cause)}.`,
        undefined,
        cause,
      );
    }
  }
  for (const fault of verdict.faults) terminal.err(`${terminal.errStyle.bad('fault of Plumbline:')} ${fault}\n`);
  if (verdict.faults.length > 0) return ExitCode.HarnessFault;
  return { pass: ExitCode.Good, fail: ExitCode.Findings, 'nothing-judged': ExitCode.NothingJudged }[verdict.outcome];
}
