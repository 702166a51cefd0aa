import { arrayAt, asObject, type JsonObject, objectAt, textAt } from '../kube/json-value.js';
import type { ClusterPod } from './cluster-resources.js';

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** What of a NetworkPolicy tells whether it selects a Pod. Its rules are not judged. */
export interface NetworkPolicy {
  readonly name: string;
  readonly namespace: string;
  readonly matchLabels: ReadonlyMap<string, string>;
  readonly matchExpressions: readonly Requirement[];
  readonly policyTypes: readonly ('Ingress' | 'Egress')[];
}

export function readNetworkPolicy(policy: JsonObject, name: string, namespace: string): NetworkPolicy {
  const spec = objectAt(policy, 'spec');
  const selector = objectAt(spec, 'podSelector');
  const labels = Object.entries(objectAt(selector, 'matchLabels'));
  const expressions = arrayAt(selector, 'matchExpressions').map(asObject);
  const types = arrayAt(spec, 'policyTypes').filter((type) => type === 'Ingress' || type === 'Egress');
  return {
    name,
    namespace,
    matchLabels: new Map(labels.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    matchExpressions: expressions.map((expression) => ({
      key: textAt(expression, 'key'),
      operator: textAt(expression, 'operator'),
      values: arrayAt(expression, 'values').filter((value) => typeof value === 'string'),
    })),
    // The API's default: Ingress always, Egress where there are egress rules.
    policyTypes: types.length > 0 ? types : 'egress' in spec ? ['Ingress', 'Egress'] : ['Ingress'],
  };
}

/** Policies that select a Pod for traffic of that direction. An empty selector selects all Pods of its namespace. */
export function policiesOf(
  policies: readonly NetworkPolicy[],
  pod: Pick<ClusterPod, 'namespace' | 'labels'>,
  direction: 'Ingress' | 'Egress',
): NetworkPolicy[] {
  return policies.filter(
    (policy) =>
      policy.namespace === pod.namespace &&
      policy.policyTypes.includes(direction) &&
      [...policy.matchLabels].every(([key, value]) => pod.labels.get(key) === value) &&
      policy.matchExpressions.every((requirement) => meets(requirement, pod.labels)),
  );
}

function meets({ key, operator, values }: Requirement, labels: ReadonlyMap<string, string>): boolean {
  const value = labels.get(key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
