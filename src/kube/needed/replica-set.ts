import { asObject, asText, isJsonObject, type JsonObject } from '../json-value.js';
import type { ObjectParts } from '../object-parts.js';
import {
  always,
  identityFields,
  labelsField,
  levels,
  mustEverywhere,
  type NeededField,
  namespaceField,
} from './field.js';

/** The first element, or the object itself, whose shape another rule judges. */
function firstOwner({ metadata }: ObjectParts): JsonObject {
  const owners = metadata.ownerReferences;
  if (isJsonObject(owners)) return owners;
  return asObject(Array.isArray(owners) ? owners[0] : undefined);
}

export const replicaSetFields: readonly NeededField[] = [
  ...identityFields('replicaset'),
  namespaceField('replicaset'),
  labelsField('replicaset', levels('should', 'info', 'info'), 'The labels column stays empty.'),
  {
    id: 'replicaset/owner-uid',
    path: 'metadata.ownerReferences[0].uid',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'A ReplicaSet whose owner is not known is left out, and its Pods with it.',
    applies: always,
    present: (parts) => asText(firstOwner(parts).uid) !== '',
    example: 'b1a7a3f0-53b8-4f7e-9a3a-27d5a7a1c0de',
  },
  {
    id: 'replicaset/owner-name',
    path: 'metadata.ownerReferences[0].name',
    demandedBy: 'doc',
    level: levels('should', 'info', 'info'),
    lost: 'The document lists it; servers find the workload by the uid alone.',
    applies: always,
    present: (parts) => asText(firstOwner(parts).name) !== '',
    example: 'web',
  },
  {
    id: 'replicaset/replicas',
    path: 'spec.replicas',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'A ReplicaSet without replicas counts as inactive and is left out, and its Pods with it.',
    applies: always,
    present: ({ spec }) => typeof spec.replicas === 'number',
    example: 1,
  },
];
