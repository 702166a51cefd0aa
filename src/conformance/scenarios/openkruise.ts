import type { Scenario } from '../run/scenario.js';
import { baseCluster } from './common/base-cluster.js';
import { judgeConfigured } from './common/configured.js';
import { workload } from './common/kube-objects.js';

/** As the document has it for OpenKruise. */
const groupConfig = `static_config:
  kubernetes-resources:
  - name: clonesets
    group: apps.kruise.io
  - name: statefulsets
    group: apps
  - name: statefulsets
    group: apps.kruise.io
`;

export const openkruise: Scenario = {
  name: 'openkruise',
  title: 'The group configuration names clonesets, and statefulsets of both groups.',
  profile: 'full',
  judges: ['resources/follows-configuration'],
  setting: {
    groupConfig,
    groups: ['networking.k8s.io/v1', 'apps.kruise.io/v1alpha1', 'apps.kruise.io/v1beta1'],
    objects: () => [
      ...baseCluster(),
      workload('apps.kruise.io/v1alpha1', 'CloneSet', { name: 'cloned' }),
      workload('apps.kruise.io/v1beta1', 'StatefulSet', { name: 'advanced' }),
    ],
  },
  play: (stage) =>
    judgeConfigured(stage, {
      wanted: [
        ['CloneSet', 'cloned'],
        ['StatefulSet', 'advanced'],
        ['StatefulSet', 'store'],
      ],
      unwanted: [],
    }),
};
