import { stringify } from 'yaml';
import type { KubeRequest } from '../../kube/kube-object.js';

const reading = ['get', 'list', 'watch'];

/** What the agents of a run asked the Kubernetes API for, by group and resource. */
export interface AccessLog {
  add(request: KubeRequest): void;
  /** The smallest ClusterRole that allows what was read, as YAML; null where nothing was. */
  clusterRole(): string | null;
}

export function createAccessLog(): AccessLog {
  const verbs = new Map<string, Set<string>>();
  return {
    add({ verb, group, resource, status }) {
      // What the API does not serve needs no permission.
      if (!reading.includes(verb) || resource === '' || status === 404) return;
      const key = `${group}/${resource}`;
      const known = verbs.get(key) ?? new Set();
      verbs.set(key, known.add(verb));
    },
    clusterRole() {
      if (verbs.size === 0) return null;
      const rules = new Map<string, { group: string; resources: string[]; verbs: string[] }>();
      for (const [key, used] of [...verbs].sort(([left], [right]) => (left < right ? -1 : 1))) {
        const slash = key.indexOf('/');
        const [group, resource] = [key.slice(0, slash), key.slice(slash + 1)];
        const allowed = reading.filter((verb) => used.has(verb));
        const same = `${group} ${allowed.join(' ')}`;
        const rule = rules.get(same) ?? { group, resources: [], verbs: allowed };
        rule.resources.push(resource);
        rules.set(same, rule);
      }
      return stringify({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'pseudo-agent' },
        rules: [...rules.values()].map(({ group, resources, verbs: allowed }) => ({
          apiGroups: [group],
          resources,
          verbs: allowed,
        })),
      });
    },
  };
}
