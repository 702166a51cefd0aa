import { asText } from '../json-value.js';
import { always, identityFields, levels, type NeededField, namespaceField } from './field.js';

const demanded = levels(null, null, 'must');

export const configMapFields: readonly NeededField[] = [
  ...identityFields('configmap', demanded),
  namespaceField('configmap', demanded),
  {
    id: 'configmap/creation-timestamp',
    path: 'metadata.creationTimestamp',
    demandedBy: 'server',
    level: levels(null, null, 'should'),
    lost: 'The ConfigMap is shown as created at no time.',
    applies: always,
    present: ({ metadata }) => asText(metadata.creationTimestamp) !== '',
    example: '2024-04-29T10:02:38Z',
  },
];
