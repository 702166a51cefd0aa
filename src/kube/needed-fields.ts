import { configMapFields } from './needed/config-map.js';
import { always, type NeededField } from './needed/field.js';
import { ingressFields } from './needed/ingress.js';
import { namespaceFields } from './needed/namespace.js';
import { nodeFields } from './needed/node.js';
import { podFields } from './needed/pod.js';
import { replicaSetFields } from './needed/replica-set.js';
import { serviceFields } from './needed/service.js';
import { workloadFields } from './needed/workload.js';
import type { ObjectParts } from './object-parts.js';
import type { Family } from './type-strings.js';

export type { FieldLevel, FieldLevels, NeededField } from './needed/field.js';

/**
 * What has to be carried over of each family's objects. The position in the list is the bit in `Reading.fields` and
 * `Reading.fieldsApplicable`. The version entry has a rule of its own (snapshot/version-info).
 */
export const neededFields: Readonly<Record<Family, readonly NeededField[]>> = {
  version: [],
  node: nodeFields,
  namespace: namespaceFields,
  workload: workloadFields,
  replicaset: replicaSetFields,
  pod: podFields,
  service: serviceFields,
  ingress: ingressFields,
  configmap: configMapFields,
  other: [],
};

export function presentFields(fields: readonly NeededField[], parts: ObjectParts): number {
  let bits = 0;
  for (let i = 0; i < fields.length; i++) {
    if (fields[i]?.present(parts)) bits |= 1 << i;
  }
  return bits;
}

export function applicableFields(fields: readonly NeededField[], parts: ObjectParts, type: string): number {
  let bits = 0;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    if (field !== undefined && (field.applies === always || field.applies(parts, type))) bits |= 1 << i;
  }
  return bits;
}

/** The needed fields that are named by set bits. */
export function fieldsOf(family: Family, bits: number): readonly NeededField[] {
  return neededFields[family].filter((_, i) => (bits & (1 << i)) !== 0);
}
