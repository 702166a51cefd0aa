import type { ContentDigest } from '../content-digest.js';
import { asText, isJsonObject, type JsonObject } from '../json-value.js';
import type { OwnerReferences } from '../reading.js';
import type { LastRead } from './last-read.js';

const absent: OwnerReferences = Object.freeze({ shape: 'absent', first: null });
const other: OwnerReferences = Object.freeze({ shape: 'other', first: null });
const emptyArray: OwnerReferences = Object.freeze({ shape: 'array', first: null });

export function readOwnerReferences(value: unknown, content: ContentDigest, last: LastRead): OwnerReferences {
  if (value === undefined || value === null) return absent;
  if (Array.isArray(value)) {
    const first: unknown = value[0];
    return isJsonObject(first) ? readOwner('array', first, content, last) : emptyArray;
  }
  return isJsonObject(value) ? readOwner('object', value, content, last) : other;
}

function readOwner(
  shape: OwnerReferences['shape'],
  value: JsonObject,
  content: ContentDigest,
  last: LastRead,
): OwnerReferences {
  const kind = asText(value.kind);
  const name = asText(value.name);
  const uid = asText(value.uid);
  const known = last.owner;
  const before = known?.references.first;
  if (known && before?.uid === uid && before.name === name && before.kind === kind) {
    content.addPairs(known.sums);
    if (known.references.shape === shape) return known.references;
    return { shape, first: before };
  }
  if (kind !== '') content.pair('kind', kind);
  if (name !== '') content.pair('name', name);
  if (uid !== '') content.pair('uid', uid);
  const references: OwnerReferences = { shape, first: { kind, name, uid } };
  last.owner = { references, sums: content.endPairs() };
  return references;
}
