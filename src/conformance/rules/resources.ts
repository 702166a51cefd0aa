import type { Rule } from '../rule.js';
import { scenarioRule } from './common/scenario-rule.js';

export const resourceRules: readonly Rule[] = [
  scenarioRule({
    id: 'resources/follows-configuration',
    level: 'must',
    demand: 'What the group configuration names is uploaded, and what it switches off is not.',
    why: 'On OpenShift the ways into the cluster are Routes, with OpenKruise the workloads are CloneSets: without them DeepFlow shows neither.',
    source: 'DeepFlow documentation, special environment deployment, part "特殊 K8s 资源或 CRD"',
    implies: ['snapshot/complete', 'snapshot/one-ingress-type', 'snapshot/required-types', 'reference/owner-uploaded'],
    story: {
      breaks: 'kubernetes-resources switches ingresses off and routes on; the agent uploads Ingresses and no Route.',
      keeps:
        'kubernetes-resources switches ingresses off and routes on; the agent uploads the Routes, as *v1.Ingress or *v1.Route.',
    },
  }),
];
