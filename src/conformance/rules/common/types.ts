import type { Compat } from '../../../kube/compat.js';
import { findTypeString, nearestTypeString, typeStrings } from '../../../kube/type-strings.js';

const typeOfKind: ReadonlyMap<string, string> = new Map(
  typeStrings
    .filter(({ type, family }) => family !== 'other' && type.startsWith('*v1.'))
    .map(({ type }) => [type.slice('*v1.'.length), type]),
);

/** Kinds that travel under the type string of another kind. */
const borrowedTypes: ReadonlyMap<string, string> = new Map([['StatefulSetPlus', '*v1.StatefulSet']]);

/** Some server or agent generation knows the type. */
export function isKnownType(type: string): boolean {
  return findTypeString(type) !== undefined;
}

/**
 * The type string that an unknown one was probably meant to be: by its spelling, else by the kind that the object itself
 * names. Null where it is of no kind that can be uploaded.
 */
export function intendedType(type: string, jsonKind: string, compat: Compat): string | null {
  return nearestTypeString(type, compat) ?? typeOfKind.get(jsonKind) ?? null;
}

/** The type string under which objects of a kind that own Pods are uploaded; null where the compat reads none. */
export function ownerType(kind: string, compat: Compat): string | null {
  const type = borrowedTypes.get(kind) ?? typeOfKind.get(kind);
  const known = type === undefined ? undefined : findTypeString(type);
  if (known === undefined || !known.read[compat]) return null;
  return known.family === 'workload' || known.family === 'replicaset' ? known.type : null;
}
