import type { Finding } from '../conformance/rule.js';
import type { ClusterSummary, RuleVerdict, Verdict } from '../conformance/verdict.js';
import type { Style } from './style.js';

const outcomeText: Readonly<Record<Verdict['outcome'], string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  'nothing-judged': 'NOTHING JUDGED',
};

/**
 * The verdict for a person at a terminal: families with their failures and the first findings, then what DeepFlow shows.
 *
 * @param limit findings of one rule that are written out
 */
export function verdictText(verdict: Verdict, style: Style, limit: number): string {
  const families = new Map<string, RuleVerdict[]>();
  for (const rule of verdict.rules) {
    const family = rule.id.slice(0, rule.id.indexOf('/'));
    const group = families.get(family);
    if (group === undefined) families.set(family, [rule]);
    else group.push(rule);
  }
  const lines: string[] = [];
  for (const [family, rules] of families) lines.push(...familyLines(family, rules, style, limit));
  lines.push(...clusterLines(verdict.clusters, style), ...closing(verdict, style));
  return `${lines.join('\n')}\n`;
}

function familyLines(family: string, rules: readonly RuleVerdict[], style: Style, limit: number): string[] {
  const passed = rules.filter((rule) => rule.status === 'passed').length;
  const failed = rules.filter((rule) => rule.status === 'failed');
  const notJudged = rules.length - passed - failed.length;
  const counts = [
    ...(passed > 0 ? [style.good(`${passed} passed`)] : []),
    ...(failed.length > 0 ? [style.bad(`${failed.length} failed`)] : []),
    ...(notJudged > 0 ? [style.dim(`${notJudged} not judged`)] : []),
  ];
  const lines = [`${style.bold(family.padEnd(12))} ${counts.join(', ')}`];
  for (const rule of failed) lines.push(...failureLines(rule, style, limit));
  return lines;
}

function failureLines(rule: RuleVerdict, style: Style, limit: number): string[] {
  const mark = rule.level === 'info' ? style.dim('i') : rule.level === 'should' ? style.warn('!') : style.bad('x');
  const lines = [
    `  ${mark} ${style.bold(rule.id)}  ${style.dim(`${rule.level ?? ''}, ${count(rule.total, 'finding')}`)}`,
  ];
  for (const finding of rule.findings.slice(0, limit)) lines.push(...findingLines(finding, style));
  const more = rule.total - Math.min(limit, rule.findings.length);
  if (more > 0) lines.push(style.dim(`      ... and ${more} more`));
  lines.push(style.dim(`      plumbline explain ${rule.id}`));
  return lines;
}

function findingLines(finding: Finding, style: Style): string[] {
  return [
    `      ${style.dim(`${findingPlace(finding)}:`)} ${finding.message}`,
    `        found ${finding.found}; expected ${finding.expected}`,
  ];
}

/** Where a finding is: request, entry and object, as far as they are known. */
export function findingPlace(finding: Finding): string {
  const name = finding.name === undefined || finding.name === '' ? finding.uid : finding.name;
  const object =
    name === undefined || name === ''
      ? undefined
      : finding.namespace === undefined || finding.namespace === ''
        ? name
        : `${finding.namespace}/${name}`;
  return [
    `request ${finding.request}`,
    ...(finding.entry === undefined ? [] : [`entry ${finding.entry}`]),
    ...(finding.type === undefined ? [] : [finding.type]),
    ...(object === undefined ? [] : [object]),
  ].join(', ');
}

function clusterLines(clusters: readonly ClusterSummary[], style: Style): string[] {
  if (clusters.length === 0) return [];
  const lines = ['', style.bold('What DeepFlow shows')];
  for (const cluster of clusters) {
    const state = cluster.state === 'shown' ? style.good(cluster.state) : style.bad(cluster.state);
    const id = cluster.clusterId === '' ? '(no cluster id)' : cluster.clusterId;
    lines.push(
      `  ${id}, version ${cluster.version}: ${state}; ${cluster.shown} of ${count(cluster.objects, 'object')}`,
    );
    if (cluster.reason !== '') lines.push(`    ${cluster.reason}`);
    const { counts } = cluster;
    if (cluster.state === 'shown') {
      lines.push(
        `    ${count(counts.nodes, 'node')}, ${count(counts.namespaces, 'namespace')}, ${count(counts.workloads, 'workload')}, ${count(counts.pods, 'pod')}, ${count(counts.services, 'service')}, ${count(counts.ingresses, 'ingress', 'ingresses')}`,
      );
    }
  }
  return lines;
}

function closing(verdict: Verdict, style: Style): string[] {
  const { summary } = verdict;
  const paint = verdict.outcome === 'pass' ? style.good : style.bad;
  const failed = (['must', 'should', 'info'] as const)
    .filter((level) => summary.failed[level] > 0)
    .map((level) => `${summary.failed[level]} ${level}`);
  return [
    '',
    `${paint(style.bold(outcomeText[verdict.outcome]))}  compat ${verdict.compat}: ${summary.passed} passed, ${
      failed.length === 0 ? '0 failed' : `failed ${failed.join(', ')}`
    }, ${summary.notJudged} not judged; ${count(summary.calls, 'call')}, ${count(summary.uploads, 'upload')}`,
  ];
}

function count(value: number, noun: string, plural = `${noun}s`): string {
  return `${value} ${value === 1 ? noun : plural}`;
}
