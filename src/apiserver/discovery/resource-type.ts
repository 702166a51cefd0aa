/** A kind of objects that the API serves. */
export interface ResourceType {
  /** Where its objects are kept: types that share it show the same objects in several groups. */
  readonly storage: string;
  /** "" for core. */
  readonly group: string;
  /** Served versions, the preferred one first. */
  readonly versions: readonly string[];
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  /** Has the subresource `status`, which a plain write leaves as it is. */
  readonly hasStatus: boolean;
  /**
   * Compiled into the real server: items of lists carry no kind and apiVersion, patches may be strategic. Otherwise
   * it stands for a custom resource.
   */
  readonly builtIn: boolean;
  /** Paths of fields, besides metadata.name and metadata.namespace, that field selectors may name. */
  readonly selectableFields: readonly string[];
}

/** Groups that not every cluster has. */
export const optionalGroups = [
  'networking.k8s.io/v1',
  'networking.k8s.io/v1beta1',
  'extensions/v1beta1',
  'route.openshift.io/v1',
  'apps.kruise.io/v1alpha1',
  'apps.kruise.io/v1beta1',
  'platform.stke/v1alpha1',
  'platform.tkex/v1alpha1',
  'opengauss.cmbc.com.cn/v1',
  'crd.pingan.org/v1alpha1',
  'crd.projectcalico.org/v1',
] as const;

export type OptionalGroup = (typeof optionalGroups)[number];

/** What a cluster of today serves of the optional ones. */
export const defaultOptionalGroups: readonly OptionalGroup[] = ['networking.k8s.io/v1'];

interface Shape {
  readonly plural: string;
  readonly kind: string;
  readonly storage?: string;
  readonly singular?: string;
  readonly namespaced?: boolean;
  readonly shortNames?: readonly string[];
  readonly hasStatus?: boolean;
  readonly selectableFields?: readonly string[];
}

const eventFields = [
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'involvedObject.apiVersion',
  'involvedObject.resourceVersion',
  'involvedObject.fieldPath',
  'reason',
  'reportingComponent',
  'source',
  'type',
];

const podFields = [
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'spec.hostNetwork',
  'status.phase',
  'status.podIP',
  'status.nominatedNodeName',
];

