import { failsRun } from '../conformance/baseline/apply-baseline.js';
import { githubCommand } from './github-command.js';
import type { ReportedRule, VerdictReport } from './verdict-report.js';
import {
  endingOf,
  explainCommand,
  faultsOf,
  findingSentence,
  furtherFindings,
  interruptedText,
  rerunCommand,
} from './verdict-words.js';

/** GitHub shows this many of a step for each of error, warning and notice. */
const shownOfKind = 10;

/**
 * Annotations for GitHub Actions: what Plumbline itself did wrong, the baseline's problems, and the first finding of each
 * rule that fails the run; rules of level must as errors, should as warnings.
 */
export function githubAnnotations(report: VerdictReport): string {
  const faults = faultsOf(report).map((fault) =>
    githubCommand('error', { title: 'Plumbline itself failed (not the agent)' }, fault),
  );
  const nothing =
    endingOf(report) === 'nothing-judged'
      ? [githubCommand('error', { title: 'Nothing was judged' }, 'No rule could be judged; this is never green.')]
      : [];
  const text = interruptedText(report);
  const interrupted = text === null ? [] : [githubCommand('error', { title: 'The run was broken off' }, text)];
  const problems = (report.baseline?.problems ?? []).map(({ kind, rule, message }) =>
    githubCommand('error', { title: `${kind} in the baseline: ${rule}` }, message),
  );
  const failed = report.rules.filter(failsRun);
  const of = (level: ReportedRule['level']) => failed.filter((rule) => rule.level === level);
  const must = of('must').map((rule) => annotation('error', rule, report));
  const errors = [...faults, ...nothing, ...interrupted, ...problems, ...must];
  const warnings = of('should').map((rule) => annotation('warning', rule, report));
  return [...limited('error', errors), ...limited('warning', warnings)].map((line) => `${line}\n`).join('');
}

function annotation(command: 'error' | 'warning', rule: ReportedRule, report: VerdictReport): string {
  const [finding] = rule.findings;
  const further = furtherFindings(rule, 1);
  const rerun = rerunCommand(report, rule);
  const lines = [
    finding === undefined ? 'failed' : findingSentence(finding),
    ...(further > 0 ? [`... and ${further} more`] : []),
    explainCommand(rule.id),
    ...(rerun === null ? [] : [rerun]),
  ];
  return githubCommand(command, { title: `${rule.id} (${rule.level ?? ''})` }, lines.join('\n'));
}

function limited(command: 'error' | 'warning', lines: readonly string[]): readonly string[] {
  if (lines.length <= shownOfKind) return lines;
  const left = lines.length - (shownOfKind - 1);
  const more = githubCommand(
    command,
    { title: 'Further failures' },
    `... and ${left} more; see the summary of the step.`,
  );
  return [...lines.slice(0, shownOfKind - 1), more];
}
