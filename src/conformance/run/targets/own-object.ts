import type { KubeObject } from '../../../kube/kube-object.js';

/** What the objects of scenarios have to be fitted to. */
export interface OwnNamespace {
  readonly namespace: string;
  /** By the uids that scenarios give: the ones that Kubernetes gave. */
  readonly uids: ReadonlyMap<string, string>;
  readonly hasNode: (name: string) => boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** A label that a real Kubernetes refuses; null where it takes all of them. */
export function refusedLabel({ metadata }: KubeObject): string | null {
  const values = Object.values((metadata.labels as Fields | undefined) ?? {}).map(String);
  return values.find((value) => !labelValue.test(value)) ?? null;
}

const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

/** An object of a scenario as it can be created in the namespace of the run. */
export function ownObject(object: KubeObject, own: OwnNamespace): KubeObject {
  const { uid: _, resourceVersion: __, creationTimestamp: ___, managedFields: ____, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: fitMetadata({ ...metadata, name: object.metadata.name, namespace: own.namespace }, own),
    ...fitSpec(object, own),
  };
}

/** The next state of an object as it can be written over what Kubernetes holds. */
export function ownUpdate(object: KubeObject, held: KubeObject, own: OwnNamespace): KubeObject {
  const { resourceVersion } = held.metadata;
  const { managedFields, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: fitMetadata(
      {
        ...metadata,
        name: object.metadata.name,
        namespace: own.namespace,
        // Some kinds cannot be written without one.
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
        ...(managedFields === undefined ? {} : { managedFields: wholeFields(managedFields, object.apiVersion) }),
      },
      own,
    ),
    ...(object.kind === 'Service' ? { spec: withKnownPorts(object.spec, held.spec) } : {}),
  };
}

function fitMetadata(metadata: KubeObject['metadata'], { uids }: OwnNamespace): KubeObject['metadata'] {
  const labels = Object.entries((metadata.labels as Fields | undefined) ?? {});
  const owners = (metadata.ownerReferences as readonly Fields[] | undefined) ?? [];
  const strange = labels.filter(([, value]) => !labelValue.test(String(value)));
  return {
    ...metadata,
    ...(owners.length === 0
      ? {}
      : { ownerReferences: owners.map((owner) => ({ ...owner, uid: uids.get(String(owner.uid)) ?? owner.uid })) }),
    // Kubernetes takes no such labels; as annotations they still travel.
    ...(strange.length === 0
      ? {}
      : {
          labels: Object.fromEntries(labels.map(([key, value]) => [key, plainLabel(String(value))])),
          annotations: {
            ...(metadata.annotations as Fields | undefined),
            ...Object.fromEntries(strange.map(([key, value]) => [`example.com/${key}`, value])),
          },
        }),
  };
}

function plainLabel(value: string): string {
  return labelValue.test(value) ? value : value.replace(/[^A-Za-z0-9]+/g, '');
}

function fitSpec(object: KubeObject, own: OwnNamespace): { readonly spec?: unknown } {
  if (object.kind === 'Service') return { spec: withoutAddresses(object.spec as Fields) };
  if (object.kind !== 'Pod') return {};
  const { nodeName, ...spec } = object.spec as Fields;
  if (typeof nodeName === 'string' && own.hasNode(nodeName)) return {};
  // Without a Node of that name Kubernetes would remove it; with another scheduler none is chosen for it.
  return { spec: { ...spec, schedulerName: 'plumbline' } };
}

/** Addresses and ports belong to the whole cluster, which gives out what is free. */
function withoutAddresses({ clusterIP: _, clusterIPs: __, ports, ...spec }: Fields): Fields {
  const plain = ((ports as readonly Fields[] | undefined) ?? []).map(({ nodePort: ___, ...port }) => port);
  return { ...spec, ports: plain };
}

/** Whatever a scenario says, addresses stay, and of ports those that the Service has. */
function withKnownPorts(spec: unknown, held: unknown): Fields {
  const { clusterIP, clusterIPs } = (held ?? {}) as Fields;
  const { ports = [], ...rest } = spec as { readonly ports?: readonly Fields[] };
  const known = ((held as { readonly ports?: readonly Fields[] } | undefined)?.ports ?? []).map(
    ({ nodePort }) => nodePort,
  );
  return {
    ...rest,
    ...(clusterIP === undefined ? {} : { clusterIP }),
    ...(clusterIPs === undefined ? {} : { clusterIPs }),
    ports: ports.map(({ nodePort, ...port }) => (known.includes(nodePort) ? { ...port, nodePort } : port)),
  };
}

/** Kubernetes reads them; what scenarios leave out is filled in. */
function wholeFields(managedFields: unknown, apiVersion: string): unknown {
  if (!Array.isArray(managedFields)) return managedFields;
  return managedFields.map((entry: Fields) => ({
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:metadata': { 'f:labels': {} } },
    time: '2026-03-02T08:15:30Z',
    ...entry,
    apiVersion: entry.fieldsV1 === undefined ? apiVersion : entry.apiVersion,
  }));
}
