import { createHash } from 'node:crypto';
import { findingSection } from './html/finding-sections.js';
import { type Markup, markup } from './html/markup.js';
import { pageStyle } from './html/page-style.js';
import { ruleTable } from './html/rule-table.js';
import { scenarioSection } from './html/scenario-sections.js';
import { verdictScript } from './html/verdict-script.js';
import { verdictStyle } from './html/verdict-style.js';
import { count } from './quantities.js';
import type { VerdictReport } from './verdict-report.js';
import { secondsText } from './verdict-scenarios-text.js';
import { inventoryText } from './verdict-text.js';
import {
  endingOf,
  endingWords,
  faultsOf,
  interruptedText,
  type RuleFacts,
  ruleState,
  runText,
} from './verdict-words.js';

/**
 * A verdict as one file of HTML that fetches nothing and says all without scripts: the sum, findings with their requests
 * decoded, the timeline of each scenario drawn, every rule.
 */
export function verdictHtml(report: VerdictReport, facts: ReadonlyMap<string, RuleFacts>): string {
  const hash = createHash('sha256').update(verdictScript).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`;
  // Not within the tagged text: the bundler would rewrite it with a helper of another package.
  const script = `<script>${verdictScript}</script>`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${endingWords[endingOf(report)]}: plumbline check, compat ${report.compat}</title>
<style>${{ markup: pageStyle + verdictStyle }}</style>
</head>
<body>
${header(report)}
<main>
${faultSection(report)}
${baselineSection(report)}
${findingSection(report, facts)}
${scenarioSection(report)}
${clusterSection(report)}
${ruleTable(report, facts)}
${roleSection(report)}
</main>
${{ markup: script }}
</body>
</html>
`;
  return page.markup;
}

const endingMarks = {
  pass: { sign: '✓', tone: 'good' },
  fail: { sign: '✗', tone: 'bad' },
  'nothing-judged': { sign: '?', tone: 'warn' },
  interrupted: { sign: '?', tone: 'warn' },
  'harness-fault': { sign: '✗', tone: 'bad' },
} as const;

function header(report: VerdictReport): Markup {
  const ending = endingOf(report);
  const { sign, tone } = endingMarks[ending];
  const interrupted = interruptedText(report);
  const { run, times, scenarios, summary } = report;
  const links = [
    ...(report.rules.some(({ status }) => status === 'failed') ? [{ to: 'findings', text: 'What is wrong' }] : []),
    ...((scenarios ?? []).length > 0 ? [{ to: 'scenarios', text: 'Scenarios' }] : []),
    { to: 'rules', text: 'Rules' },
  ];
  return markup`<header><h1><span class="mark ${tone}">${sign} ${endingWords[ending]}</span><span>plumbline check</span></h1><p>${runText(report)}${times === undefined ? '' : `, ${new Date(times.startedAt).toISOString()}`}</p>
${interrupted === null ? null : markup`<p>${interrupted}</p>`}
${run === undefined ? null : markup`<p><code>${run.command.join(' ')}</code></p>`}
<ul class="tiles">${tiles(report)}</ul>
${summary.calls === undefined || summary.uploads === undefined ? null : markup`<p>${count(summary.calls, 'call')}, ${count(summary.uploads, 'upload')}</p>`}
<nav aria-label="Parts of this page">${links.map(({ to, text }) => markup`<a href="#${to}">${text}</a>`)}</nav></header>`;
}

function tiles(report: VerdictReport): readonly Markup[] {
  const { summary, scenarios, times, rules } = report;
  const noted = rules.filter((rule) => ruleState(rule) === 'noted').length;
  const tile = (value: number | string, text: string, tone = '') =>
    markup`<li class="${tone}"><b>${value}</b>${text}</li>`;
  return [
    tile(summary.passed, 'passed', 'good'),
    tile(summary.failed.must, 'failed: must', summary.failed.must > 0 ? 'bad' : ''),
    tile(summary.failed.should, 'failed: should', summary.failed.should > 0 ? 'warn' : ''),
    ...(summary.known === undefined ? [] : [tile(summary.known, 'failed as known', summary.known > 0 ? 'warn' : '')]),
    ...(noted > 0 ? [tile(noted, 'noted')] : []),
    tile(summary.notJudged, 'not judged'),
    ...(scenarios === undefined
      ? []
      : [tile(scenarios.filter(({ status }) => status === 'played').length, 'scenarios played')]),
    ...(times === undefined ? [] : [tile(secondsText(times.durationMs), 'in all')]),
  ];
}

function faultSection(report: VerdictReport): Markup | null {
  const faults = faultsOf(report);
  if (faults.length === 0) return null;
  return markup`<section><h2 class="bad">Plumbline itself failed</h2><p>This is not the agent’s fault. What follows may be its consequence.</p>${faults.map((fault) => markup`<pre>${fault}</pre>`)}</section>`;
}

function baselineSection({ baseline }: VerdictReport): Markup | null {
  if (baseline === undefined || baseline.problems.length === 0) return null;
  const items = baseline.problems.map(
    ({ kind, message }) => markup`<p><span class="mark bad">✗ ${kind}</span> ${message}</p>`,
  );
  return markup`<section><h2>The baseline ${baseline.file} is out of date</h2>${items}</section>`;
}

function clusterSection({ clusters }: VerdictReport): Markup | null {
  if (clusters.length === 0) return null;
  const rows = clusters.map((cluster) => {
    const good = cluster.state === 'shown';
    return markup`<tr><td>${cluster.clusterId === '' ? '(no cluster id)' : cluster.clusterId}</td><td class="tight ${good ? 'good' : 'bad'}">${good ? '✓' : '✗'} ${cluster.state}</td><td class="number-cell">${cluster.shown} of ${cluster.objects}</td><td>${cluster.reason === '' ? inventoryText(cluster) : cluster.reason}</td></tr>`;
  });
  const head = markup`<th scope="col">cluster</th><th scope="col">state</th><th scope="col" class="number-cell">objects shown</th><th scope="col">what they are, or why not</th>`;
  return markup`<section class="scroll"><h2>What DeepFlow shows</h2><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></section>`;
}

function roleSection({ clusterRole }: VerdictReport): Markup | null {
  if (clusterRole === undefined) return null;
  return markup`<section><h2>The smallest ClusterRole that would have done</h2><pre>${clusterRole.trimEnd()}</pre></section>`;
}
