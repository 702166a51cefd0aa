import type { Scenario } from '../run/scenario.js';
import { baseCluster } from './common/base-cluster.js';
import { judgeConfigured } from './common/configured.js';
import { route } from './common/kube-objects.js';

/** As the document has it for OpenShift. */
const groupConfig = `static_config:
  kubernetes-resources:
  - name: ingresses
    disabled: true
  - name: routes
`;

export const openshift: Scenario = {
  name: 'openshift',
  title: 'The group configuration switches ingresses off and routes on.',
  profile: 'full',
  judges: ['resources/follows-configuration'],
  setting: {
    groupConfig,
    groups: ['networking.k8s.io/v1', 'route.openshift.io/v1'],
    objects: () => [...baseCluster(), route({ name: 'shop', service: 'frontend' })],
  },
  play: (stage) => judgeConfigured(stage, { wanted: [['Route', 'shop']], unwanted: [['Ingress', 'www']] }),
};
