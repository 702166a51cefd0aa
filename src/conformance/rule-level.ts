import type { Compat } from '../kube/compat.js';
import type { Level, Rule } from './rule.js';

/** The level of a rule in one compat; null where the compat does not know the rule. */
export function levelOf(rule: Pick<Rule, 'level'>, compat: Compat): Level | null {
  return typeof rule.level === 'string' ? rule.level : rule.level[compat];
}
