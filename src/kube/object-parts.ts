import { asObject, type JsonObject } from './json-value.js';

/** The parts that every Kubernetes object has; empty where one is not an object. */
export interface ObjectParts {
  readonly metadata: JsonObject;
  readonly spec: JsonObject;
  readonly status: JsonObject;
}

export function partsOf(object: JsonObject): ObjectParts {
  return { metadata: asObject(object.metadata), spec: asObject(object.spec), status: asObject(object.status) };
}
