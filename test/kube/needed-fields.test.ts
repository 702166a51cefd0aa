import { describe, expect, it } from 'vitest';
import { compats } from '../../src/kube/compat.js';
import { fieldsOf, neededFields } from '../../src/kube/needed-fields.js';
import { readObject } from '../../src/kube/read-object.js';
import type { Family } from '../../src/kube/type-strings.js';
import { changed, changedObject, type Part, partOf, typeOf } from './cluster.js';

const families = Object.keys(neededFields) as Family[];
const all = families.flatMap((family) => neededFields[family]);
const partOfFamily: Partial<Record<Family, Part>> = {
  node: 'node',
  namespace: 'namespace',
  workload: 'deployment',
  replicaset: 'replicaSet',
  pod: 'pod',
  service: 'service',
  ingress: 'ingress',
};

/** What the document shows for each type. Written by hand. */
const documented: Readonly<Record<string, readonly string[]>> = {
  node: ['uid', 'name', 'internal-ip', 'ready-condition', 'pod-cidr'],
  namespace: ['uid', 'name'],
  workload: ['uid', 'name', 'namespace', 'labels', 'replicas'],
  replicaset: ['uid', 'name', 'namespace', 'labels', 'owner-uid', 'owner-name', 'replicas'],
  pod: [
    'uid',
    'name',
    'namespace',
    'labels',
    'owner-kind',
    'owner-name',
    'owner-uid',
    'creation-timestamp',
    'host-ip',
    'pod-ip',
    'ready-condition',
    'container-id',
  ],
  service: [
    'uid',
    'name',
    'namespace',
    'labels',
    'cluster-ip',
    'selector',
    'type',
    'port',
    'port-protocol',
    'target-port',
    'port-name',
    'node-port',
  ],
  ingress: ['uid', 'name', 'namespace', 'rules', 'host', 'path', 'backend-service', 'backend-port'],
};

describe('the table of needed fields', () => {
  it('has all that the document shows, and says so', () => {
    for (const [family, names] of Object.entries(documented)) {
      const ids = neededFields[family as Family]
        .filter(({ demandedBy }) => demandedBy !== 'server')
        .map(({ id }) => id);
      expect(ids.toSorted()).toEqual(names.map((name) => `${family}/${name}`).toSorted());
    }
  });

  it('demands generate_name of nobody', () => {
    expect(all.some(({ path }) => path.includes('generate'))).toBe(false);
  });

  it('has ids, paths and words of its own for each, and room in 31 bits', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const field of all) {
      expect(field.lost).toMatch(/^[A-Z].*\.$/);
      expect(compats.some((compat) => field.level[compat] !== null)).toBe(true);
      expect(field.level.doc === null).toBe(field.demandedBy === 'server');
    }
    for (const family of families) expect(neededFields[family].length).toBeLessThanOrEqual(31);
  });
});

describe('needed fields of a whole object', () => {
  const optional = new Set(['service/port-name', 'service/node-port', 'ingress/route-service', 'service/labels']);

  it.each(Object.entries(partOfFamily) as [Family, Part][])('of family %s are all present', (family, part) => {
    const [reading] = readObject(typeOf(part), partOf(part));
    const missing = fieldsOf(family, ~(reading?.fields ?? 0)).map(({ id }) => id);
    expect(missing.filter((id) => !optional.has(id))).toEqual([]);
  });
});

