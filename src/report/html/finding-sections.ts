import type { ShownRequest } from '../../conformance/verdict.js';
import { byteText, count } from '../quantities.js';
import { timeText } from '../timeline/svg.js';
import type { ReportedFinding, ReportedRule, VerdictReport } from '../verdict-report.js';
import {
  explainCommand,
  findingPlace,
  furtherFindings,
  knownText,
  type RuleFacts,
  rerunCommand,
  ruleState,
} from '../verdict-words.js';
import { type Markup, markup } from './markup.js';
import { ruleAnchor, scenarioAnchor, stateMark, toneOfRule } from './rule-states.js';

/** Of one rule; the others are folded, as they mostly repeat what the first ones say. */
const openFindings = 3;

const order = ['failed', 'known', 'noted'] as const;

/** Rules that failed with their findings: those that fail the run first, then the known ones, then information. */
export function findingSection(report: VerdictReport, facts: ReadonlyMap<string, RuleFacts>): Markup | null {
  const failed = order.flatMap((state) => report.rules.filter((rule) => ruleState(rule) === state));
  if (failed.length === 0) return null;
  const requests = new Map((report.evidence ?? []).map((each) => [keyOf(each), each]));
  const articles = failed.map((rule) => ruleArticle(rule, facts.get(rule.id), report, requests));
  return markup`<section id="findings"><h2>What is wrong</h2>${articles}</section>`;
}

function keyOf({ scenario = '', request = 0 }: { readonly scenario?: string; readonly request?: number }): string {
  return `${request} ${scenario}`;
}

function ruleArticle(
  rule: ReportedRule,
  facts: RuleFacts | undefined,
  report: VerdictReport,
  requests: ReadonlyMap<string, ShownRequest>,
): Markup {
  const { id, level, total, findings, failedIn = [] } = rule;
  const rerun = rerunCommand(report, rule);
  const further = furtherFindings(rule, findings.length);
  const where = failedIn.map((name, i) => markup`${i === 0 ? '' : ', '}<a href="#${scenarioAnchor(name)}">${name}</a>`);
  const boxes = findings.map((finding) => findingBox(finding, toneOfRule(rule), requests.get(keyOf(finding))));
  const folded = boxes.slice(openFindings);
  return markup`<article id="${ruleAnchor(id)}"><h3>${stateMark(rule)}<span>${id}</span><span class="soft">${level ?? ''}${total === undefined ? '' : `, ${count(total, 'finding')}`}</span></h3>
${facts === undefined ? null : markup`<p>${facts.demand}</p><p class="soft">${facts.why} Source: ${facts.source}.</p>`}
${rule.known === undefined ? null : markup`<p class="warn">The baseline knows it${ruleState(rule) === 'known' ? '' : ' in part'}: ${knownText(rule)}</p>`}
${where.length === 0 ? null : markup`<p>Failed in ${where}.</p>`}
<pre>${[explainCommand(id), ...(rerun === null ? [] : [rerun])].join('\n')}</pre>
${boxes.slice(0, openFindings)}
${folded.length === 0 ? null : markup`<details><summary>${count(folded.length, 'more finding')} of this rule</summary>${folded}</details>`}
${further > 0 ? markup`<p class="soft">... and ${count(further, 'finding')} that were not kept</p>` : null}</article>`;
}

function findingBox(finding: ReportedFinding, tone: string, request: ShownRequest | undefined): Markup {
  const { message, found, expected, uid = '' } = finding;
  return markup`<div class="finding ${tone}"><h4>${findingPlace(finding)}${uid === '' || finding.name === undefined ? null : markup` <span class="soft">uid ${uid}</span>`}</h4><p>${message}</p>
<div class="sides"><div class="good"><h5>Expected</h5><pre>${expected}</pre></div><div class="bad"><h5>Found</h5><pre>${found}</pre></div></div>
${request === undefined ? null : requestDetails(request, finding.entry)}</div>`;
}

function requestDetails(shown: ShownRequest, wanted: number | undefined): Markup {
  const { request, path, peer, at, status, bytes, message, entries } = shown;
  const entry = wanted === undefined ? undefined : entries.find(({ index }) => index === wanted);
  const facts = `${path} from ${peer}, ${timeText(at)} after the first call, ${byteText(bytes)}, answered with status ${status}`;
  return markup`<details class="request"><summary>Request ${request}, decoded${entry === undefined ? '' : ` (entry ${entry.index} with it)`}</summary><p class="soft">${facts}</p><pre>${message}</pre>
${entry === undefined ? null : markup`<p class="soft">Entry ${entry.index}, <code>${entry.type}</code>, ${byteText(entry.bytes)} of compressed_info</p><pre>${entry.text}</pre>`}</details>`;
}
