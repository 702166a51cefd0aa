/**
 * What the server reads of each object, and nothing else: no managedFields, annotations, environment or ConfigMap data, which
 * it would store; no resourceVersion, which would make every heartbeat a change; no generateName, by which Pods take each
 * other's identity.
 */
import { isIP } from 'node:net';

export type Json = Readonly<Record<string, unknown>>;

/** Type strings by API group and kind. Old and new groups of a kind travel under one string. */
const types: Readonly<Record<string, string>> = {
  '/Node': '*v1.Node',
  '/Namespace': '*v1.Namespace',
  '/Pod': '*v1.Pod',
  '/ReplicationController': '*v1.ReplicationController',
  '/Service': '*v1.Service',
  '/ConfigMap': '*v1.ConfigMap',
  'apps/Deployment': '*v1.Deployment',
  'apps/StatefulSet': '*v1.StatefulSet',
  'apps/DaemonSet': '*v1.DaemonSet',
  'apps/ReplicaSet': '*v1.ReplicaSet',
  'apps.kruise.io/CloneSet': '*v1.CloneSet',
  'apps.kruise.io/StatefulSet': '*v1.StatefulSet',
  'networking.k8s.io/Ingress': 'ingress',
  'extensions/Ingress': 'ingress',
  'route.openshift.io/Route': 'ingress',
};

/** The type string of an object's entry, or null for a kind that DeepFlow does not know. */
export function typeOf(object: Json, ingressType: string): string | null {
  const group = String(object.apiVersion).split('/').slice(0, -1).join('/');
  const type = types[`${group}/${object.kind}`] ?? null;
  return type === 'ingress' ? ingressType : type;
}

export function trim(type: string, object: Json): Json {
  const { apiVersion, kind } = object;
  return { apiVersion, kind, ...parts(type, object) };
}

function parts(type: string, object: Json): Json {
  const spec = asObject(object.spec);
  const status = asObject(object.status);
  switch (type) {
    case '*v1.Node':
      return {
        metadata: meta(object, 'labels'),
        spec: pick(spec, 'podCIDR'),
        status: {
          ...pick(status, 'addresses', 'capacity'),
          conditions: each(status.conditions, (condition) => pick(condition, 'type', 'status', 'reason')),
        },
      };
    case '*v1.Namespace':
      return { metadata: meta(object) };
    case '*v1.Pod':
      return {
        metadata: meta(object, 'labels', 'ownerReferences', 'creationTimestamp'),
        spec: { nodeName: spec.nodeName, containers: containers(spec) },
        status: {
          hostIP: status.hostIP,
          // A text that is no address takes the controller down.
          podIP: isIP(String(status.podIP)) ? status.podIP : undefined,
          conditions: each(status.conditions, (condition) => pick(condition, 'type', 'status')),
          containerStatuses: each(status.containerStatuses, (container) => pick(container, 'containerID')),
        },
      };
    case '*v1.ReplicaSet':
      return { metadata: meta(object, 'labels', 'ownerReferences'), spec: workloadSpec(spec) };
    case '*v1.Service':
      return {
        metadata: { ...meta(object, 'labels'), annotations: rancherTargets(object) },
        spec: pick(spec, 'type', 'clusterIP', 'selector', 'ports'),
        status: pick(status, 'loadBalancer'),
      };
    case '*v1.ConfigMap':
      return { metadata: meta(object, 'creationTimestamp') };
    case '*v1.Ingress':
    case '*v1beta1.Ingress':
      return {
        metadata: meta(object),
        spec: pick(spec, 'rules', 'defaultBackend', 'backend', 'host', 'path', 'to', 'port'),
      };
    default:
      return { metadata: meta(object, 'labels'), spec: workloadSpec(spec) };
  }
}

/** By its template's labels and ports a workload is matched with its Services. */
function workloadSpec(spec: Json): Json {
  const template = asObject(spec.template);
  const podSpec = asObject(template.spec);
  return {
    ...pick(spec, 'replicas', 'selector'),
    template: {
      metadata: pick(asObject(template.metadata), 'labels'),
      spec: {
        hostNetwork: podSpec.hostNetwork,
        containers: containers(podSpec),
        volumes: each(podSpec.volumes, (volume) => pick(volume, 'name', 'configMap')).filter((one) => one.configMap),
      },
    },
  };
}

function containers(podSpec: Json): readonly Json[] {
  return each(podSpec.containers, (container) => pick(container, 'name', 'ports'));
}

/** Rancher's own way to say which workloads a Service has. */
function rancherTargets(service: Json): Json {
  return pick(asObject(asObject(service.metadata).annotations), 'field.cattle.io/targetWorkloadIds');
}

function meta(object: Json, ...more: readonly string[]): Json {
  return pick(asObject(object.metadata), 'uid', 'name', 'namespace', ...more);
}

function pick(from: Json, ...keys: readonly string[]): Json {
  return Object.fromEntries(keys.filter((key) => key in from).map((key) => [key, from[key]]));
}

function each(value: unknown, change: (element: Json) => Json): readonly Json[] {
  return Array.isArray(value) ? value.map((element) => change(asObject(element))) : [];
}

export function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
