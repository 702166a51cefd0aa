import { type AgentMutant, mutantDigest, mutantId } from './agent-mutant.js';
import type { AgentResult } from './agent-results.js';
import { checkAgent } from './check-agent.js';

export interface RunOptions {
  /** How many run at once. */
  readonly jobs: number;
  readonly onResult?: (mutant: AgentMutant, result: AgentResult) => void;
}

/**
 * Plays to each mutant its scenario.
 *
 * @throws Error where one of them could not be made or judged
 */
export async function runAgents(mutants: readonly AgentMutant[], options: RunOptions): Promise<readonly AgentResult[]> {
  const results: AgentResult[] = [];
  const queue = [...mutants];
  const work = async (): Promise<void> => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const { mode = [], args = [], scenario } = mutant;
      const { failed } = await checkAgent({ ...mutant, args: [...mode, ...args], scenarios: [scenario] });
      const result = { id: mutantId(mutant), digest: mutantDigest(mutant), failed };
      results.push(result);
      options.onResult?.(mutant, result);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return results;
}

/**
 * Plays the scenarios of the mutants to the reference agent itself, as they are played to the mutants.
 *
 * @returns ids of the rules that fail; there has to be none
 */
export async function runReference(mutants: readonly AgentMutant[]): Promise<readonly string[]> {
  const groups = new Map<string, Set<string>>();
  for (const { compat, options, mode, scenario } of mutants) {
    const key = JSON.stringify({ compat, options, args: mode });
    groups.set(key, (groups.get(key) ?? new Set()).add(scenario));
  }
  const failed: string[] = [];
  for (const [key, scenarios] of groups) {
    const alike = JSON.parse(key) as Pick<AgentMutant, 'compat' | 'options' | 'args'>;
    failed.push(...(await checkAgent({ ...alike, scenarios: [...scenarios], patches: [] })).failed);
  }
  return failed;
}
