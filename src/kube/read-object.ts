import { isJsonObject, type JsonObject } from './json-value.js';
import { readConfigMap } from './read/config-map.js';
import { readIngress } from './read/ingress.js';
import { createLastRead, type LastRead } from './read/last-read.js';
import { readNamespace } from './read/namespace.js';
import { readNode } from './read/node.js';
import { itemsOf, readNotAnObject } from './read/not-an-object.js';
import { readOther } from './read/other.js';
import { readPod } from './read/pod.js';
import { readReplicaSet } from './read/replica-set.js';
import { readService } from './read/service.js';
import { readVersion } from './read/version.js';
import { readWorkload } from './read/workload.js';
import type { Reading } from './reading.js';
import { findTypeString } from './type-strings.js';

/**
 * What an entry's JSON holds, object by object. One object gives one reading. A List (kind ending in "List", with
 * items) or an array gives one of kind `not-an-object`, followed by one for each item; Lists within it are not opened.
 * Takes any JSON and never throws.
 */
export type ReadObject = (type: string, json: unknown) => readonly Reading[];

export const readObject: ReadObject = (type, json) => read(type, json, createLastRead());

/** `readObject` for many objects, whose readings then have in common what is the same in one object and the next. */
export function createObjectReader(): ReadObject {
  const last = createLastRead();
  return (type, json) => read(type, json, last);
}

function read(type: string, json: unknown, last: LastRead): readonly Reading[] {
  const items = itemsOf(json);
  if (items === null) return [readOne(type, json, items, last)];
  return [readNotAnObject(type, json, items), ...items.map((item) => readOne(type, item, itemsOf(item), last))];
}

function readOne(type: string, json: unknown, items: readonly unknown[] | null, last: LastRead): Reading {
  return isJsonObject(json) && items === null ? readAs(type, json, last) : readNotAnObject(type, json, items);
}

function readAs(type: string, object: JsonObject, last: LastRead): Reading {
  const known = findTypeString(type);
  switch (known?.family) {
    case 'version':
      return readVersion(type, object);
    case 'node':
      return readNode(type, object, last);
    case 'namespace':
      return readNamespace(type, object, last);
    case 'workload':
      return readWorkload(type, object, known.workloadKind ?? 'Deployment', last);
    case 'replicaset':
      return readReplicaSet(type, object, last);
    case 'pod':
      return readPod(type, object, last);
    case 'service':
      return readService(type, object, last);
    case 'ingress':
      return readIngress(type, object, last);
    case 'configmap':
      return readConfigMap(type, object, last);
    default:
      return readOther(type, object, last);
  }
}
