import type { KubeObject } from '../../kube/kube-object.js';
import type { ResourceType } from '../discovery/resource-type.js';
import { isJsonObject, type JsonObject } from '../json.js';

/** What a new object gets from the server. */
export interface Birth {
  readonly name: string;
  /** "" of what has none. */
  readonly namespace: string;
  readonly uid: string;
  /** Unix time, ms. */
  readonly time: number;
  /** The apiVersion that it is kept in. */
  readonly apiVersion: string;
  /** Whether the status that was handed in is kept; the real server lets only controllers set it. */
  readonly keepStatus: boolean;
}

/** The object as it is created, still without resourceVersion. */
export function newObject(type: ResourceType, input: JsonObject, birth: Birth): KubeObject {
  const given = isJsonObject(input.metadata) ? input.metadata : {};
  const {
    name: _name,
    namespace: _namespace,
    uid: _uid,
    resourceVersion: _resourceVersion,
    creationTimestamp,
    generation: _generation,
    deletionTimestamp: _deletionTimestamp,
    selfLink: _selfLink,
    ...others
  } = given;
  const kept = birth.keepStatus && typeof creationTimestamp === 'string' ? creationTimestamp : null;
  const { kind: _kind, apiVersion: _apiVersion, metadata: _metadata, status, ...content } = input;
  const object: KubeObject = {
    kind: type.kind,
    apiVersion: birth.apiVersion,
    metadata: {
      name: birth.name,
      ...(birth.namespace === '' ? {} : { namespace: birth.namespace }),
      uid: birth.uid,
      creationTimestamp: kept ?? timestamp(birth.time),
      ...(countsGenerations(type) ? { generation: 1 } : {}),
      ...others,
    },
    ...content,
    ...initialStatus(type, birth.keepStatus || !type.hasStatus ? status : undefined),
  };
  return type.plural === 'namespaces' ? labelledNamespace(object) : object;
}

/** RFC 3339 in seconds, as Kubernetes writes times. */
export function timestamp(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** Whether `metadata.generation` counts the changes of its spec. */
export function countsGenerations(type: ResourceType): boolean {
  return type.group !== '' || type.plural === 'replicationcontrollers';
}

function initialStatus(type: ResourceType, status: unknown): { status?: unknown } {
  const always = type.builtIn ? (alwaysInStatus.get(type.plural) ?? {}) : {};
  if (isJsonObject(status)) return { status: { ...always, ...status } };
  if (status !== undefined) return { status };
  if (type.plural === 'pods') return { status: { phase: 'Pending' } };
  if (type.plural === 'namespaces') return { status: { phase: 'Active' } };
  return type.hasStatus && type.builtIn ? { status: always } : {};
}

/** What the real server writes even where nobody has set it; typed clients refuse objects without it. */
const alwaysInStatus: ReadonlyMap<string, JsonObject> = new Map<string, JsonObject>([
  ['replicasets', { replicas: 0 }],
  ['replicationcontrollers', { replicas: 0 }],
  ['statefulsets', { replicas: 0, availableReplicas: 0 }],
  ['daemonsets', { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 }],
  ['services', { loadBalancer: {} }],
  ['ingresses', { loadBalancer: {} }],
]);

function labelledNamespace(object: KubeObject): KubeObject {
  const labels = isJsonObject(object.metadata.labels) ? object.metadata.labels : {};
  const named = { ...labels, 'kubernetes.io/metadata.name': object.metadata.name };
  return { ...object, metadata: { ...object.metadata, labels: named } };
}
