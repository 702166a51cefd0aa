import { ContentDigest } from '../content-digest.js';
import { isJsonObject, textAt } from '../json-value.js';
import type { NotAnObjectReading } from '../reading.js';
import { noMeta, rowOf } from './meta.js';

/** The items of an array or a Kubernetes List; null for anything else. */
export function itemsOf(json: unknown): readonly unknown[] | null {
  if (Array.isArray(json)) return json;
  if (!isJsonObject(json) || !textAt(json, 'kind').endsWith('List')) return null;
  const items = json.items;
  return Array.isArray(items) ? items : null;
}

/** Reads `null`, a number, a string, an array or a List. Arrays and Lists have no content beside their items. */
export function readNotAnObject(type: string, json: unknown, items: readonly unknown[] | null): NotAnObjectReading {
  const found = foundIn(json, items);
  return {
    kind: 'not-an-object',
    meta: noMeta,
    row: rowOf(type, noMeta),
    jsonKind: isJsonObject(json) ? textAt(json, 'kind') : '',
    fields: 0,
    fieldsApplicable: 0,
    digest: items === null ? digestOf(type, found) : 0,
    neededSize: 0,
    found,
    items: items?.length ?? 0,
  };
}

function foundIn(json: unknown, items: readonly unknown[] | null): NotAnObjectReading['found'] {
  if (items !== null) return Array.isArray(json) ? 'array' : 'list';
  if (typeof json === 'boolean' || typeof json === 'number' || typeof json === 'string')
    return typeof json as 'boolean' | 'number' | 'string';
  return 'null';
}

function digestOf(type: string, found: string): number {
  const content = new ContentDigest(type);
  content.text('found', found);
  return content.value();
}
