import { removePath } from '../../../src/conformance/rules/common/remove-path.js';
import { type NeededField, neededFields } from '../../../src/kube/needed-fields.js';
import { type Family, typeStrings } from '../../../src/kube/type-strings.js';
import type { CallMutant } from '../call-mutant.js';
import { changeObjects } from '../change-calls.js';

/** Where a field has other forms, or stands in other elements, what has to go for it to be lost. */
const whole: Readonly<Record<string, string>> = {
  'node/ready-condition': 'status.conditions[].reason',
  'ingress/backend-port': 'spec.rules[].http.paths[].backend.service.port',
};

/** For each needed field an agent that uploads no object with it. */
export const fieldMutants: readonly CallMutant[] = (Object.keys(neededFields) as Family[]).flatMap((family) =>
  neededFields[family].map((field) => fieldMutant(family, field)),
);

function fieldMutant(family: Family, field: NeededField): CallMutant {
  const types = new Set(typeStrings.filter((each) => each.family === family).map(({ type }) => type));
  const path = whole[field.id] ?? field.path;
  return {
    rule: field.id,
    name: 'without',
    does: `It drops ${path}.`,
    change: (calls) => changeObjects(calls, types, (object) => removePath(object, path)),
  };
}
