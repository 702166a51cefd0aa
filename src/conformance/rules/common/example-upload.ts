import type { ExampleCall, ExampleEntry, ExampleRequest } from '../../rule.js';

/** A JSON object of an example. */
export interface ExampleObject {
  [key: string]: unknown;
}

export const exampleClusterId = 'demo-cluster';
export const exampleVersion = 1_714_384_958;

/** A small upload with which no compat finds fault: one object of each needed type, and what belongs to it. */
export function exampleSnapshot(): ExampleEntry[] {
  const labels = { app: 'web' };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: 'web', ports: [{ name: 'http', containerPort: 8080 }] }] },
  };
  const owned = (kind: string, name: string, id: string) => ({ ownerReferences: [{ kind, name, uid: uid(id) }] });
  return [
    { type: '*version.Info', object: { gitVersion: 'v1.30.2' } },
    {
      type: '*v1.Node',
      object: {
        metadata: { uid: uid('01'), name: 'node-1' },
        spec: { podCIDR: '10.244.1.0/24' },
        status: {
          addresses: [{ type: 'InternalIP', address: '10.0.0.11' }],
          conditions: [{ type: 'Ready', reason: 'KubeletReady', status: 'True' }],
        },
      },
    },
    { type: '*v1.Namespace', object: { metadata: { uid: uid('02'), name: 'shop' } } },
    {
      type: '*v1.Deployment',
      object: { metadata: meta('03', 'web', { labels }), spec: { replicas: 1, template } },
    },
    {
      type: '*v1.StatefulSet',
      object: { metadata: meta('04', 'store', { labels: { app: 'store' } }), spec: { replicas: 1, template } },
    },
    {
      type: '*v1.ReplicaSet',
      object: {
        metadata: meta('05', 'web-7d9f', { labels, ...owned('Deployment', 'web', '03') }),
        spec: { replicas: 1, template },
      },
    },
    { type: '*v1.Pod', object: pod('06', 'web-7d9f-x2x4z', '10.244.1.6', owned('ReplicaSet', 'web-7d9f', '05')) },
    { type: '*v1.Pod', object: pod('07', 'store-0', '10.244.1.7', owned('StatefulSet', 'store', '04')) },
    {
      type: '*v1.Service',
      object: {
        metadata: meta('08', 'web', { labels }),
        spec: {
          type: 'NodePort',
          clusterIP: '10.96.0.10',
          selector: labels,
          ports: [
            { name: 'http', port: 80, protocol: 'TCP', targetPort: 8080, nodePort: 30080 },
            { name: 'metrics', port: 81, protocol: 'TCP', targetPort: 'http', nodePort: 30081 },
          ],
        },
      },
    },
    {
      type: '*v1beta1.Ingress',
      object: {
        metadata: meta('09', 'web'),
        spec: {
          tls: [{ hosts: ['shop.example.org'] }],
          rules: [
            {
              host: 'shop.example.org',
              http: {
                paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
              },
            },
          ],
        },
      },
    },
  ];
}

/** A ConfigMap as an agent should send it: without its data. */
export function exampleConfigMap(): ExampleEntry {
  return {
    type: '*v1.ConfigMap',
    object: { metadata: meta('0a', 'web-settings', { creationTimestamp: '2024-04-29T10:02:38Z' }) },
  };
}

function pod(id: string, name: string, podIP: string, owner: ExampleObject): ExampleObject {
  return {
    metadata: meta(id, name, { labels: { app: 'web' }, creationTimestamp: '2024-04-29T10:02:38Z', ...owner }),
    status: {
      phase: 'Running',
      hostIP: '10.0.0.11',
      podIP,
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ containerID: `containerd://${id.repeat(32)}` }],
    },
  };
}

function meta(id: string, name: string, more: ExampleObject = {}): ExampleObject {
  return { uid: uid(id), name, namespace: 'shop', ...more };
}

/** A uid that ends in two hexadecimal digits of one's choice. */
export function uid(id: string): string {
  return `5e1d7c00-0000-4000-8000-0000000000${id}`;
}

/** The same entries, with `change` applied to a copy of each object of the type. */
export function changed(
  entries: readonly ExampleEntry[],
  type: string,
  change: (object: ExampleObject) => ExampleObject | undefined,
): ExampleEntry[] {
  return entries.map((entry) => {
    if (entry.type !== type) return entry;
    const copy = structuredClone(entry.object) as ExampleObject;
    return { ...entry, object: change(copy) ?? copy };
  });
}

export function without(entries: readonly ExampleEntry[], ...types: readonly string[]): ExampleEntry[] {
  return entries.filter((entry) => !types.includes(entry.type));
}

/** The value at a path of keys, as an object to read or change; an example is built so that it is one. */
export function at(object: ExampleObject, ...path: readonly (string | number)[]): ExampleObject {
  let value: unknown = object;
  for (const key of path) value = (value as Record<string | number, unknown>)[key];
  return value as ExampleObject;
}

/** A request with entries; the whole healthy snapshot unless told otherwise. */
export function upload(request: ExampleRequest = {}, call: Omit<ExampleCall, 'request'> = {}): ExampleCall {
  return { ...call, request: { ...common(), entries: exampleSnapshot(), ...request } };
}

/** A request without entries. */
export function heartbeat(request: ExampleRequest = {}, call: Omit<ExampleCall, 'request'> = {}): ExampleCall {
  return { ...call, request: { ...common(), ...request } };
}

function common(): ExampleRequest {
  return { cluster_id: exampleClusterId, version: exampleVersion, agent_id: 1, source_ip: '10.0.0.9' };
}
