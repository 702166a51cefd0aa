import { findRule } from '../../src/conformance/catalogue.js';

/** Whether the rule that a mutant breaks failed, and which others did. */
export interface Kill {
  readonly killed: boolean;
  /** Others, which its rule declares to fail with it. */
  readonly implied: readonly string[];
  /** Others, which should not have failed. */
  readonly stray: readonly string[];
}

export function killOf(rule: string, failed: readonly string[]): Kill {
  const declared = new Set(findRule(rule)?.implies ?? []);
  const others = failed.filter((id) => id !== rule);
  return {
    killed: failed.includes(rule),
    implied: others.filter((id) => declared.has(id)),
    stray: others.filter((id) => !declared.has(id)),
  };
}
