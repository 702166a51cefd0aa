import type { Draft } from './entries.js';

/** One object of each kind, as Kubernetes has them, all tied together and all shown (where the compat reads the type). */
const objects = {
  version: { type: '*version.Info', object: { major: '1', minor: '30', gitVersion: 'v1.30.0' } },
  node: {
    type: '*v1.Node',
    object: {
      metadata: { uid: 'u-node', name: 'n1' },
      spec: { podCIDR: '10.244.1.0/24' },
      status: {
        addresses: [
          { type: 'Hostname', address: 'n1' },
          { type: 'InternalIP', address: '10.0.0.11' },
        ],
        conditions: [
          { type: 'Ready', reason: 'KubeletReady', status: 'True', lastHeartbeatTime: '2024-04-29T10:00:00Z' },
        ],
      },
    },
  },
  namespace: { type: '*v1.Namespace', object: { metadata: { uid: 'u-ns', name: 'shop' } } },
  deployment: {
    type: '*v1.Deployment',
    object: {
      metadata: { uid: 'u-dep', name: 'web', namespace: 'shop', labels: { team: 'a' } },
      spec: {
        replicas: 1,
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'c', ports: [{ name: 'http', containerPort: 8080 }] }] },
        },
      },
    },
  },
  replicaSet: {
    type: '*v1.ReplicaSet',
    object: {
      metadata: {
        uid: 'u-rs',
        name: 'web-7c5d',
        namespace: 'shop',
        labels: { app: 'web' },
        ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'u-dep' }],
      },
      spec: { replicas: 1, template: { metadata: { labels: { app: 'web' } } } },
    },
  },
  pod: {
    type: '*v1.Pod',
    object: {
      metadata: {
        uid: 'u-pod',
        name: 'web-7c5d-abcde',
        namespace: 'shop',
        labels: { app: 'web' },
        creationTimestamp: '2024-04-29T10:02:38Z',
        ownerReferences: [{ kind: 'ReplicaSet', name: 'web-7c5d', uid: 'u-rs' }],
      },
      spec: { containers: [{ name: 'c', ports: [{ name: 'http', containerPort: 8080 }] }] },
      status: {
        phase: 'Running',
        hostIP: '10.0.0.11',
        podIP: '10.244.1.7',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [{ containerID: 'containerd://aa' }],
      },
    },
  },
  service: {
    type: '*v1.Service',
    object: {
      metadata: { uid: 'u-svc', name: 'web', namespace: 'shop' },
      spec: {
        type: 'ClusterIP',
        clusterIP: '10.96.0.10',
        selector: { app: 'web' },
        ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }],
      },
    },
  },
  ingress: {
    type: '*v1beta1.Ingress',
    object: {
      metadata: { uid: 'u-ing', name: 'web', namespace: 'shop' },
      spec: {
        rules: [
          {
            host: 'shop.example.com',
            http: { paths: [{ path: '/', backend: { service: { name: 'web', port: { number: 80 } } } }] },
          },
        ],
      },
    },
  },
} as const;

export type Part = keyof typeof objects;

/** The cluster with some parts replaced (by an object of the same type), left out (null), and some entries added. */
export function clusterWith(
  changes: Partial<Record<Part, unknown>> = {},
  more: readonly Draft[] = [],
): readonly Draft[] {
  const parts = (Object.keys(objects) as Part[]).flatMap((part): Draft[] => {
    if (!(part in changes)) return [objects[part]];
    return changes[part] === null ? [] : [{ type: objects[part].type, object: changes[part] }];
  });
  return [...parts, ...more];
}

/** A copy of a part with the value at a path (`status.conditions.0.status`) set, or dropped where it is undefined. */
export function changed(part: Part, path: string, value?: unknown): unknown {
  return changedObject(objects[part].object, path, value);
}

export function changedObject(object: unknown, path: string, value?: unknown): unknown {
  const copy = structuredClone(object) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let parent = copy;
  for (const key of keys) parent = parent[key] as Record<string, unknown>;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

export function partOf(part: Part): unknown {
  return objects[part].object;
}

export function typeOf(part: Part): string {
  return objects[part].type;
}
