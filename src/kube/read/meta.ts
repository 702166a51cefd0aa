import { type ContentDigest, hashText } from '../content-digest.js';
import type { InventoryObject } from '../inventory.js';
import { isJsonObject, type JsonObject, textAt } from '../json-value.js';
import type { Meta } from '../reading.js';

export const noMeta: Meta = Object.freeze({ present: false, uid: '', uidHash: 0, name: '', namespace: '' });

/** Takes uid, name and namespace, which belong to the content of every object. */
export function readMeta(object: JsonObject, content: ContentDigest): Meta {
  const metadata = object.metadata;
  if (!isJsonObject(metadata)) return noMeta;
  const uid = textAt(metadata, 'uid');
  const meta = {
    present: true,
    uid,
    uidHash: hashText(uid),
    name: textAt(metadata, 'name'),
    namespace: textAt(metadata, 'namespace'),
  };
  content.text('uid', meta.uid);
  content.text('name', meta.name);
  content.text('namespace', meta.namespace);
  return meta;
}

/** See `Reading.row`. */
export function rowOf(type: string, { uid, namespace, name }: Meta): InventoryObject {
  return { type, uid, namespace, name, shown: true };
}
