import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../kube/kube-object.js';
import type { ResourceType } from '../discovery/resource-type.js';
import { isJsonObject, type JsonObject } from '../json.js';
import { countsGenerations } from './new-object.js';

/** What of an object a write replaces: the status alone, all but the status, or both. */
export type Part = 'status' | 'main' | 'all';

/** The old object with what the write may change; the same object where that changes nothing. */
export function updatedObject(type: ResourceType, old: KubeObject, input: JsonObject, part: Part): KubeObject {
  const next = part === 'status' ? withStatus(old, input) : withMain(type, old, input, part);
  if (isDeepStrictEqual(next, old)) return old;
  if (part === 'status' || !countsGenerations(type) || isDeepStrictEqual(next.spec, old.spec)) return next;
  const generation = typeof old.metadata.generation === 'number' ? old.metadata.generation : 0;
  return { ...next, metadata: { ...next.metadata, generation: generation + 1 } };
}

function withStatus(old: KubeObject, input: JsonObject): KubeObject {
  return input.status === undefined ? old : { ...old, status: input.status };
}

function withMain(type: ResourceType, old: KubeObject, input: JsonObject, part: Part): KubeObject {
  const given = isJsonObject(input.metadata) ? input.metadata : {};
  const { kind: _kind, apiVersion: _apiVersion, metadata: _metadata, status, ...content } = input;
  const kept = part === 'main' && type.hasStatus ? old.status : status;
  return {
    kind: old.kind,
    apiVersion: old.apiVersion,
    metadata: withoutUndefined({ ...given, ...fixedMetadata(old) }, old.metadata.name),
    ...content,
    ...(kept === undefined ? {} : { status: kept }),
  };
}

const fixedKeys = [
  'namespace',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generateName',
] as const;

/** The metadata that no client can change; undefined where the object has none of a name. */
function fixedMetadata(old: KubeObject): Record<string, unknown> {
  return Object.fromEntries(fixedKeys.map((key) => [key, old.metadata[key]]));
}

function withoutUndefined(metadata: JsonObject, name: string): KubeObject['metadata'] {
  const { name: _name, selfLink: _selfLink, ...others } = metadata;
  return { name, ...Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined)) };
}
