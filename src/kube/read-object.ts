import { isJsonObject, type JsonObject } from './json-value.js';
import { readConfigMap } from './read/config-map.js';
import { readIngress } from './read/ingress.js';
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
export function readObject(type: string, json: unknown): readonly Reading[] {
  const items = itemsOf(json);
  if (items === null) return [readOne(type, json)];
  return [readNotAnObject(type, json, items), ...items.map((item) => readOne(type, item))];
}

function readOne(type: string, json: unknown): Reading {
  const items = itemsOf(json);
  return isJsonObject(json) && items === null ? readAs(type, json) : readNotAnObject(type, json, items);
}

function readAs(type: string, object: JsonObject): Reading {
  const known = findTypeString(type);
  switch (known?.family) {
    case 'version':
      return readVersion(type, object);
    case 'node':
      return readNode(type, object);
    case 'namespace':
      return readNamespace(type, object);
    case 'workload':
      return readWorkload(type, object, known.workloadKind ?? 'Deployment');
    case 'replicaset':
      return readReplicaSet(type, object);
    case 'pod':
      return readPod(type, object);
    case 'service':
      return readService(type, object);
    case 'ingress':
      return readIngress(type, object);
    case 'configmap':
      return readConfigMap(type, object);
    default:
      return readOther(type, object);
  }
}
