import { describe, expect, it } from 'vitest';
import { type Compat, compats } from '../../../src/kube/compat.js';
import type { InventoryCounts } from '../../../src/kube/inventory.js';
import { changed, changedObject, clusterWith, type Part, partOf, typeOf } from '../cluster.js';
import { type Draft, inventoryOf, noteCodes, rowOf } from '../entries.js';

const servers: readonly Compat[] = ['v6.5', 'v7'];

interface Row {
  readonly title: string;
  readonly in: readonly Compat[];
  readonly drafts: readonly Draft[];
  readonly type: string;
  readonly uid: string;
  /** Undefined: shown. */
  readonly reason?: string;
  readonly notes?: readonly string[];
  readonly counts?: Partial<InventoryCounts>;
}

/** One field of one object changed. */
function row(
  title: string,
  part: Part,
  change: readonly [path: string, value?: unknown],
  expected: Omit<Row, 'title' | 'in' | 'drafts' | 'type' | 'uid'> & {
    in?: readonly Compat[];
    uid?: string;
    more?: readonly Draft[];
  },
): Row {
  const { in: where = compats, more, ...rest } = expected;
  const object = partOf(part) as { metadata?: { uid: string } };
  return {
    title,
    in: where,
    drafts: clusterWith({ [part]: changed(part, ...change) }, more),
    type: typeOf(part),
    uid: object.metadata?.uid ?? '',
    ...rest,
  };
}

const owned = (kind: string, uid = 'u-dep') => [{ kind, name: 'web', uid }];

