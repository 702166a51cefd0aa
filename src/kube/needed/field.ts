import type { Compat } from '../compat.js';
import { asArray, asText, isJsonObject, type JsonObject } from '../json-value.js';
import type { ObjectParts } from '../object-parts.js';

/**
 * - `must`: without it the server drops the object, or loses its identity, its addresses or what it belongs to.
 * - `should`: the object stays, and an attribute of it is lost.
 * - `info`: told, never a failure.
 */
export type FieldLevel = 'must' | 'should' | 'info';

export type FieldLevels = Readonly<Record<Compat, FieldLevel | null>>;

/** A field that an uploader has to carry over from Kubernetes. */
export interface NeededField {
  /** Also the id of the rule that judges it. */
  readonly id: string;
  /** JSON path for a person; `[]` stands for any element. */
  readonly path: string;
  /** `doc`: only the document lists it; `server`: only the server's behaviour asks for it. */
  readonly demandedBy: 'doc' | 'server' | 'both';
  /** Null: that compat does not ask for it. */
  readonly level: FieldLevels;
  /** What DeepFlow loses without it, as a sentence. */
  readonly lost: string;
  /** False where Kubernetes itself may well have left the field out of an object like this. */
  applies(parts: ObjectParts, type: string): boolean;
  present(parts: ObjectParts): boolean;
  /** A value that satisfies it. */
  readonly example: unknown;
}

export const always = (): boolean => true;

export function levels(doc: FieldLevel | null, v65: FieldLevel | null, v7: FieldLevel | null): FieldLevels {
  return { doc, 'v6.5': v65, v7 };
}

export const mustEverywhere = levels('must', 'must', 'must');
export const shouldEverywhere = levels('should', 'should', 'should');

const exampleUid = '7d3f1c52-9b1e-4f0a-8a55-0c2f6f0f9a11';

/** uid and name: no object is shown without them. */
export function identityFields(family: string, level: FieldLevels = mustEverywhere): readonly NeededField[] {
  const demandedBy = level.doc === null ? 'server' : 'both';
  return [
    {
      id: `${family}/uid`,
      path: 'metadata.uid',
      demandedBy,
      level,
      lost: 'The uid is the identity under which DeepFlow stores the object; without it the object is left out.',
      applies: always,
      present: ({ metadata }) => asText(metadata.uid) !== '',
      example: exampleUid,
    },
    {
      id: `${family}/name`,
      path: 'metadata.name',
      demandedBy,
      level,
      lost: 'An object without a name is left out.',
      applies: always,
      present: ({ metadata }) => asText(metadata.name) !== '',
      example: 'web',
    },
  ];
}

export function namespaceField(family: string, level: FieldLevels = mustEverywhere): NeededField {
  return {
    id: `${family}/namespace`,
    path: 'metadata.namespace',
    demandedBy: level.doc === null ? 'server' : 'both',
    level,
    lost: 'An object whose namespace is not known is left out.',
    applies: always,
    present: ({ metadata }) => asText(metadata.namespace) !== '',
    example: 'default',
  };
}

/** `metadata.labels`; an empty object is as good, since Kubernetes may hold none. */
export function labelsField(family: string, level: FieldLevels, lost: string): NeededField {
  return {
    id: `${family}/labels`,
    path: 'metadata.labels',
    demandedBy: 'both',
    level,
    lost,
    applies: always,
    present: ({ metadata }) => isJsonObject(metadata.labels),
    example: { app: 'web' },
  };
}

/** Some element of the array satisfies the test; elements that are not objects do not, nor has what is no array any. */
export function some(array: unknown, test: (element: JsonObject) => boolean): boolean {
  for (const element of asArray(array)) {
    if (isJsonObject(element) && test(element)) return true;
  }
  return false;
}
