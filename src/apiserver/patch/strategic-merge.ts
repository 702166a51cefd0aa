import { badRequest } from '../api-error.js';
import { isJsonObject, type JsonObject } from '../json.js';
import { isSet, mergeKeyOf } from './merge-keys.js';

const orderPrefix = '$setElementOrder/';
const removalPrefix = '$deleteFromPrimitiveList/';

/**
 * Applies a strategic merge patch with its directives: `$patch`, `$retainKeys`, `$setElementOrder/` and
 * `$deleteFromPrimitiveList/`.
 * @throws ApiError 400
 */
export function strategicMerge(target: JsonObject, patch: JsonObject): JsonObject {
  const directive = patch.$patch;
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') throw badRequest(`unknown $patch ${JSON.stringify(directive)}`);
  const merged: Record<string, unknown> = { ...retained(target, patch.$retainKeys) };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(removalPrefix)) {
      const field = key.slice(removalPrefix.length);
      merged[field] = listOf(merged[field]).filter((each) => !listOf(value).includes(each));
    } else if (key.startsWith('$')) {
      // Orders come below, when the lists are merged.
    } else if (value === null) {
      delete merged[key];
    } else if (isJsonObject(value)) {
      const old = merged[key];
      setOwn(merged, key, strategicMerge(isJsonObject(old) ? old : {}, value));
    } else if (Array.isArray(value)) {
      setOwn(merged, key, mergeLists(key, listOf(merged[key]), value));
    } else {
      setOwn(merged, key, value);
    }
  }
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(orderPrefix)) continue;
    const field = key.slice(orderPrefix.length);
    if (Array.isArray(merged[field])) merged[field] = inOrder(field, listOf(merged[field]), listOf(order));
  }
  return merged;
}

function mergeLists(field: string, old: readonly unknown[], patch: readonly unknown[]): readonly unknown[] {
  if (isSet(field)) return [...new Set([...old, ...patch])];
  const items = patch.filter(isJsonObject);
  if (items.length < patch.length) return patch;
  const content = items.filter((item) => item.$patch !== 'replace');
  const key = mergeKeyOf(field, content);
  if (key === null || content.length < items.length) return content.map((item) => strategicMerge({}, item));
  const merged = [...old];
  for (const item of items) {
    const at = merged.findIndex((each) => isJsonObject(each) && each[key] === item[key]);
    if (item.$patch === 'delete') {
      if (at >= 0) merged.splice(at, 1);
      continue;
    }
    const before = merged[at];
    const next = strategicMerge(isJsonObject(before) ? before : {}, item);
    if (at >= 0) merged[at] = next;
    else merged.push(next);
  }
  return merged;
}

/** Items that the order names come in that order; others keep their place behind the one that they follow. */
function inOrder(field: string, items: readonly unknown[], order: readonly unknown[]): readonly unknown[] {
  const key = mergeKeyOf(field, order.filter(isJsonObject));
  const nameOf = (item: unknown) => (isJsonObject(item) ? (key === null ? item : item[key]) : item);
  const places = new Map(order.map((item, at) => [nameOf(item), at]));
  let place = -1;
  const ranked = items.map((item) => {
    place = places.get(nameOf(item)) ?? place;
    return { item, place };
  });
  return ranked.sort((left, right) => left.place - right.place).map(({ item }) => item);
}

function retained(target: JsonObject, keys: unknown): JsonObject {
  if (!Array.isArray(keys)) return target;
  return Object.fromEntries(Object.entries(target).filter(([key]) => keys.includes(key)));
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Also a key `__proto__` becomes a field like any other. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