const core: readonly Shape[] = [
  { plural: 'nodes', kind: 'Node', namespaced: false, shortNames: ['no'], selectableFields: ['spec.unschedulable'] },
  {
    plural: 'namespaces',
    kind: 'Namespace',
    namespaced: false,
    shortNames: ['ns'],
    selectableFields: ['status.phase'],
  },
  { plural: 'pods', kind: 'Pod', shortNames: ['po'], selectableFields: podFields },
  { plural: 'services', kind: 'Service', shortNames: ['svc'], selectableFields: ['spec.clusterIP', 'spec.type'] },
  {
    plural: 'replicationcontrollers',
    kind: 'ReplicationController',
    shortNames: ['rc'],
    selectableFields: ['status.replicas'],
  },
  { plural: 'configmaps', kind: 'ConfigMap', shortNames: ['cm'], hasStatus: false },
  { plural: 'secrets', kind: 'Secret', hasStatus: false, selectableFields: ['type'] },
  { plural: 'endpoints', kind: 'Endpoints', singular: 'endpoints', shortNames: ['ep'], hasStatus: false },
  { plural: 'serviceaccounts', kind: 'ServiceAccount', shortNames: ['sa'], hasStatus: false },
  { plural: 'events', kind: 'Event', shortNames: ['ev'], hasStatus: false, selectableFields: eventFields },
  { plural: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', shortNames: ['pvc'] },
  { plural: 'persistentvolumes', kind: 'PersistentVolume', namespaced: false, shortNames: ['pv'] },
];

const apps: readonly Shape[] = [
  { plural: 'deployments', kind: 'Deployment', shortNames: ['deploy'] },
  { plural: 'statefulsets', kind: 'StatefulSet', shortNames: ['sts'] },
  { plural: 'daemonsets', kind: 'DaemonSet', shortNames: ['ds'] },
  { plural: 'replicasets', kind: 'ReplicaSet', shortNames: ['rs'], selectableFields: ['status.replicas'] },
];

const ingress: Shape = { plural: 'ingresses', kind: 'Ingress', singular: 'ingress', shortNames: ['ing'] };
const kruiseStatefulSet: Shape = { plural: 'statefulsets', kind: 'StatefulSet', shortNames: ['sts', 'asts'] };
const cloneSet: Shape = { plural: 'clonesets', kind: 'CloneSet', shortNames: ['clone'] };

/** @param served which of the optional groups are there; the order of the answer is that of discovery */
export function resourceTypes(served: readonly OptionalGroup[]): readonly ResourceType[] {
  const has = new Set<string>(served);
  const of = (group: string, versions: readonly string[]) =>
    versions.filter((version) => has.has(`${group}/${version}`));
  return [
    ...core.map((shape) => type('', ['v1'], shape, true)),
    ...apps.map((shape) => type('apps', ['v1'], shape, true)),
    ...types('networking.k8s.io', of('networking.k8s.io', ['v1', 'v1beta1']), [ingress], true, true),
    ...types('extensions', of('extensions', ['v1beta1']), [ingress], true, true),
    ...types('route.openshift.io', of('route.openshift.io', ['v1']), [
      { plural: 'routes', kind: 'Route', selectableFields: ['spec.host', 'spec.path', 'spec.to.name'] },
    ]),
    ...types('apps.kruise.io', of('apps.kruise.io', ['v1alpha1']), [cloneSet]),
    ...types('apps.kruise.io', of('apps.kruise.io', ['v1beta1', 'v1alpha1']), [kruiseStatefulSet]),
    ...types('platform.stke', of('platform.stke', ['v1alpha1']), [
      { plural: 'statefulsetpluses', kind: 'StatefulSetPlus', shortNames: ['stsp'] },
    ]),
    ...types('platform.tkex', of('platform.tkex', ['v1alpha1']), [{ plural: 'inplacesets', kind: 'InPlaceSet' }]),
    ...types('opengauss.cmbc.com.cn', of('opengauss.cmbc.com.cn', ['v1']), [
      { plural: 'opengaussclusters', kind: 'OpenGaussCluster' },
    ]),
    ...types('crd.pingan.org', of('crd.pingan.org', ['v1alpha1']), [
      { plural: 'servicerules', kind: 'ServiceRule', hasStatus: false },
    ]),
    ...types('crd.projectcalico.org', of('crd.projectcalico.org', ['v1']), [
      { plural: 'ippools', kind: 'IPPool', namespaced: false, hasStatus: false },
    ]),
  ];
}

function types(
  group: string,
  versions: readonly string[],
  shapes: readonly Shape[],
  builtIn = false,
  sharedStorage = false,
): readonly ResourceType[] {
  if (versions.length === 0) return [];
  return shapes.map((shape) =>
    type(group, versions, sharedStorage ? { ...shape, storage: shape.plural } : shape, builtIn),
  );
}

function type(group: string, versions: readonly string[], shape: Shape, builtIn: boolean): ResourceType {
  return {
    storage: shape.storage ?? (group === '' ? shape.plural : `${shape.plural}.${group}`),
    group,
    versions,
    plural: shape.plural,
    singular: shape.singular ?? shape.kind.toLowerCase(),
    kind: shape.kind,
    listKind: `${shape.kind}List`,
    namespaced: shape.namespaced ?? true,
    shortNames: shape.shortNames ?? [],
    hasStatus: shape.hasStatus ?? true,
    builtIn,
    selectableFields: shape.selectableFields ?? [],
  };
}

/** How messages name it: `pods`, `deployments.apps`. */
export function qualifiedResource(type: ResourceType): string {
  return type.group === '' ? type.plural : `${type.plural}.${type.group}`;
}
