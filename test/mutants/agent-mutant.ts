import { createHash } from 'node:crypto';
import type { Compat } from '../../src/kube/compat.js';

/** The reference agent with a small patch, which breaks one rule in a scenario that is played to it. */
export interface AgentMutant {
  /** The rule that it breaks, and which has to fail for it. */
  readonly rule: string;
  /** Tells the mutants of a rule apart; in kebab-case. */
  readonly name: string;
  /** What this agent does wrong, as a sentence about it. */
  readonly does: string;
  /** Name of the scenario that shows it. */
  readonly scenario: string;
  /** Default: v7. */
  readonly compat?: Compat;
  /** Further options of `plumbline check`. */
  readonly options?: readonly string[];
  /** Options of the reference agent, and so of this one. */
  readonly mode?: readonly string[];
  /** Options of the agent that make it one; the reference agent is played without them. */
  readonly args?: readonly string[];
  readonly patches: readonly Patch[];
}

/** A change of a file of the built agent. `find` has to stand there once, so that a patch never misses unseen. */
export interface Patch {
  /** Name in `dist/examples/agents/typescript`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export function mutantId({ rule, name }: Pick<AgentMutant, 'rule' | 'name'>): string {
  return `${rule}:${name}`;
}

/** Of all that decides the result, but for the agent and Plumbline themselves: a result is stale when it changes. */
export function mutantDigest(mutant: AgentMutant): string {
  const { does: _, ...rest } = mutant;
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex').slice(0, 12);
}

/** Makes patches of one file. */
export function patchesOf(file: string): (find: string, replace: string) => Patch {
  return (find, replace) => ({ file, find, replace });
}
