import type { Compat } from '../kube/compat.js';

/**
 * Under which type string agents report a kind, by API group; the version of the group does not matter. Not here: kinds that
 * DeepFlow has no type for (Job, Endpoints, the DaemonSet of apps.kruise.io, ...).
 */
const typesByGroup: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    Node: '*v1.Node',
    Namespace: '*v1.Namespace',
    Pod: '*v1.Pod',
    ReplicationController: '*v1.ReplicationController',
    Service: '*v1.Service',
    ConfigMap: '*v1.ConfigMap',
  },
  apps: {
    Deployment: '*v1.Deployment',
    StatefulSet: '*v1.StatefulSet',
    DaemonSet: '*v1.DaemonSet',
    ReplicaSet: '*v1.ReplicaSet',
  },
  extensions: {
    Deployment: '*v1.Deployment',
    DaemonSet: '*v1.DaemonSet',
    ReplicaSet: '*v1.ReplicaSet',
    Ingress: '*v1.Ingress',
  },
  'networking.k8s.io': { Ingress: '*v1.Ingress' },
  'route.openshift.io': { Route: '*v1.Ingress' },
  'apps.kruise.io': { CloneSet: '*v1.CloneSet', StatefulSet: '*v1.StatefulSet' },
  'platform.stke': { StatefulSetPlus: '*v1.StatefulSet' },
  'crd.pingan.org': { ServiceRule: '*v1.ServiceRule' },
  'opengauss.cmbc.com.cn': { OpenGaussCluster: '*v1.OpenGaussCluster' },
  'crd.projectcalico.org': { IPPool: '*v1.IPPool' },
};

/**
 * The type string of an object with this apiVersion and kind, or null where DeepFlow has none. Ingresses and Routes of all
 * versions travel as `*v1.Ingress`; the document knows only `*v1beta1.Ingress`, whatever the version of the object.
 */
export function snapshotType(apiVersion: string, kind: string, compat: Compat): string | null {
  const slash = apiVersion.lastIndexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const kinds = Object.hasOwn(typesByGroup, group) ? typesByGroup[group] : undefined;
  if (kinds === undefined || !Object.hasOwn(kinds, kind)) return null;
  const type = kinds[kind] ?? null;
  return type === '*v1.Ingress' && compat === 'doc' ? '*v1beta1.Ingress' : type;
}
