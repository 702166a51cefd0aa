import type { KubeObject } from '../../kube/kube-object.js';
import { convert } from '../conversion/convert.js';
import type { ResourceType } from '../discovery/resource-type.js';
import { isJsonObject } from '../json.js';

/** One state of one object. */
export interface StoredObject {
  /** `namespace/name`, or `name` of what has no namespace: the order of lists. */
  readonly key: string;
  /** "" of what has none. */
  readonly namespace: string;
  readonly name: string;
  readonly type: ResourceType;
  /** The revision of the store that made it. */
  readonly revision: number;
  /** As it is kept; its apiVersion is the preferred one of its storage. */
  readonly object: KubeObject;
  readonly labels: Readonly<Record<string, unknown>>;
  /**
   * Its JSON in a version, without the `{"kind":..,"apiVersion":..,` that it starts with; made anew each time, as that is
   * cheaper than what the garbage collector has to do for the JSON of 100,000 objects.
   * @throws RangeError where it is nested too deeply to be written
   */
  jsonAfterType(apiVersion: string): string;
}

export function storedObject(type: ResourceType, revision: number, object: KubeObject): StoredObject {
  const { name } = object.metadata;
  const namespace = object.metadata.namespace ?? '';
  const labels = object.metadata.labels;
  return {
    key: objectKey(namespace, name),
    namespace,
    name,
    type,
    revision,
    object,
    labels: isJsonObject(labels) ? labels : {},
    jsonAfterType: (apiVersion) => {
      const { kind: _kind, apiVersion: _own, ...others } = convert(object, apiVersion);
      return JSON.stringify(others).slice(1);
    },
  };
}

export function objectKey(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** What the JSON of an object starts with when `jsonAfterType` follows. */
export function typeJson(kind: string, apiVersion: string): string {
  return `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`;
}
