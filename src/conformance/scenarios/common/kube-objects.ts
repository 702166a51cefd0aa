import { createHash } from 'node:crypto';
import type { KubeObject } from '../../../kube/kube-object.js';

/** The namespace of all that scenarios make. */
export const namespace = 'shop';

const born = '2026-03-02T08:15:30Z';

interface Named {
  readonly name: string;
  /** Told apart from others of its name and kind, e.g. when it is made a second time. */
  readonly life?: number;
}

/** The same uid for the same kind and name, so that runs are alike. */
export function uidOf(kind: string, name: string, life = 0): string {
  const hex = createHash('sha256').update(`${kind}/${name}/${life}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function meta(kind: string, { name, life }: Named, more: object = {}): KubeObject['metadata'] {
  return { name, namespace, uid: uidOf(kind, name, life), creationTimestamp: born, ...more };
}

/** What `kubectl apply` and the API server add to an object, and nobody needs. */
const noise = {
  managedFields: [
    { manager: 'kubectl', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': {} } },
  ],
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"kind":"..."}' },
};

export function node(name: string, number: number): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: uidOf('Node', name),
      creationTimestamp: born,
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
    },
    spec: { podCIDR: `10.244.${number}.0/24`, podCIDRs: [`10.244.${number}.0/24`] },
    status: {
      addresses: [
        { type: 'InternalIP', address: `10.10.0.${number}` },
        { type: 'Hostname', address: name },
      ],
      capacity: { cpu: '4', memory: '16384256Ki', pods: '110' },
      conditions: [
        nodeCondition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
        nodeCondition('Ready', 'True', 'KubeletReady'),
      ],
    },
  };
}

function nodeCondition(type: string, status: string, reason: string) {
  return { type, status, reason, lastHeartbeatTime: born, lastTransitionTime: born };
}

export function kubeNamespace(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      uid: uidOf('Namespace', name),
      creationTimestamp: born,
      labels: { 'kubernetes.io/metadata.name': name },
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

function podTemplate(app: string, labels: object = { app }) {
  return {
    metadata: { labels },
    spec: {
      containers: [
        {
          name: app,
          image: `registry.example.com/shop/${app}:v1`,
          ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          env: [{ name: 'PASSWORD', value: 'correct horse battery staple' }],
        },
      ],
    },
  };
}

/** A Deployment, StatefulSet, DaemonSet, ReplicationController or CloneSet. */
export function workload(apiVersion: string, kind: string, named: Named & { labels?: object }): KubeObject {
  const { name, labels = {} } = named;
  const selector = kind === 'ReplicationController' ? { app: name } : { matchLabels: { app: name } };
  return {
    apiVersion,
    kind,
    metadata: meta(kind, named, { labels: { app: name, ...labels }, ...noise }),
    spec: {
      ...(kind === 'DaemonSet' ? {} : { replicas: 1 }),
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      selector,
      template: podTemplate(name),
    },
    status: {},
  };
}

export function owner(object: KubeObject) {
  const { name, uid } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

export function replicaSet(deployment: KubeObject, hash: string): KubeObject {
  const app = deployment.metadata.name;
  const name = `${app}-${hash}`;
  const labels = { app, 'pod-template-hash': hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: meta('ReplicaSet', { name }, { labels, ownerReferences: [owner(deployment)] }),
    spec: { replicas: 1, selector: { matchLabels: labels }, template: podTemplate(app, labels) },
    status: { replicas: 1 },
  };
}

export interface PodPlan extends Named {
  readonly owner: KubeObject;
  /** Last part of its address, 2 to 254. */
  readonly number: number;
  /** Number of its Node. */
  readonly node?: number;
  readonly labels?: object;
}

export function pod(plan: PodPlan): KubeObject {
  const { name, number, node: on = 1, life = 0 } = plan;
  const app = plan.owner.metadata.name.replace(/-[0-9a-f]{10}$/, '');
  const generateName = name.replace(/[^-]*$/, '');
  const containerID = `containerd://${createHash('sha256').update(`${name} ${life}`).digest('hex')}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta('Pod', plan, {
      generateName,
      labels: { app, ...plan.labels },
      ownerReferences: [owner(plan.owner)],
      managedFields: noise.managedFields,
    }),
    spec: { nodeName: `node-${on}`, ...podTemplate(app).spec },
    status: {
      phase: 'Running',
      hostIP: `10.10.0.${on}`,
      hostIPs: [{ ip: `10.10.0.${on}` }],
      podIP: `10.244.${on}.${number}`,
      podIPs: [{ ip: `10.244.${on}.${number}` }],
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: born }],
      // Typed clients refuse a container's status without image and imageID.
      containerStatuses: [{ name: app, image: app, imageID: app, ready: true, restartCount: 0, containerID }],
    },
  };
}

export function service(named: Named & { number: number; app?: string }): KubeObject {
  const { name, number, app = name } = named;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta('Service', named, { labels: { app }, ...noise }),
    spec: {
      type: 'NodePort',
      clusterIP: `10.96.0.${number}`,
      clusterIPs: [`10.96.0.${number}`],
      selector: { app },
      ports: [
        { name: 'http', port: 80, protocol: 'TCP', targetPort: 'http', nodePort: 30_000 + number },
        { name: 'admin', port: 81, protocol: 'TCP', targetPort: 8080, nodePort: 31_000 + number },
      ],
    },
    status: { loadBalancer: {} },
  };
}

export function ingress(named: Named & { service: string }): KubeObject {
  const { name } = named;
  const backend = { service: { name: named.service, port: { number: 80 } } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: meta('Ingress', named),
    spec: {
      tls: [{ hosts: [`${name}.example.com`] }],
      rules: [{ host: `${name}.example.com`, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
    status: { loadBalancer: {} },
  };
}

export function route(named: Named & { service: string }): KubeObject {
  return {
    apiVersion: 'route.openshift.io/v1',
    kind: 'Route',
    metadata: meta('Route', named),
    spec: {
      host: `${named.name}.example.com`,
      to: { kind: 'Service', name: named.service, weight: 100 },
      port: { targetPort: 'http' },
    },
    status: {},
  };
}

export function configMap(named: Named): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta('ConfigMap', named),
    data: { 'settings.yaml': 'password: correct horse battery staple\n' },
  };
}

/** The object with other parts of its metadata. */
export function withMetadata(object: KubeObject, metadata: Readonly<Record<string, unknown>>): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...metadata } };
}

/** The object with other labels, the ones of these names. */
export function withLabels(object: KubeObject, labels: Readonly<Record<string, string>>): KubeObject {
  return withMetadata(object, { labels: { ...(object.metadata.labels as object | undefined), ...labels } });
}
