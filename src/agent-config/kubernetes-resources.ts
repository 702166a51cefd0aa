/** A resource of Kubernetes that agents can be told to watch. */
export interface WatchableResource {
  readonly name: string;
  /** API groups it is known in, the one that is meant where none is named first; "" is the core group. */
  readonly groups: readonly string[];
  /** Watched where the configuration does not name it. */
  readonly byDefault: boolean;
  /** Agents up to v6.5 do not know it. */
  readonly newerThanV65?: true;
}

/** In the order of DeepFlow's documentation. */
export const kubernetesResources: readonly WatchableResource[] = [
  { name: 'namespaces', groups: [''], byDefault: true },
  { name: 'nodes', groups: [''], byDefault: true },
  { name: 'pods', groups: [''], byDefault: true },
  { name: 'replicationcontrollers', groups: [''], byDefault: true },
  { name: 'services', groups: [''], byDefault: true },
  { name: 'daemonsets', groups: ['apps'], byDefault: true },
  { name: 'deployments', groups: ['apps'], byDefault: true },
  { name: 'replicasets', groups: ['apps'], byDefault: true },
  { name: 'statefulsets', groups: ['apps', 'apps.kruise.io', 'platform.stke'], byDefault: true },
  { name: 'ingresses', groups: ['networking.k8s.io', 'extensions'], byDefault: true },
  { name: 'configmaps', groups: [''], byDefault: true, newerThanV65: true },
  { name: 'routes', groups: ['route.openshift.io'], byDefault: false },
  { name: 'servicerules', groups: ['crd.pingan.org'], byDefault: false },
  { name: 'clonesets', groups: ['apps.kruise.io'], byDefault: false },
  { name: 'ippools', groups: ['crd.projectcalico.org'], byDefault: false },
  { name: 'opengaussclusters', groups: ['opengauss.cmbc.com.cn'], byDefault: false, newerThanV65: true },
];
