import type {
  Example,
  ExampleCall,
  ExampledRule,
  ExampleEntry,
  Finding,
  Rule,
  ScenarioRule,
} from '../conformance/rule.js';
import { levelOf } from '../conformance/rule-level.js';
import { compats } from '../kube/compat.js';
import { messageText } from './message-text.js';
import type { Style } from './style.js';
import { textTable } from './text-table.js';

function levelText(rule: Rule): string {
  if (typeof rule.level === 'string') return rule.level;
  const levels = rule.level;
  return compats.map((compat) => `${compat}: ${levels[compat] ?? '-'}`).join(', ');
}

export function catalogueText(rules: readonly Rule[], style: Style): string {
  const rows = rules.map((rule) => [rule.id, levelText(rule), rule.demand]);
  return `${textTable([['rule', 'level', 'demand'].map(style.bold), ...rows])}\n`;
}

export function catalogueJson(rules: readonly Rule[]): string {
  const plain = rules.map((rule) => ({
    id: rule.id,
    family: rule.id.slice(0, rule.id.indexOf('/')),
    scope: rule.scope,
    level: Object.fromEntries(compats.map((compat) => [compat, levelOf(rule, compat)])),
    demand: rule.demand,
    why: rule.why,
    source: rule.source,
    implies: rule.implies ?? [],
  }));
  return `${JSON.stringify(plain, null, 2)}\n`;
}

/** A Markdown table; docs/rules.md holds it between markers. */
export function catalogueMarkdown(rules: readonly Rule[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const lines = ['| rule | doc | v6.5 | v7 | what is demanded | why |', '| --- | --- | --- | --- | --- | --- |'];
  for (const rule of rules) {
    const levels = compats.map((compat) => levelOf(rule, compat) ?? '-');
    lines.push(`| \`${rule.id}\` | ${levels.join(' | ')} | ${cell(rule.demand)} | ${cell(rule.why)} |`);
  }
  return `${lines.join('\n')}\n`;
}

/** @param findings what the rule says of the calls that break it */
export function ruleText(rule: Rule, findings: readonly Finding[], style: Style): string {
  return [
    style.bold(rule.id),
    `  ${rule.demand}`,
    '',
    `${style.bold('Level')}    ${levelText(rule)}`,
    `${style.bold('Why')}      ${rule.why}`,
    `${style.bold('Source')}   ${rule.source}`,
    ...(rule.implies === undefined || rule.implies.length === 0
      ? []
      : [`${style.bold('Implies')}  ${rule.implies.join(', ')} fail with it`]),
    '',
    ...(rule.scope === 'scenario' ? storyLines(rule, style) : exampleLines(rule, findings, style)),
    '',
  ].join('\n');
}

function storyLines({ story }: ScenarioRule, style: Style): string[] {
  return [style.bad('Breaks it'), `  ${story.breaks}`, '', style.good('Keeps it'), `  ${story.keeps}`];
}

function exampleLines({ example }: ExampledRule, findings: readonly Finding[], style: Style): string[] {
  return [
    style.bad('Calls that break it'),
    exampleText(example.breaks, example.keeps),
    ...findings.map(
      ({ message, found, expected }) => `  ${style.bold('->')} ${message}\n     found ${found}; expected ${expected}`,
    ),
    '',
    style.good('Calls that keep it'),
    exampleText(example.keeps, example.breaks),
  ];
}

/** Calls of an example as an author would write them down; entries that the other example has too are only counted. */
function exampleText(example: Example, other: Example): string {
  const common = new Set(other.calls.flatMap((call) => (call.request?.entries ?? []).map(entryText)));
  const lines: string[] = [];
  if (example.compat !== undefined) lines.push(`  compat ${example.compat}`);
  if (example.configuredClusterId !== undefined) {
    lines.push(`  agents of the cluster are configured with cluster id '${example.configuredClusterId}'`);
  }
  if (example.registered !== undefined && example.registered.length === 0) lines.push('  no domain has the cluster id');
  for (const call of example.calls) lines.push(...callLines(call, common));
  return lines.join('\n');
}

function callLines(call: ExampleCall, common: ReadonlySet<string>): string[] {
  const facts = [
    ...(call.afterRestart === true ? ['the server has restarted'] : []),
    ...(call.at === undefined ? [] : [`at ${call.at} s`]),
    ...(call.takes === undefined ? [] : [`answered after ${call.takes} s`]),
    ...(call.peer === undefined ? [] : [`from ${call.peer}`]),
    ...(call.outcome === undefined || call.outcome === 'unary' ? [] : [call.outcome]),
  ];
  const head = `  ${call.path ?? 'KubernetesAPISync'}${facts.length === 0 ? '' : `  (${facts.join(', ')})`}`;
  if (call.bytes !== undefined) return [head, ...messageLines(call, call.bytes)];
  if (call.request === undefined) return [head];
  const { entries, ...fields } = call.request;
  const lines = [head, `    ${JSON.stringify(fields)}`];
  if (entries === undefined) return lines;
  const own = entries.map(entryText).filter((text) => !common.has(text));
  const shared = entries.length - own.length;
  if (shared > 0) lines.push(`    ${shared} entries as in a healthy upload`);
  for (const text of own) lines.push(`    ${shared > 0 ? 'and ' : ''}entry ${text}`);
  return lines;
}

function messageLines({ path = '', answer }: ExampleCall, bytes: Uint8Array): string[] {
  const text = messageText(path, bytes, 'request');
  const answered = answer === undefined ? null : messageText(path, answer, 'answer');
  return [
    text === null ? `    message: ${bytesText(bytes)}` : `    ${cut(text)}`,
    ...(answered === null ? [] : [`    answered ${cut(answered)}`]),
  ];
}

function entryText(entry: ExampleEntry): string {
  if (entry.bytes !== undefined) return `${entry.type}  compressed_info: ${bytesText(entry.bytes)}`;
  if (entry.info !== undefined) return `${entry.type}  info: ${cut(entry.info)}`;
  return `${entry.type}  zlib of ${cut(JSON.stringify(entry.object) ?? 'undefined')}`;
}

function bytesText(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `${shown}${bytes.length > 16 ? ' ...' : ''} (${bytes.length} bytes)`;
}

function cut(text: string): string {
  return text.length <= 800 ? text : `${text.slice(0, 800)} ... (${text.length} characters)`;
}
