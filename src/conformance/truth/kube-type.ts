import type { KubeObject } from '../../kube/kube-object.js';
import { type Family, findTypeString } from '../../kube/type-strings.js';

/** A kind of Kubernetes objects that DeepFlow shows. */
export interface KubeType {
  /** "" for core. */
  readonly group: string;
  readonly kind: string;
  /** Plural. */
  readonly resource: string;
  /** The type string of its entries; Ingresses may travel under others of their family. */
  readonly type: string;
  readonly family: Family;
  /**
   * - `default`: agents upload it unless told otherwise
   * - `configured`: only where the group configuration names it
   * - `optional`: all of them, or none
   */
  readonly uploaded: 'default' | 'configured' | 'optional';
}

function kubeType(
  group: string,
  kind: string,
  resource: string,
  type: string,
  uploaded: KubeType['uploaded'] = 'default',
): KubeType {
  return { group, kind, resource, type, family: findTypeString(type)?.family ?? 'other', uploaded };
}

/** A kind that lives in several groups is listed once for each. */
export const kubeTypes: readonly KubeType[] = [
  kubeType('', 'Node', 'nodes', '*v1.Node'),
  kubeType('', 'Namespace', 'namespaces', '*v1.Namespace'),
  kubeType('apps', 'Deployment', 'deployments', '*v1.Deployment'),
  kubeType('apps', 'StatefulSet', 'statefulsets', '*v1.StatefulSet'),
  kubeType('apps', 'DaemonSet', 'daemonsets', '*v1.DaemonSet'),
  kubeType('', 'ReplicationController', 'replicationcontrollers', '*v1.ReplicationController'),
  kubeType('apps', 'ReplicaSet', 'replicasets', '*v1.ReplicaSet'),
  kubeType('', 'Pod', 'pods', '*v1.Pod'),
  kubeType('', 'Service', 'services', '*v1.Service'),
  kubeType('networking.k8s.io', 'Ingress', 'ingresses', '*v1.Ingress'),
  kubeType('extensions', 'Ingress', 'ingresses', '*v1beta1.Ingress'),
  kubeType('', 'ConfigMap', 'configmaps', '*v1.ConfigMap', 'optional'),
  kubeType('route.openshift.io', 'Route', 'routes', '*v1.Route', 'configured'),
  kubeType('apps.kruise.io', 'CloneSet', 'clonesets', '*v1.CloneSet', 'configured'),
  kubeType('apps.kruise.io', 'StatefulSet', 'statefulsets', '*v1.StatefulSet', 'configured'),
];

const byKind: ReadonlyMap<string, KubeType> = new Map(kubeTypes.map((each) => [`${each.group}/${each.kind}`, each]));

/** Null for a kind that DeepFlow does not show. */
export function kubeTypeOf({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): KubeType | null {
  return byKind.get(`${groupOf(apiVersion)}/${kind}`) ?? null;
}

/** "apps" of "apps/v1", "" of "v1". */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.lastIndexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
