import { escapeMarkdown, markdownBlock, markdownCode } from './escape-markdown.js';
import type { ReportedRule, VerdictReport } from './verdict-report.js';
import { secondsText } from './verdict-scenarios-text.js';
import {
  countedFailures,
  countsText,
  endingOf,
  endingWords,
  explainCommand,
  faultsOf,
  findingPlace,
  furtherFindings,
  interruptedText,
  knownText,
  rerunCommand,
  ruleState,
  runText,
} from './verdict-words.js';

/** GitHub refuses summaries of a step above 1 MiB; other steps' commands may write to the same one. Bytes. */
export const summaryLimit = 900_000;

/**
 * The verdict as Markdown, for the summary of a step of GitHub Actions.
 *
 * @param limit bytes; what does not fit is left out section by section, and that is said
 */
export function stepSummary(report: VerdictReport, limit = summaryLimit): string {
  const of = (state: ReturnType<typeof ruleState>) => report.rules.filter((rule) => ruleState(rule) === state);
  const sections = [
    heading(report),
    ...faultsOf(report).map(
      (fault) => `**Plumbline itself failed (not the agent):**\n\n${markdownBlock(fault, 'text')}`,
    ),
    ...baselineSection(report),
    ...of('failed').map((rule) => ruleSection(rule, report)),
    ...listSection('Failed as known', of('known'), (rule) => knownText(rule)),
    ...listSection('For information', of('noted'), (rule) => rule.findings[0]?.message ?? ''),
    ...scenarioSection(report),
    ...listSection('Not judged', of('not-judged'), (rule) => rule.reason ?? ''),
    ...(report.clusterRole === undefined
      ? []
      : [details('The smallest ClusterRole that would have done', markdownBlock(report.clusterRole, 'yaml'))]),
  ];
  return withinLimit(sections, limit);
}

const marks = {
  pass: '✅',
  fail: '❌',
  'nothing-judged': '⚠️',
  interrupted: '⚠️',
  'harness-fault': '💥',
} as const;

function heading(report: VerdictReport): string {
  const ending = endingOf(report);
  const interrupted = interruptedText(report);
  const more = interrupted === null ? '' : `\n${escapeMarkdown(interrupted)}\n`;
  return `## ${marks[ending]} plumbline check: ${endingWords[ending]}\n\n${escapeMarkdown(`${runText(report)}: ${countsText(report)}`)}\n${more}`;
}

function baselineSection({ baseline }: VerdictReport): string[] {
  if (baseline === undefined || baseline.problems.length === 0) return [];
  const items = baseline.problems.map(({ kind, message }) => `- **${kind}** ${escapeMarkdown(message)}\n`);
  return [`### Baseline ${markdownCode(baseline.file)}\n\n${items.join('')}`];
}

const findingsOfRule = 3;

function ruleSection(rule: ReportedRule, report: VerdictReport): string {
  const { id, level, failedIn = [], findings } = rule;
  const further = furtherFindings(rule, findingsOfRule);
  const rerun = rerunCommand(report, rule);
  const rows = findings
    .slice(0, findingsOfRule)
    .map(
      (finding) =>
        `| ${escapeMarkdown(findingPlace(finding))} | ${escapeMarkdown(finding.message)} | ${markdownCode(finding.found)} | ${markdownCode(finding.expected)} |\n`,
    );
  return [
    `### ${markdownCode(id)} (${level ?? ''})\n\n`,
    failedIn.length === 0 ? '' : `In ${failedIn.map((name) => markdownCode(name)).join(', ')}.\n\n`,
    '| where | what | found | expected |\n| --- | --- | --- | --- |\n',
    ...rows,
    further > 0 ? `\n... and ${further} more\n` : '',
    `\n${markdownBlock([explainCommand(id), ...(rerun === null ? [] : [rerun])].join('\n'), 'sh')}`,
  ].join('');
}

function listSection(
  title: string,
  rules: readonly ReportedRule[],
  textOf: (rule: ReportedRule) => string,
): readonly string[] {
  if (rules.length === 0) return [];
  const items = rules.map((rule) => `- ${markdownCode(rule.id)} ${escapeMarkdown(textOf(rule))}\n`);
  return [details(`${title} (${rules.length})`, items.join(''))];
}

function scenarioSection({ scenarios = [], rules }: VerdictReport): readonly string[] {
  if (scenarios.length === 0) return [];
  const rows = scenarios.map((scenario) => {
    const { name, status, reason, passed, durationMs } = scenario;
    const failed = countedFailures(scenario, rules);
    const result =
      status !== 'played'
        ? `${status}: ${escapeMarkdown(reason ?? '')}`
        : `${failed.length > 0 ? '❌' : '✅'} ${passed.length} passed, ${failed.length} failed`;
    return `| ${markdownCode(name)} | ${result} | ${durationMs === undefined || status === 'skipped' ? '' : secondsText(durationMs)} |\n`;
  });
  return [
    details(`Scenarios (${scenarios.length})`, `| scenario | result | time |\n| --- | --- | --- |\n${rows.join('')}`),
  ];
}

function details(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n</details>\n`;
}

function withinLimit(sections: readonly string[], limit: number): string {
  const note = (left: number) =>
    `\n*${left} further section${left === 1 ? '' : 's'} left out: the summary would be too long. The reports have all.*\n`;
  let text = '';
  for (const [index, section] of sections.entries()) {
    const longer = text === '' ? section : `${text}\n${section}`;
    const rest = sections.length - index;
    if (Buffer.byteLength(longer) + Buffer.byteLength(note(rest)) > limit) return text + note(rest);
    text = longer;
  }
  return text;
}
