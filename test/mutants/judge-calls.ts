import { catalogue, findRule } from '../../src/conformance/catalogue.js';
import { levelOf } from '../../src/conformance/rule-level.js';
import { runExample } from '../../src/conformance/run-example.js';
import type { Compat } from '../../src/kube/compat.js';
import type { CallMutant } from './call-mutant.js';
import { exampleOf, type Recording } from './recording.js';

/** What became of a mutant of recorded calls in one compat. */
export interface CallResult {
  readonly compat: Compat;
  readonly rule: string;
  readonly name: string;
  /** Ids of the rules that failed, in the order of the catalogue. */
  readonly failed: readonly string[];
}

/** The mutants that a compat can have: it knows their rule, and the rule can be broken alone. */
export function mutantsOf(compat: Compat, mutants: readonly CallMutant[]): readonly CallMutant[] {
  return mutants.filter(({ rule, except }) => knows(compat, rule) && except?.[compat] === undefined);
}

export function knows(compat: Compat, ruleId: string): boolean {
  const rule = findRule(ruleId);
  return rule !== undefined && levelOf(rule, compat) !== null;
}

/** Judges all mutants of one recording. */
export async function judgeMutants(
  recording: Recording,
  mutants: readonly CallMutant[],
): Promise<readonly CallResult[]> {
  const { compat } = recording;
  const results: CallResult[] = [];
  for (const { rule, name, change } of mutantsOf(compat, mutants)) {
    const calls = change(recording.calls, recording);
    results.push({ compat, rule, name, failed: await failedRules({ ...recording, calls }) });
  }
  return results;
}

/** @throws Error where the judge itself failed */
export async function failedRules(recording: Recording): Promise<readonly string[]> {
  const { compat } = recording;
  const verdict = await runExample(exampleOf(recording), { compat, rules: catalogue() });
  if (verdict.faults.length > 0) throw new Error(`The judge itself failed: ${verdict.faults.join('\n')}`);
  return verdict.rules.filter(({ status }) => status === 'failed').map(({ id }) => id);
}
