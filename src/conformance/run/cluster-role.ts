import { stringify } from 'yaml';
import type { KubeRead } from '../../journal/scene-record.js';
import type { KubeRequest } from '../../kube/kube-object.js';

const reading: readonly string[] = ['get', 'list', 'watch'];

/** What agents asked the Kubernetes API for, by group and resource. */
export interface AccessLog {
  add(request: KubeRequest): void;
  addRead(read: KubeRead): void;
  /** Each once, by group, resource and verb. */
  reads(): readonly KubeRead[];
  /** The smallest ClusterRole that allows what was read, as YAML; null where nothing was. */
  clusterRole(): string | null;
}

export function createAccessLog(): AccessLog {
  const known = new Map<string, KubeRead>();

  const addRead = ({ verb, group, resource }: KubeRead): void => {
    known.set(`${group}/${resource}/${verb}`, { verb, group, resource });
  };
  const reads = (): readonly KubeRead[] =>
    [...known].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, read]) => read);

  return {
    add({ verb, group, resource, status }) {
      // What the API does not serve needs no permission.
      if (isReading(verb) && resource !== '' && status !== 404) addRead({ verb, group, resource });
    },
    addRead,
    reads,
    clusterRole: () => (known.size === 0 ? null : clusterRoleText(reads())),
  };
}

function isReading(verb: string): verb is KubeRead['verb'] {
  return reading.includes(verb);
}

function clusterRoleText(reads: readonly KubeRead[]): string {
  const verbs = new Map<string, { readonly group: string; readonly resource: string; readonly verbs: string[] }>();
  for (const { group, resource, verb } of reads) {
    const key = `${group}/${resource}`;
    const one = verbs.get(key) ?? { group, resource, verbs: [] };
    one.verbs.push(verb);
    verbs.set(key, one);
  }
  const rules = new Map<string, { apiGroups: string[]; resources: string[]; verbs: string[] }>();
  for (const { group, resource, verbs: used } of verbs.values()) {
    const key = `${group} ${used.join(' ')}`;
    const rule = rules.get(key) ?? { apiGroups: [group], resources: [], verbs: used };
    rule.resources.push(resource);
    rules.set(key, rule);
  }
  return stringify({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'pseudo-agent' },
    rules: [...rules.values()],
  });
}
