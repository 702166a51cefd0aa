import type { Example, ExampleCall, ExampleEntry, Level, Rule } from '../conformance/rule.js';
import { type Compat, compats } from '../kube/compat.js';
import type { Style } from './style.js';
import { textTable } from './text-table.js';

/** The level of a rule in one compat; null where the compat does not know the rule. */
export function levelIn(rule: Rule, compat: Compat): Level | null {
  return typeof rule.level === 'string' ? rule.level : rule.level[compat];
}

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
    level: Object.fromEntries(compats.map((compat) => [compat, levelIn(rule, compat)])),
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
    const levels = compats.map((compat) => levelIn(rule, compat) ?? '-');
    lines.push(`| \`${rule.id}\` | ${levels.join(' | ')} | ${cell(rule.demand)} | ${cell(rule.why)} |`);
  }
  return `${lines.join('\n')}\n`;
}

export function ruleText(rule: Rule, style: Style): string {
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
    style.bad('Calls that break it'),
    exampleText(rule.example.breaks),
    '',
    style.good('Calls that keep it'),
    exampleText(rule.example.keeps),
    '',
  ].join('\n');
}

/** Calls of an example as an author would write them down. */
export function exampleText(example: Example): string {
  const lines: string[] = [];
  if (example.compat !== undefined) lines.push(`  compat ${example.compat}`);
  if (example.configuredClusterId !== undefined) {
    lines.push(`  agents of the cluster are configured with cluster id '${example.configuredClusterId}'`);
  }
  if (example.registered !== undefined && example.registered.length === 0) lines.push('  no domain has the cluster id');
  for (const call of example.calls) lines.push(...callLines(call));
  return lines.join('\n');
}

function callLines(call: ExampleCall): string[] {
  const facts = [
    ...(call.afterRestart === true ? ['the server has restarted'] : []),
    ...(call.at === undefined ? [] : [`at ${call.at} s`]),
    ...(call.takes === undefined ? [] : [`answered after ${call.takes} s`]),
    ...(call.peer === undefined ? [] : [`from ${call.peer}`]),
    ...(call.outcome === undefined || call.outcome === 'unary' ? [] : [call.outcome]),
  ];
  const head = `  ${call.path ?? 'KubernetesAPISync'}${facts.length === 0 ? '' : `  (${facts.join(', ')})`}`;
  if (call.bytes !== undefined) return [head, `    message: ${bytesText(call.bytes)}`];
  if (call.request === undefined) return [head];
  const { entries, ...fields } = call.request;
  const lines = [head, `    ${JSON.stringify(fields)}`];
  for (const entry of entries ?? []) lines.push(`    entry ${entryText(entry)}`);
  return lines;
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
  return text.length <= 240 ? text : `${text.slice(0, 240)} ... (${text.length} characters)`;
}
