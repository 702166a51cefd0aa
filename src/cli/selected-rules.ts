import { selectRules } from '../conformance/catalogue.js';
import type { Rule } from '../conformance/rule.js';
import { PlumblineError } from './plumbline-error.js';

/** @throws PlumblineError (bad input) for a pattern that selects no rule */
export function selectedRules(patterns: readonly string[]): readonly Rule[] {
  const { rules, unmatched } = selectRules(patterns);
  const [first] = unmatched;
  if (first === undefined) return rules;
  throw PlumblineError.badInput(
    `--rule '${first.pattern}' selects no rule.`,
    `${first.nearest === null ? '' : `Did you mean '${first.nearest}'? `}'plumbline rules' lists them all.`,
  );
}
