import { type ContentDigest, hashText } from '../content-digest.js';
import type { InventoryObject } from '../inventory.js';
import { asText, isJsonObject, type JsonObject } from '../json-value.js';
import type { Meta } from '../reading.js';
import type { LastRead } from './last-read.js';

export const noMeta: Meta = Object.freeze({ present: false, uid: '', uidHash: 0, name: '', namespace: '' });

/** Takes uid, name and namespace, which belong to the content of every object. */
export function readMeta({ metadata }: JsonObject, content: ContentDigest, last: LastRead): Meta {
  if (!isJsonObject(metadata)) return noMeta;
  const uid = asText(metadata.uid);
  const name = asText(metadata.name);
  const namespace = asText(metadata.namespace);
  if (namespace !== last.namespace) last.namespace = namespace;
  content.text('uid', uid);
  content.text('name', name);
  content.text('namespace', namespace);
  return { present: true, uid, uidHash: hashText(uid), name, namespace: last.namespace };
}

/** See `Reading.row`. */
export function rowOf(type: string, { uid, namespace, name }: Meta): InventoryObject {
  return { type, uid, namespace, name, shown: true };
}
