import { isJsonObject, type JsonObject, objectAt } from '../json-value.js';
import {
  identityFields,
  labelsField,
  levels,
  type NeededField,
  namespaceField,
  shouldEverywhere,
  someAt,
} from './field.js';

/** An OpenGaussCluster is uploaded with an empty spec. */
const hasTemplate = (_object: JsonObject, type: string): boolean => type !== '*v1.OpenGaussCluster';

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
    applies: (object, type) => type !== '*v1.DaemonSet' && hasTemplate(object, type),
    present: (object) => typeof objectAt(object, 'spec').replicas === 'number',
    example: 3,
  },
  {
    id: 'workload/template-labels',
    path: 'spec.template.metadata.labels',
    demandedBy: 'server',
    level: levels(null, 'should', 'should'),
    lost: 'Services are matched by workload labels, never by Pod labels: a Service that selects these labels is left out.',
    applies: hasTemplate,
    present: (object) => isJsonObject(objectAt(objectAt(objectAt(object, 'spec'), 'template'), 'metadata').labels),
    example: { app: 'web' },
  },
  {
    id: 'workload/container-ports',
    path: 'spec.template.spec.containers[].ports[]',
    demandedBy: 'server',
    level: levels(null, 'info', 'info'),
    lost: 'A Service port whose targetPort is a name cannot be resolved and is left out.',
    applies: hasTemplate,
    present: (object) =>
      someAt(objectAt(objectAt(objectAt(object, 'spec'), 'template'), 'spec'), 'containers', (container) =>
        someAt(container, 'ports', (port) => typeof port.containerPort === 'number'),
      ),
    example: [{ ports: [{ name: 'http', containerPort: 8080 }] }],
  },
];
