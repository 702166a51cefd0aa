import { arrayAt, isJsonObject, type JsonObject, textAt } from '../json-value.js';

/** The first condition whose `key` is `value` has the status "True". */
export function isConditionTrue(status: JsonObject, key: 'type' | 'reason', value: string): boolean {
  for (const condition of arrayAt(status, 'conditions')) {
    if (isJsonObject(condition) && textAt(condition, key) === value) return textAt(condition, 'status') === 'True';
  }
  return false;
}
