import type { ContentDigest } from '../content-digest.js';
import { isJsonObject, type JsonObject, textAt } from '../json-value.js';
import type { OwnerReference, OwnerReferences } from '../reading.js';

const absent: OwnerReferences = Object.freeze({ shape: 'absent', first: null });
const other: OwnerReferences = Object.freeze({ shape: 'other', first: null });
const emptyArray: OwnerReferences = Object.freeze({ shape: 'array', first: null });

export function readOwnerReferences(metadata: JsonObject, content: ContentDigest): OwnerReferences {
  const value = metadata.ownerReferences;
  if (value === undefined || value === null) return absent;
  if (Array.isArray(value)) {
    const first: unknown = value[0];
    return isJsonObject(first) ? { shape: 'array', first: readOwner(first, content) } : emptyArray;
  }
  return isJsonObject(value) ? { shape: 'object', first: readOwner(value, content) } : other;
}

function readOwner(value: JsonObject, content: ContentDigest): OwnerReference {
  const owner = { kind: textAt(value, 'kind'), name: textAt(value, 'name'), uid: textAt(value, 'uid') };
  content.text('kind', owner.kind);
  content.text('name', owner.name);
  content.text('uid', owner.uid);
  return owner;
}
