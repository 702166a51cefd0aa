import { asObject, isJsonObject } from '../json-value.js';
import type { ObjectParts } from '../object-parts.js';
import {
  identityFields,
  labelsField,
  levels,
  type NeededField,
  namespaceField,
  shouldEverywhere,
  some,
} from './field.js';

/** An OpenGaussCluster is uploaded with an empty spec. */
const hasTemplate = (_parts: ObjectParts, type: string): boolean => type !== '*v1.OpenGaussCluster';

export const workloadFields: readonly NeededField[] = [
  ...identityFields('workload'),
  namespaceField('workload'),
  labelsField(
    'workload',
    shouldEverywhere,
    'The labels column stays empty, and Services that select by these labels find no workload.',
  ),
  {
    id: 'workload/replicas',
    path: 'spec.replicas',
    demandedBy: 'both',
    level: shouldEverywhere,
    lost: 'The workload is shown with 0 Pods wanted.',
    applies: (parts, type) => type !== '*v1.DaemonSet' && hasTemplate(parts, type),
    present: ({ spec }) => typeof spec.replicas === 'number',
    example: 3,
  },
  {
    id: 'workload/template-labels',
    path: 'spec.template.metadata.labels',
    demandedBy: 'server',
    level: levels(null, 'should', 'should'),
    lost: 'Services are matched by workload labels, never by Pod labels: a Service that selects these labels is left out.',
    applies: hasTemplate,
    present: ({ spec }) => isJsonObject(asObject(asObject(spec.template).metadata).labels),
    example: { app: 'web' },
  },
  {
    id: 'workload/container-ports',
    path: 'spec.template.spec.containers[].ports[]',
    demandedBy: 'server',
    level: levels(null, 'info', 'info'),
    lost: 'A Service port whose targetPort is a name cannot be resolved and is left out.',
    applies: hasTemplate,
    present: ({ spec }) =>
      some(asObject(asObject(spec.template).spec).containers, (container) =>
        some(container.ports, (port) => typeof port.containerPort === 'number'),
      ),
    example: [{ ports: [{ name: 'http', containerPort: 8080 }] }],
  },
];