const rows: readonly Row[] = [
  // Nodes
  row('a Node without metadata', 'node', ['metadata'], { uid: '', reason: 'no-metadata' }),
  row('a Node without uid', 'node', ['metadata.uid'], { uid: '', reason: 'no-uid' }),
  row('a Node whose uid is a number', 'node', ['metadata.uid', 5], { uid: '', reason: 'no-uid' }),
  row('a Node without name', 'node', ['metadata.name'], { reason: 'no-name' }),
  row('a Node without addresses', 'node', ['status.addresses'], { reason: 'no-internal-ip' }),
  row('a Node with an InternalIP without address', 'node', ['status.addresses.1.address', ''], {
    in: ['doc', 'v7'],
    reason: 'no-internal-ip',
  }),
  row('a Node with an InternalIP without address, of old', 'node', ['status.addresses.1.address', ''], {
    in: ['v6.5'],
  }),
  row('a Node that is not ready', 'node', ['status.conditions.0.status', 'False'], { notes: ['node-not-ready'] }),
  row('a Node that is ready by type, not by reason', 'node', ['status.conditions.0.reason'], {
    notes: ['node-not-ready'],
  }),
  row('a Node without podCIDR', 'node', ['spec.podCIDR'], {}),
  // Namespaces
  row('a Namespace without uid', 'namespace', ['metadata.uid'], {
    uid: '',
    reason: 'no-uid',
    counts: { pods: 0, workloads: 0 },
  }),
  row('a Namespace without name', 'namespace', ['metadata.name'], {
    reason: 'no-name',
    counts: { namespaces: 0, pods: 0 },
  }),
  // Workloads
  row('a Deployment without name', 'deployment', ['metadata.name'], { reason: 'no-name' }),
  row('a Deployment without namespace', 'deployment', ['metadata.namespace'], { reason: 'no-namespace' }),
  row('a Deployment in a namespace that is not uploaded', 'deployment', ['metadata.namespace', 'other'], {
    reason: 'namespace-not-shown',
  }),
  row('a Deployment without replicas', 'deployment', ['spec.replicas'], {}),
  row('a Deployment without template', 'deployment', ['spec.template'], {}),
  // ReplicaSets
  row('a ReplicaSet at 0', 'replicaSet', ['spec.replicas', 0], {
    reason: 'replicaset-inactive',
    counts: { pods: 0, replicaSets: 0 },
  }),
  row('a ReplicaSet without replicas', 'replicaSet', ['spec.replicas'], { reason: 'replicaset-inactive' }),
  row('a ReplicaSet whose replicas are text', 'replicaSet', ['spec.replicas', '1'], { reason: 'replicaset-inactive' }),
  row('a ReplicaSet without owner', 'replicaSet', ['metadata.ownerReferences'], { reason: 'no-owner' }),
  row('a ReplicaSet whose owner has no uid', 'replicaSet', ['metadata.ownerReferences.0.uid'], { reason: 'no-owner' }),
  row('a ReplicaSet in no known namespace', 'replicaSet', ['metadata.namespace', 'x'], {
    reason: 'namespace-not-shown',
  }),
  row('a ReplicaSet with an owner object', 'replicaSet', ['metadata.ownerReferences', { name: 'web', uid: 'u-dep' }], {
    in: servers,
    reason: 'owner-references-not-an-array',
    counts: { pods: 0 },
  }),
  row(
    'a ReplicaSet with an owner object, as the document has it',
    'replicaSet',
    ['metadata.ownerReferences', { name: 'web', uid: 'u-dep' }],
    {
      in: ['doc'],
      notes: ['owner-references-object-accepted'],
      counts: { pods: 1 },
    },
  ),
  row('a ReplicaSet whose owner is not uploaded', 'replicaSet', ['metadata.ownerReferences.0.uid', 'u-gone'], {
    notes: ['becomes-workload'],
    counts: { workloads: 2, replicaSets: 1, pods: 1 },
  }),
  // Services
  row('a Service without selector', 'service', ['spec.selector'], {
    reason: 'no-selector',
    counts: { services: 0, servicePorts: 0, ingressBackends: 0 },
  }),
  row('a Service with an empty selector', 'service', ['spec.selector', {}], { reason: 'no-selector' }),
  row('a Service without type', 'service', ['spec.type'], { reason: 'service-type-unsupported' }),
  row('an ExternalName', 'service', ['spec.type', 'ExternalName'], { reason: 'service-type-unsupported' }),
  row('a NodePort', 'service', ['spec.type', 'NodePort'], {}),
  row('a LoadBalancer', 'service', ['spec.type', 'LoadBalancer'], {}),
  row('a Service without ports', 'service', ['spec.ports'], { reason: 'no-ports' }),
  row('a Service with an empty list of ports', 'service', ['spec.ports', []], { reason: 'no-ports' }),
  row('a Service that selects nothing', 'service', ['spec.selector', { app: 'other' }], {
    reason: 'no-workload-matches',
  }),
  row('a Service with one pair too many', 'service', ['spec.selector', { app: 'web', tier: 'x' }], {
    reason: 'no-workload-matches',
  }),
  row('a Service with a pair that is no text', 'service', ['spec.selector', { app: 'web', tier: 5 }], {
    reason: 'no-workload-matches',
  }),
  row('a Service by labels of the workload itself', 'service', ['spec.selector', { team: 'a' }], { in: servers }),
  row(
    'a Service by labels of the template and of the workload',
    'service',
    ['spec.selector', { team: 'a', app: 'web' }],
    { in: servers },
  ),
  row('a Service by labels that only the workload has', 'service', ['spec.selector', { team: 'a' }], {
    in: ['doc'],
    reason: 'no-workload-matches',
  }),
  row('a port without targetPort', 'service', ['spec.ports.0.targetPort'], {
    notes: ['port-without-target'],
    counts: { services: 1, servicePorts: 0, workloadPorts: 0, ingressBackends: 0 },
  }),
  row('a port with a named targetPort', 'service', ['spec.ports.0.targetPort', 'http'], {
    counts: { servicePorts: 1, workloadPorts: 1 },
  }),
  row('a port with an unknown name', 'service', ['spec.ports.0.targetPort', 'grpc'], {
    notes: ['port-without-target'],
    counts: { servicePorts: 0 },
  }),
  row('a headless Service', 'service', ['spec.clusterIP', 'None'], {}),
  row('a Service without address', 'service', ['spec.clusterIP'], {}),
  // Ingresses
  row('an Ingress in no known namespace', 'ingress', ['metadata.namespace', 'x'], {
    reason: 'namespace-not-shown',
    counts: { ingresses: 0, ingressRules: 0 },
  }),
  row('an Ingress without rules', 'ingress', ['spec.rules'], { counts: { ingresses: 1, ingressRules: 0 } }),
  row('a rule without host', 'ingress', ['spec.rules.0.host'], { counts: { ingressRules: 1, ingressBackends: 1 } }),
  row('a path without backend', 'ingress', ['spec.rules.0.http.paths.0.backend'], {
    notes: ['path-without-backend', 'rule-without-backend'],
    counts: { ingressRules: 1, ingressBackends: 0 },
  }),
  row(
    'a path in the old spelling',
    'ingress',
    ['spec.rules.0.http.paths.0.backend', { serviceName: 'web', servicePort: 80 }],
    { counts: { ingressBackends: 1 } },
  ),
  row('a path by port name', 'ingress', ['spec.rules.0.http.paths.0.backend.service.port', { name: 'http' }], {
    counts: { ingressBackends: 1 },
  }),
  row(
    'a path by an unknown port name',
    'ingress',
    ['spec.rules.0.http.paths.0.backend.service.port', { name: 'grpc' }],
    {
      notes: ['path-without-backend', 'rule-without-backend'],
      counts: { ingressBackends: 0 },
    },
  ),
  row('a path without port', 'ingress', ['spec.rules.0.http.paths.0.backend.service.port'], {
    notes: ['path-without-backend', 'rule-without-backend'],
  }),
  row('a path to an unknown Service', 'ingress', ['spec.rules.0.http.paths.0.backend.service.name', 'nobody'], {
    notes: ['path-without-backend', 'rule-without-backend'],
  }),
  row('a default backend', 'ingress', ['spec.defaultBackend', { service: { name: 'web', port: { number: 80 } } }], {
    counts: { ingressRules: 2, ingressBackends: 2 },
  }),
  row('a default backend in the old spelling', 'ingress', ['spec.backend', { serviceName: 'web', servicePort: 80 }], {
    counts: { ingressRules: 2, ingressBackends: 2 },
  }),
  row('a default backend to an unknown Service', 'ingress', ['spec.backend', { serviceName: 'x', servicePort: 80 }], {
    notes: ['rule-without-backend'],
    counts: { ingressRules: 2, ingressBackends: 1 },
  }),
  // Pods
  row('a Pod without uid', 'pod', ['metadata.uid'], { uid: '', reason: 'no-uid' }),
  row('a Pod without name', 'pod', ['metadata.name'], { reason: 'no-name' }),
  row('a Pod without namespace', 'pod', ['metadata.namespace'], { reason: 'no-namespace' }),
  row('a Pod in no known namespace', 'pod', ['metadata.namespace', 'x'], { reason: 'namespace-not-shown' }),
  row('a bare Pod', 'pod', ['metadata.ownerReferences'], { reason: 'no-owner' }),
  row('a Pod with an empty list of owners', 'pod', ['metadata.ownerReferences', []], { reason: 'no-owner' }),
  row('a Pod with an owner object', 'pod', ['metadata.ownerReferences', { kind: 'ReplicaSet', uid: 'u-rs' }], {
    reason: 'owner-references-not-an-array',
  }),
  row('a Pod of a Job', 'pod', ['metadata.ownerReferences', owned('Job')], { reason: 'owner-kind-unsupported' }),
  row('a static Pod', 'pod', ['metadata.ownerReferences', owned('Node')], { reason: 'owner-kind-unsupported' }),
  row('a Pod whose owner has no kind', 'pod', ['metadata.ownerReferences', [{ uid: 'u-dep' }]], {
    reason: 'owner-kind-unsupported',
  }),
  row('a Pod of a Deployment', 'pod', ['metadata.ownerReferences', owned('Deployment')], {}),
  row('a Pod of a DaemonSet', 'pod', ['metadata.ownerReferences', owned('DaemonSet')], {}),
  row('a Pod of a StatefulSet', 'pod', ['metadata.ownerReferences', owned('StatefulSet')], {}),
  row('a Pod of a ReplicationController', 'pod', ['metadata.ownerReferences', owned('ReplicationController')], {}),
  row('a Pod of a CloneSet', 'pod', ['metadata.ownerReferences', owned('CloneSet')], { in: servers }),
  row('a Pod of a CloneSet, which the document does not name', 'pod', ['metadata.ownerReferences', owned('CloneSet')], {
    in: ['doc'],
    reason: 'owner-kind-unsupported',
  }),
  row('a Pod of a StatefulSetPlus', 'pod', ['metadata.ownerReferences', owned('StatefulSetPlus')], { in: ['v7'] }),
  row('a Pod of a StatefulSetPlus, before v7', 'pod', ['metadata.ownerReferences', owned('StatefulSetPlus')], {
    in: ['doc', 'v6.5'],
    reason: 'owner-kind-unsupported',
  }),
  row('a Pod of an OpenGaussCluster', 'pod', ['metadata.ownerReferences', owned('OpenGaussCluster')], { in: ['v7'] }),
  row('a Pod of an InPlaceSet', 'pod', ['metadata.ownerReferences', owned('InPlaceSet', 'u-ips')], {
    in: servers,
    notes: ['becomes-workload'],
    counts: { workloads: 2, pods: 1 },
  }),
  row(
    'a Pod of an InPlaceSet, which the document does not name',
    'pod',
    ['metadata.ownerReferences', owned('InPlaceSet', 'u-ips')],
    { in: ['doc'], reason: 'owner-kind-unsupported' },
  ),
  row('a Pod whose owner is not uploaded', 'pod', ['metadata.ownerReferences', owned('ReplicaSet', 'u-gone')], {
    reason: 'owner-not-shown',
  }),
  row('a Pod without Ready', 'pod', ['status.conditions'], { notes: ['pod-not-ready'] }),
  row('a Pod on no known Node', 'pod', ['status.hostIP', '10.9.9.9'], { notes: ['pod-without-node'] }),
  row('a Pod without hostIP', 'pod', ['status.hostIP'], { notes: ['pod-without-node'] }),
  row('a Pod without podIP', 'pod', ['status.podIP'], { notes: ['pod-without-address'] }),
  row('a Pod in the network of its Node', 'pod', ['status.podIP', '10.0.0.11'], { notes: [] }),
  row('a Pod without containers', 'pod', ['status.containerStatuses'], { notes: ['pod-without-containers'] }),
  row('a Pod without labels', 'pod', ['metadata.labels'], { in: servers, counts: { pods: 1, services: 1 } }),
  row('a Pod without labels, by which the document matches', 'pod', ['metadata.labels'], {
    in: ['doc'],
    counts: { pods: 1, services: 0 },
  }),
];

