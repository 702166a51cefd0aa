import { asArray, isJsonObject } from '../json-value.js';

/** The first of the conditions whose `key` is `value` has the status "True". */
export function isConditionTrue(conditions: unknown, key: 'type' | 'reason', value: string): boolean {
  for (const condition of asArray(conditions)) {
    if (isJsonObject(condition) && condition[key] === value) return condition.status === 'True';
  }
  return false;
}
