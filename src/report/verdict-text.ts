import { oneLine } from './one-line.js';
import { count } from './quantities.js';
import type { Style } from './style.js';
import type { ReportedCluster, ReportedFinding, ReportedRule, VerdictReport } from './verdict-report.js';
import { scenarioLines } from './verdict-scenarios-text.js';
import {
  byFamily,
  countsText,
  endingOf,
  endingWords,
  explainCommand,
  faultsOf,
  findingCountText,
  findingPlace,
  furtherFindings,
  interruptedText,
  knownText,
  rerunCommand,
  ruleState,
  runText,
} from './verdict-words.js';

/**
 * The verdict for a person at a terminal: families with their failures, the first findings of each and the commands that
 * lead on; then the scenarios, what DeepFlow shows, and the sum.
 *
 * @param limit findings of one rule that are written out
 */
export function verdictText(report: VerdictReport, style: Style, limit: number): string {
  const lines: string[] = [];
  for (const [family, rules] of byFamily(report.rules)) lines.push(...familyLines(family, rules, report, style, limit));
  const interrupted = interruptedText(report);
  lines.push(
    ...scenarioLines(report.scenarios ?? [], report.rules, style),
    ...clusterLines(report.clusters, style),
    ...clusterRoleLines(report, style),
    ...baselineLines(report, style),
    ...faultsOf(report).map((fault) => `\n${style.bad('Plumbline itself failed:')} ${fault.trimEnd()}`),
    ...(interrupted === null ? [] : ['', style.bad(interrupted)]),
    '',
    closing(report, style),
  );
  return `${lines.join('\n')}\n`;
}

function familyLines(
  family: string,
  rules: readonly ReportedRule[],
  report: VerdictReport,
  style: Style,
  limit: number,
): string[] {
  const failures = rules.filter(({ status }) => status === 'failed');
  const states = rules.map(ruleState);
  const tally = (state: (typeof states)[number]) => states.filter((each) => each === state).length;
  const counts = [
    ...(tally('passed') > 0 ? [style.good(`${tally('passed')} passed`)] : []),
    ...(tally('failed') > 0 ? [style.bad(`${tally('failed')} failed`)] : []),
    ...(tally('known') > 0 ? [style.warn(`${tally('known')} failed as known`)] : []),
    ...(tally('noted') > 0 ? [`${tally('noted')} noted`] : []),
    ...(tally('not-judged') > 0 ? [style.dim(`${tally('not-judged')} not judged`)] : []),
  ];
  return [
    `${style.bold(family.padEnd(12))} ${counts.join(', ')}`,
    ...failures.flatMap((rule) => failureLines(rule, report, style, limit)),
  ];
}

/** Scenarios that are named where a rule failed. */
const namedScenarios = 4;

function failureLines(rule: ReportedRule, report: VerdictReport, style: Style, limit: number): string[] {
  const { id, level, failedIn = [] } = rule;
  const named = failedIn.slice(0, namedScenarios).join(', ');
  const more = failedIn.length > namedScenarios ? ` and ${failedIn.length - namedScenarios} more` : '';
  const facts = [level, findingCountText(rule), ...(failedIn.length === 0 ? [] : [`in ${named}${more}`])];
  const head = `${style.bold(id)}  ${style.dim(facts.filter((fact) => fact !== null).join(', '))}`;
  if (ruleState(rule) === 'known')
    return [`  ${style.dim('~')} ${head}`, `      ${style.dim('known:')} ${knownText(rule)}`];
  const mark = level === 'info' ? style.dim('i') : level === 'should' ? style.warn('!') : style.bad('x');
  const further = furtherFindings(rule, limit);
  const rerun = level === 'info' ? null : rerunCommand(report, rule);
  return [
    `  ${mark} ${head}`,
    ...rule.findings.slice(0, limit).flatMap((finding) => findingLines(finding, style)),
    ...(further > 0 ? [style.dim(`      ... and ${further} more`)] : []),
    style.dim(`      ${explainCommand(id)}`),
    ...(rerun === null ? [] : [style.dim(`      ${rerun}`)]),
  ];
}

function findingLines(finding: ReportedFinding, style: Style): string[] {
  const { message, found, expected } = finding;
  return [
    `      ${style.dim(`${findingPlace(finding)}:`)} ${oneLine(message)}`,
    `        found ${oneLine(found)}; expected ${oneLine(expected)}`,
  ];
}

function clusterLines(clusters: readonly ReportedCluster[], style: Style): string[] {
  if (clusters.length === 0) return [];
  const lines = ['', style.bold('What DeepFlow shows')];
  for (const cluster of clusters) {
    const state = cluster.state === 'shown' ? style.good(cluster.state) : style.bad(cluster.state);
    const id = cluster.clusterId === '' ? '(no cluster id)' : oneLine(cluster.clusterId);
    const version = cluster.version === undefined ? '' : `, version ${cluster.version}`;
    lines.push(`  ${id}${version}: ${state}; ${cluster.shown} of ${count(cluster.objects, 'object')}`);
    if (cluster.reason !== '') lines.push(`    ${oneLine(cluster.reason)}`);
    if (cluster.state === 'shown') lines.push(`    ${inventoryText(cluster)}`);
  }
  return lines;
}

/** `1 node, 2 namespaces, ...` */
export function inventoryText({ counts }: ReportedCluster): string {
  return `${count(counts.nodes, 'node')}, ${count(counts.namespaces, 'namespace')}, ${count(counts.workloads, 'workload')}, ${count(counts.pods, 'pod')}, ${count(counts.services, 'service')}, ${count(counts.ingresses, 'ingress', 'ingresses')}`;
}

/** Whole where the agent asked for more than it needed, else only where to find it. */
function clusterRoleLines({ clusterRole, rules }: VerdictReport, style: Style): string[] {
  if (clusterRole === undefined) return [];
  if (rules.some(({ id, status }) => id === 'watch/reads-only' && status === 'failed')) {
    const yaml = clusterRole.trimEnd().replaceAll(/^/gm, '  ');
    return ['', style.bold('The smallest ClusterRole that would have done'), yaml];
  }
  return ['', style.dim('The smallest ClusterRole that would have done is in the json and html reports.')];
}

function baselineLines({ baseline, summary }: VerdictReport, style: Style): string[] {
  if (baseline === undefined) return [];
  const known = count(summary.known ?? 0, 'rule');
  return [
    '',
    `${style.bold('Baseline')} ${oneLine(baseline.file)}: ${known} failed as known`,
    ...baseline.problems.map(({ kind, message }) => `  ${style.bad(kind)}  ${oneLine(message)}`),
  ];
}

function closing(report: VerdictReport, style: Style): string {
  const ending = endingOf(report);
  const paint = ending === 'pass' ? style.good : style.bad;
  const { calls, uploads } = report.summary;
  const traffic =
    calls === undefined || uploads === undefined ? '' : `; ${count(calls, 'call')}, ${count(uploads, 'upload')}`;
  return `${paint(style.bold(endingWords[ending]))}  ${runText(report)}: ${countsText(report)}${traffic}`;
}