describe('what each field decides', () => {
  for (const { title, in: where, drafts, type, uid, reason, notes, counts } of rows) {
    it.each(where)(`${title} (%s)`, (compat) => {
      // A second Node keeps the snapshot from being rejected for want of one.
      const spare = {
        type: '*v1.Node',
        object: changedObject(changed('node', 'metadata.uid', 'u-spare'), 'status.addresses.1.address', '10.0.0.99'),
      };
      const inventory = inventoryOf(compat, [...drafts, spare]);
      expect(inventory.failures).toEqual([]);
      const object = inventory.objects.find((each) => each.type === type && each.uid === uid);
      expect(object?.reason).toBe(reason);
      expect(object?.shown).toBe(reason === undefined);
      if (reason !== undefined) expect(object?.detail).not.toBe('');
      if (object !== undefined && notes !== undefined) expect(noteCodes(object)).toEqual(notes);
      if (counts !== undefined) expect(inventory.counts).toMatchObject(counts);
    });
  }

  it.each(compats)('shows a whole cluster (%s)', (compat) => {
    const inventory = inventoryOf(compat, clusterWith());
    expect(inventory).toMatchObject({
      state: 'shown',
      reason: '',
      version: '7',
      hazards: [],
      failures: [],
      advice: [],
    });
    expect(inventory.counts).toEqual({
      nodes: 1,
      namespaces: 1,
      workloads: 1,
      replicaSets: 1,
      services: 1,
      servicePorts: 1,
      workloadPorts: 1,
      ingresses: 1,
      ingressRules: 1,
      ingressBackends: 1,
      pods: 1,
      configMaps: 0,
    });
  });

  it('reads no *version.Info by the document, and needs none', () => {
    const inventory = inventoryOf('doc', clusterWith());
    expect(inventory.objects.find(({ type }) => type === '*version.Info')).toMatchObject({
      shown: false,
      reason: 'type-not-read',
    });
    expect(inventoryOf('doc', clusterWith({ version: null })).state).toBe('shown');
  });

  it('matches a ReplicationController by its template alone', () => {
    const rc = (labels: unknown, templateLabels: unknown) => ({
      type: '*v1.ReplicationController',
      object: {
        metadata: { uid: 'u-rc', name: 'rc', namespace: 'shop', labels },
        spec: { replicas: 1, template: { metadata: { labels: templateLabels } } },
      },
    });
    const service = changed('service', 'spec.selector', { run: 'rc' });
    const byTemplate = inventoryOf('v7', clusterWith({ service }, [rc({}, { run: 'rc' })]));
    const byOwn = inventoryOf('v7', clusterWith({ service }, [rc({ run: 'rc' }, {})]));
    expect(rowOf(byTemplate, 'u-svc').shown).toBe(true);
    expect(rowOf(byOwn, 'u-svc').reason).toBe('no-workload-matches');
  });

  it('matches a ReplicaSet that stands for itself by its template, not by its own labels', () => {
    const replicaSet = changedObject(
      changed('replicaSet', 'metadata.labels', { own: 'yes' }),
      'spec.template.metadata.labels',
      { app: 'rs' },
    );
    const orphaned = (selector: unknown) =>
      inventoryOf(
        'v7',
        clusterWith({ deployment: null, replicaSet, service: changed('service', 'spec.selector', selector) }),
      );
    expect(rowOf(orphaned({ app: 'rs' }), 'u-svc').shown).toBe(true);
    expect(rowOf(orphaned({ own: 'yes' }), 'u-svc').shown).toBe(false);
  });

  it('never matches across namespaces', () => {
    const drafts = clusterWith({ service: changed('service', 'metadata.namespace', 'b') }, [
      { type: '*v1.Namespace', object: { metadata: { uid: 'u-b', name: 'b' } } },
    ]);
    for (const compat of compats)
      expect(rowOf(inventoryOf(compat, drafts), 'u-svc').reason).toBe('no-workload-matches');
  });

  it('gives a named targetPort one port for each number that it stands for', () => {
    const second = changedObject(
      changed('deployment', 'metadata', { uid: 'u-dep2', name: 'web2', namespace: 'shop' }),
      'spec.template.spec.containers.0.ports.0.containerPort',
      9090,
    );
    const service = changed('service', 'spec.ports.0.targetPort', 'http');
    const { counts } = inventoryOf('v7', clusterWith({ service }, [{ type: '*v1.Deployment', object: second }]));
    expect(counts).toMatchObject({ servicePorts: 2, workloadPorts: 4 });
  });

  it('follows the Rancher annotation, where every selector pair exists somewhere', () => {
    const annotated = (ids: string, selector: unknown) =>
      changedObject(
        changed('service', 'metadata.annotations', { 'field.cattle.io/targetWorkloadIds': ids }),
        'spec.selector',
        selector,
      );
    const other = {
      type: '*v1.DaemonSet',
      object: { metadata: { uid: 'u-ds', name: 'log', namespace: 'shop', labels: { job: 'log' } }, spec: {} },
    };
    const shownFor = (ids: string, selector: unknown, compat: Compat = 'v7') =>
      rowOf(inventoryOf(compat, clusterWith({ service: annotated(ids, selector) }, [other])), 'u-svc').shown;
    const split = { app: 'web', job: 'log' };
    expect(shownFor('[]', split)).toBe(false);
    expect(shownFor('["deployment:shop:web"]', split)).toBe(true);
    expect(shownFor('["deployment:shop:nobody"]', split)).toBe(false);
    expect(shownFor('["deployment:shop:web"]', { nobody: 'x' })).toBe(false);
    expect(shownFor('not json', { app: 'web' })).toBe(false);
    expect(shownFor('["deployment:shop:web"]', split, 'doc')).toBe(false);
  });

  it('ties a Service with opengauss.cluster to the StatefulSet of that name, in v7', () => {
    const service = changed('service', 'spec.selector', { 'opengauss.cluster': 'db', role: 'primary' });
    const db = {
      type: '*v1.OpenGaussCluster',
      object: { metadata: { uid: 'u-db', name: 'db', namespace: 'shop' }, spec: {} },
    };
    expect(rowOf(inventoryOf('v7', clusterWith({ service }, [db])), 'u-svc').shown).toBe(true);
    expect(rowOf(inventoryOf('v6.5', clusterWith({ service }, [db])), 'u-svc').shown).toBe(false);
  });

  it('makes one workload of an InPlaceSet, and matches Services by its Pod', () => {
    const pod = (uid: string) =>
      changedObject(
        changedObject(changed('pod', 'metadata.uid', uid), 'metadata.ownerReferences', owned('InPlaceSet', 'u-ips')),
        'metadata.labels',
        { set: 'ips' },
      );
    const service = changed('service', 'spec.selector', { set: 'ips' });
    const inventory = inventoryOf(
      'v7',
      clusterWith({ pod: pod('u-1'), service }, [{ type: '*v1.Pod', object: pod('u-2') }]),
    );
    expect(inventory.counts).toMatchObject({ workloads: 2, pods: 2, services: 1 });
  });
});
