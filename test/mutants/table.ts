import type { GeneratedBlock } from '../../docs/generated-block.js';
import { type Compat, compats } from '../../src/kube/compat.js';
import { type AgentMutant, mutantId } from './agent-mutant.js';
import type { AgentResult } from './agent-results.js';
import type { CallMutant } from './call-mutant.js';
import { type CallResult, knows } from './judge-calls.js';
import { killOf } from './kill.js';
import type { Unbroken } from './unbroken.js';

export interface Results {
  readonly callMutants: readonly CallMutant[];
  readonly callResults: readonly CallResult[];
  readonly agentMutants: readonly AgentMutant[];
  readonly agentResults: readonly AgentResult[];
  readonly unbroken: readonly Unbroken[];
}

/** The tables of docs/mutants.md. */
export function mutantBlocks(results: Results): readonly GeneratedBlock[] {
  const file = 'docs/mutants.md';
  return [
    { file, name: 'summary', text: summary(results) },
    { file, name: 'agents', text: agentTable(results) },
    { file, name: 'calls', text: callTable(results) },
    { file, name: 'unbroken', text: unbrokenTable(results) },
  ];
}

function summary({ callMutants, callResults, agentMutants, agentResults }: Results): string {
  const killed = (each: { rule: string; failed: readonly string[] }) => clean(each.rule, each.failed);
  const rules = new Set([...callMutants, ...agentMutants].map(({ rule }) => rule));
  const ofAgents = agentMutants.map((mutant) => ({ rule: mutant.rule, failed: failedOf(mutant, agentResults) }));
  return [
    `${rules.size} rules have mutants.`,
    `Of recorded calls: ${callMutants.length} mutants, judged ${callResults.length} times, killed ${callResults.filter(killed).length} times.`,
    `Of agents: ${agentMutants.length} mutants, killed ${ofAgents.filter(killed).length}.`,
  ].join(' ');
}

function clean(rule: string, failed: readonly string[]): boolean {
  const { killed, stray } = killOf(rule, failed);
  return killed && stray.length === 0;
}

function failedOf(mutant: AgentMutant, results: readonly AgentResult[]): readonly string[] {
  return results.find(({ id }) => id === mutantId(mutant))?.failed ?? [];
}

function callTable({ callMutants, callResults }: Results): string {
  const rows = callMutants.map((mutant) => {
    const own = callResults.filter(({ rule, name }) => rule === mutant.rule && name === mutant.name);
    const implied = new Set(own.flatMap(({ rule, failed }) => killOf(rule, failed).implied));
    const cells = compats.map((compat) => callCell(mutant, compat, own));
    return [code(mutant.rule), mutant.does, ...cells, [...implied].map(code).join(', ')];
  });
  return table(['rule', 'mutant', ...compats, 'implied rules that fail, too'], rows);
}

function callCell({ rule, except }: CallMutant, compat: Compat, results: readonly CallResult[]): string {
  if (!knows(compat, rule)) return '';
  if (except?.[compat] !== undefined) return 'see below';
  return outcome(rule, results.find((each) => each.compat === compat)?.failed);
}

function outcome(rule: string, failed: readonly string[] | undefined): string {
  if (failed === undefined) return 'not run';
  const { killed, stray } = killOf(rule, failed);
  if (!killed) return '**survived**';
  return stray.length === 0 ? 'killed' : `**kills ${stray.map(code).join(', ')}, too**`;
}

function agentTable({ agentMutants, agentResults }: Results): string {
  const rows = agentMutants.map((mutant) => {
    const failed = agentResults.find(({ id }) => id === mutantId(mutant))?.failed;
    const implied = failed === undefined ? [] : killOf(mutant.rule, failed).implied;
    const { rule, does, scenario, compat = 'v7' } = mutant;
    return [code(rule), does, code(scenario), compat, outcome(rule, failed), implied.map(code).join(', ')];
  });
  return table(['rule', 'mutant', 'scenario', 'compat', 'outcome', 'implied rules that fail, too'], rows);
}

function unbrokenTable({ callMutants, unbroken }: Results): string {
  const excepted = callMutants.flatMap(({ rule, except = {} }) =>
    compats.flatMap((compat) => (except[compat] === undefined ? [] : [[code(rule), compat, except[compat]]])),
  );
  const others = unbroken.map(({ rule, compat, why }) => [code(rule), compat ?? 'all', why]);
  return table(['rule', 'compat', 'why'], [...excepted, ...others]);
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
