import { appendFile } from 'node:fs/promises';
import type { VerdictReport } from '../report/verdict-report.js';
import { causeText } from './cause-text.js';
import type { Terminal } from './terminal.js';

/**
 * In GitHub Actions: annotations on standard error, which the runner reads too, and the summary of the step. Elsewhere
 * nothing. A summary that cannot be written is told of and changes no verdict.
 */
export async function tellGithub(terminal: Terminal, report: VerdictReport): Promise<void> {
  const { GITHUB_ACTIONS: isGithub, GITHUB_STEP_SUMMARY: summaryFile } = terminal.env;
  if (isGithub !== 'true') return;
  const { githubAnnotations } = await import('../report/github-annotations.js');
  terminal.err(githubAnnotations(report));
  if (summaryFile === undefined || summaryFile === '') return;
  try {
    const { stepSummary } = await import('../report/step-summary.js');
    await appendFile(summaryFile, `${stepSummary(report)}\n`);
  } catch (cause) {
    terminal.err(`plumbline: the summary of the step cannot be written to ${summaryFile}: ${causeText(cause)}\n`);
  }
}