describe('a field that is missing', () => {
  const missing: readonly (readonly [id: string, part: Part, path: string])[] = [
    ['node/uid', 'node', 'metadata.uid'],
    ['node/name', 'node', 'metadata.name'],
    ['node/internal-ip', 'node', 'status.addresses'],
    ['node/ready-condition', 'node', 'status.conditions.0.reason'],
    ['node/pod-cidr', 'node', 'spec.podCIDR'],
    ['namespace/name', 'namespace', 'metadata.name'],
    ['workload/namespace', 'deployment', 'metadata.namespace'],
    ['workload/labels', 'deployment', 'metadata.labels'],
    ['workload/replicas', 'deployment', 'spec.replicas'],
    ['workload/template-labels', 'deployment', 'spec.template'],
    ['workload/container-ports', 'deployment', 'spec.template.spec'],
    ['replicaset/labels', 'replicaSet', 'metadata.labels'],
    ['replicaset/owner-uid', 'replicaSet', 'metadata.ownerReferences'],
    ['replicaset/owner-name', 'replicaSet', 'metadata.ownerReferences.0.name'],
    ['replicaset/replicas', 'replicaSet', 'spec.replicas'],
    ['pod/labels', 'pod', 'metadata.labels'],
    ['pod/owner-kind', 'pod', 'metadata.ownerReferences.0.kind'],
    ['pod/owner-name', 'pod', 'metadata.ownerReferences.0.name'],
    ['pod/owner-uid', 'pod', 'metadata.ownerReferences.0.uid'],
    ['pod/creation-timestamp', 'pod', 'metadata.creationTimestamp'],
    ['pod/host-ip', 'pod', 'status.hostIP'],
    ['pod/pod-ip', 'pod', 'status.podIP'],
    ['pod/ready-condition', 'pod', 'status.conditions.0.type'],
    ['pod/container-id', 'pod', 'status.containerStatuses.0.containerID'],
    ['service/cluster-ip', 'service', 'spec.clusterIP'],
    ['service/selector', 'service', 'spec.selector'],
    ['service/type', 'service', 'spec.type'],
    ['service/port', 'service', 'spec.ports'],
    ['service/port-protocol', 'service', 'spec.ports.0.protocol'],
    ['service/target-port', 'service', 'spec.ports.0.targetPort'],
    ['ingress/rules', 'ingress', 'spec.rules'],
    ['ingress/host', 'ingress', 'spec.rules.0.host'],
    ['ingress/path', 'ingress', 'spec.rules.0.http.paths.0.path'],
    ['ingress/backend-service', 'ingress', 'spec.rules.0.http.paths.0.backend.service.name'],
    ['ingress/backend-port', 'ingress', 'spec.rules.0.http.paths.0.backend.service.port'],
  ];

  it.each(missing)('%s loses its bit', (id, part, path) => {
    const [reading] = readObject(typeOf(part), changed(part, path));
    const family = all.find((field) => field.id === id);
    expect(family).toBeDefined();
    const [name] = id.split('/');
    expect(fieldsOf(name as Family, reading?.fields ?? 0).map((field) => field.id)).not.toContain(id);
  });
});

describe('a field that Kubernetes may have left out', () => {
  const excused: readonly (readonly [id: string, type: string, object: unknown])[] = [
    ['workload/replicas', '*v1.DaemonSet', {}],
    ['workload/template-labels', '*v1.OpenGaussCluster', {}],
    ['pod/host-ip', '*v1.Pod', { status: { phase: 'Pending' } }],
    ['pod/pod-ip', '*v1.Pod', { status: { phase: 'Pending' } }],
    ['pod/container-id', '*v1.Pod', { status: { phase: 'Pending' } }],
    ['pod/owner-uid', '*v1.Pod', { metadata: { labels: { run: 'shell' } } }],
    ['service/selector', '*v1.Service', { metadata: { name: 'kubernetes', namespace: 'default' } }],
    ['service/port', '*v1.Service', { spec: { clusterIP: 'None' } }],
    ['service/target-port', '*v1.Service', { spec: { type: 'ExternalName' } }],
    ['service/cluster-ip', '*v1.Service', { spec: { type: 'ExternalName' } }],
    ['service/port-name', '*v1.Service', { spec: { ports: [{ port: 80 }] } }],
    ['service/node-port', '*v1.Service', { spec: { type: 'ClusterIP' } }],
    ['ingress/rules', '*v1.Ingress', { spec: { defaultBackend: {} } }],
    ['ingress/rules', '*v1.Route', { spec: { host: 'a' } }],
    ['ingress/host', '*v1.Ingress', { spec: { rules: [{}] } }],
    [
      'ingress/path',
      '*v1.Ingress',
      { spec: { rules: [{ http: { paths: [{ pathType: 'ImplementationSpecific' }] } }] } },
    ],
    [
      'ingress/backend-service',
      '*v1.Ingress',
      { spec: { rules: [{ http: { paths: [{ backend: { resource: {} } }] } }] } },
    ],
    ['ingress/route-service', '*v1.Ingress', {}],
  ];

  it.each(excused)('%s is not asked of such a %s', (id, type, object) => {
    const [reading] = readObject(type, object);
    const family = id.split('/')[0] as Family;
    expect(fieldsOf(family, reading?.fieldsApplicable ?? -1).map((field) => field.id)).not.toContain(id);
  });

  it.each([
    ['pod/owner-uid', 'pod', { path: 'metadata.ownerReferences', labels: { 'pod-template-hash': '7c5d' } }],
    ['pod/owner-uid', 'pod', { path: 'metadata.ownerReferences', labels: undefined }],
  ] as const)('%s is asked of a Pod that a controller made', (id, part, { path, labels }) => {
    const object = changedObject(changed(part, path), 'metadata.labels', labels);
    const [reading] = readObject('*v1.Pod', object);
    expect(fieldsOf('pod', reading?.fieldsApplicable ?? 0).map((field) => field.id)).toContain(id);
    expect(fieldsOf('pod', reading?.fields ?? 0).map((field) => field.id)).not.toContain(id);
  });
});
