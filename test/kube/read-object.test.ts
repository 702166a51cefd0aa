import { describe, expect, it } from 'vitest';
import { readObject } from '../../src/kube/read-object.js';
import { changed, type Part, partOf, typeOf } from './cluster.js';

const digestOf = (part: Part, ...change: [path: string, value?: unknown] | []): number | undefined =>
  readObject(typeOf(part), change.length === 0 ? partOf(part) : changed(part, ...change))[0]?.digest;

/** The same JSON with the keys of every object in reverse. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, each]) => [key, reversed(each)]),
  );
}

describe('readObject', () => {
  it('reads a Pod', () => {
    expect(readObject('*v1.Pod', partOf('pod'))).toMatchObject([
      {
        kind: 'pod',
        meta: { present: true, uid: 'u-pod', name: 'web-7c5d-abcde', namespace: 'shop' },
        owner: { shape: 'array', first: { kind: 'ReplicaSet', name: 'web-7c5d', uid: 'u-rs' } },
        labels: new Map([['app', 'web']]),
        hasLabels: true,
        hostIp: '10.0.0.11',
        podIp: '10.244.1.7',
        ready: true,
        containerIds: ['containerd://aa'],
        namedPorts: new Map([['http', 8080]]),
        hasPodNetworks: false,
      },
    ]);
  });

  it('takes a value of the wrong type for an absent one', () => {
    const odd = {
      kind: 7,
      metadata: { uid: 1, name: [], namespace: {}, labels: 'x', ownerReferences: 'x' },
      spec: [],
      status: { conditions: {}, podIP: 1, containerStatuses: [null, 5, {}] },
    };
    expect(readObject('*v1.Pod', odd)).toMatchObject([
      {
        jsonKind: '',
        meta: { present: true, uid: '', name: '', namespace: '' },
        owner: { shape: 'other', first: null },
        labels: new Map(),
        hasLabels: false,
        podIp: '',
        containerIds: [],
      },
    ]);
    expect(
      readObject('*v1.Service', { spec: { ports: [{ targetPort: 1.5, port: '80' }, null, { targetPort: '' }] } }),
    ).toMatchObject([{ ports: [{ targetPort: null, port: 0 }, { targetPort: null }, { targetPort: null }] }]);
  });

  it('takes labels with odd keys for plain data', () => {
    const labels = JSON.parse('{"__proto__": "a", "constructor": "b", "toString": 5}') as unknown;
    const [reading] = readObject('*v1.Pod', { metadata: { labels } });
    expect(reading).toMatchObject({
      labels: new Map([
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ]),
    });
  });

  it('opens Lists and arrays, whatever the type, but none within another', () => {
    const items = [partOf('pod'), null, { kind: 'PodList', items: [partOf('pod')] }];
    for (const json of [items, { kind: 'List', items }, { kind: 'PodList', items }]) {
      expect(readObject('*v1.Pod', json).map(({ kind }) => kind)).toEqual([
        'not-an-object',
        'pod',
        'not-an-object',
        'not-an-object',
      ]);
    }
    expect(readObject('*v1.Job', { kind: 'List', items: [{}] }).map(({ kind }) => kind)).toEqual([
      'not-an-object',
      'other',
    ]);
    expect(readObject('*v1.Pod', { kind: 'List' }).map(({ kind }) => kind)).toEqual(['pod']);
    expect(readObject('*v1.Pod', [])).toMatchObject([{ kind: 'not-an-object', found: 'array', items: 0 }]);
  });

  it.each([
    [null, 'null'],
    [true, 'boolean'],
    [5, 'number'],
    ['x', 'string'],
  ])('tells what %j is', (json, found) => {
    expect(readObject('*v1.Pod', json)).toMatchObject([{ kind: 'not-an-object', found, items: 0 }]);
  });
});

describe('digests', () => {
  const parts: readonly Part[] = [
    'version',
    'node',
    'namespace',
    'deployment',
    'replicaSet',
    'pod',
    'service',
    'ingress',
  ];

  it.each(parts)('of a %s do not depend on the order of keys, nor on what nobody needs', (part) => {
    expect(readObject(typeOf(part), reversed(partOf(part)))[0]?.digest).toBe(digestOf(part));
    if (part === 'version') return;
    for (const path of ['metadata.resourceVersion', 'metadata.managedFields', 'metadata.annotations', 'apiVersion']) {
      expect(digestOf(part, path, { odd: '1' })).toBe(digestOf(part));
    }
  });

  it('do not depend on heartbeats', () => {
    expect(digestOf('node', 'status.conditions.0.lastHeartbeatTime', 'later')).toBe(digestOf('node'));
    expect(digestOf('pod', 'status.conditions.0.lastProbeTime', 'later')).toBe(digestOf('pod'));
  });

  const needed: readonly (readonly [Part, string, unknown])[] = [
    ['version', 'gitVersion', 'v1.31.0'],
    ['node', 'metadata.uid', 'x'],
    ['node', 'status.addresses.1.address', '10.0.0.12'],
    ['node', 'status.conditions.0.status', 'False'],
    ['node', 'spec.podCIDR', '10.244.2.0/24'],
    ['node', 'metadata.labels', { 'node-role.kubernetes.io/control-plane': '' }],
    ['namespace', 'metadata.name', 'x'],
    ['deployment', 'spec.replicas', 2],
    ['deployment', 'metadata.labels', {}],
    ['deployment', 'spec.template.metadata.labels', { app: 'x' }],
    ['deployment', 'spec.template.spec.containers.0.ports.0.containerPort', 1],
    ['replicaSet', 'spec.replicas', 2],
    ['replicaSet', 'metadata.ownerReferences.0.uid', 'x'],
    ['pod', 'metadata.labels', { app: 'x' }],
    ['pod', 'metadata.ownerReferences.0.kind', 'x'],
    ['pod', 'metadata.creationTimestamp', undefined],
    ['pod', 'status.hostIP', 'x'],
    ['pod', 'status.podIP', 'x'],
    ['pod', 'status.conditions.0.status', 'False'],
    ['pod', 'status.containerStatuses.0.containerID', 'x'],
    ['service', 'spec.selector', {}],
    ['service', 'spec.type', 'NodePort'],
    ['service', 'spec.clusterIP', 'x'],
    ['service', 'spec.ports.0.nodePort', 30080],
    ['service', 'spec.ports.0.targetPort', 'http'],
    ['service', 'metadata.labels', { app: 'x' }],
    ['ingress', 'spec.rules.0.host', 'x'],
    ['ingress', 'spec.rules.0.http.paths.0.path', '/x'],
    ['ingress', 'spec.rules.0.http.paths.0.backend.service.port', { number: 81 }],
    ['ingress', 'spec.defaultBackend', {}],
  ];

  it.each(needed)('of a %s differ where %s does', (part, path, value) => {
    expect(digestOf(part, path, value)).not.toBe(digestOf(part));
  });

  it('differ by type, and are nothing for the List around objects', () => {
    expect(readObject('*v1.StatefulSet', partOf('deployment'))[0]?.digest).not.toBe(digestOf('deployment'));
    expect(readObject('*v1.Pod', [partOf('pod')]).map(({ digest }) => digest)).toEqual([0, digestOf('pod')]);
  });

  it('come with a size that is less than that of the whole object', () => {
    const whole = { ...(partOf('pod') as object), extra: 'x'.repeat(10_000) };
    const [reading] = readObject('*v1.Pod', whole);
    expect(reading?.neededSize).toBeGreaterThan(200);
    expect(reading?.neededSize).toBeLessThan(1000);
  });
});
