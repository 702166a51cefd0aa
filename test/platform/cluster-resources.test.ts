import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClusterResources } from '../../src/platform/cluster-resources.js';
import { policiesOf } from '../../src/platform/network-policy.js';
import { createTagIndex } from '../../src/platform/tags.js';

const node = {
  kind: 'Node',
  metadata: { name: 'n1' },
  status: {
    addresses: [
      { type: 'InternalIP', address: '10.10.0.1' },
      { type: 'Hostname', address: 'n1' },
    ],
  },
};
const web = {
  kind: 'Pod',
  metadata: {
    name: 'web-5d4f8c7b9d-x2x4z',
    namespace: 'shop',
    labels: { app: 'web', 'pod-template-hash': '5d4f8c7b9d' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'web-5d4f8c7b9d', controller: true }],
  },
  spec: { nodeName: 'n1' },
  status: { podIP: '10.244.1.10', podIPs: [{ ip: '10.244.1.10' }, { ip: 'FD00::10' }] },
};
const proxy = {
  kind: 'Pod',
  metadata: { name: 'proxy', namespace: 'kube-system' },
  spec: { nodeName: 'n1', hostNetwork: true },
  status: { podIP: '10.10.0.1' },
};
const service = {
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'], selector: { app: 'web' } },
};
const policy = (spec: object) => ({ kind: 'NetworkPolicy', metadata: { name: 'deny', namespace: 'shop' }, spec });

const topology = {
  nodes: [{ name: 'n1', nics: [], addresses: ['10.10.0.1'], localSegments: null, remoteSegments: null }],
  pods: [
    {
      name: 'web-5d4f8c7b9d-x2x4z',
      namespace: 'shop',
      node: 'n1',
      vpc: 'default',
      nics: [{ name: 'eth0', kind: 'unknown' as const, hostNic: null, mac: null, ips: ['10.244.1.10'] }],
    },
  ],
  vips: [],
};

describe('the objects of a cluster', () => {
  const list = { kind: 'List', items: [node, web, proxy, service, { kind: 'ConfigMap', metadata: { name: 'x' } }] };

  it('are read from a List', () => {
    const resources = readClusterResources(list);
    expect(resources.problems).toEqual([]);
    expect(resources.nodes).toEqual([{ name: 'n1', addresses: ['10.10.0.1'] }]);
    expect(resources.pods.map(({ name, ips, hostNetwork }) => [name, ips, hostNetwork])).toEqual([
      ['web-5d4f8c7b9d-x2x4z', ['10.244.1.10', 'fd00::10'], false],
      ['proxy', ['10.10.0.1'], true],
    ]);
    expect([...resources.others]).toEqual([['ConfigMap', 1]]);
  });

  it('are the same from lists of one kind, an array, and a snapshot', () => {
    const bare = ({ kind: _, ...rest }: { kind: string }) => rest;
    const lists = [{ kind: 'NodeList', items: [bare(node)] }, { kind: 'PodList', items: [web, proxy] }, service];
    const snapshot = { '*v1.Node': [bare(node)], '*v1.Pod': [bare(web), bare(proxy)], '*v1.Service': [service] };
    const expected = { ...readClusterResources(list), others: new Map() };
    expect(readClusterResources(lists)).toEqual(expected);
    expect(readClusterResources(snapshot)).toEqual(expected);
  });

  it('tell NICs by the annotations of Multus and Kube-OVN', () => {
    const annotated = (annotations: object) =>
      readClusterResources({ ...web, metadata: { ...web.metadata, annotations } }).pods[0]?.nics;
    const status = [
      { interface: 'eth0', ips: ['10.244.1.10'] },
      { interface: 'net1', ips: ['192.168.1.9'], mac: '02:00:00:01:01:0a' },
    ];
    expect(annotated({ 'k8s.v1.cni.cncf.io/network-status': JSON.stringify(status) })).toEqual([
      { name: 'eth0', mac: null, ips: ['10.244.1.10'] },
      { name: 'net1', mac: 0x02_00_00_01_01_0a, ips: ['192.168.1.9'] },
    ]);
    expect(
      annotated({
        'ovn.kubernetes.io/mac_address': '00:00:00:12:34:56',
        'ovn.kubernetes.io/ip_address': '10.16.0.5,fd00::5',
      }),
    ).toEqual([{ name: 'eth0', mac: 0x12_34_56, ips: ['10.16.0.5', 'fd00::5'] }]);
    expect(annotated({ 'k8s.v1.cni.cncf.io/network-status': 'no JSON' })).toEqual([]);
  });

  it('are read in part where some are none', () => {
    const resources = readClusterResources({ kind: 'List', items: [null, 7, { kind: 'Pod' }, node] });
    expect(resources.nodes.length).toBe(1);
    expect(resources.problems).toEqual([
      'found a null among the items, expected an object',
      'found a number among the items, expected an object',
      'a Pod without metadata.name',
    ]);
    expect(readClusterResources('text').problems).toEqual([
      'found string, expected an object of Kubernetes or a List of them',
    ]);
  });

  it('never make the reader throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(readClusterResources({ kind: 'List', items: [json] }).nodes).toBeDefined();
      }),
    );
  });
});

describe('NetworkPolicies', () => {
  const pod = { namespace: 'shop', labels: new Map([['app', 'web']]) };
  const selects = (spec: object, direction: 'Ingress' | 'Egress' = 'Ingress') =>
    policiesOf(readClusterResources(policy(spec)).networkPolicies, pod, direction).length === 1;

  it.each([
    [{ podSelector: {} }, true],
    [{ podSelector: { matchLabels: { app: 'web' } } }, true],
    [{ podSelector: { matchLabels: { app: 'db' } } }, false],
    [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db'] }] } }, true],
    [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] } }, false],
    [{ podSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['web'] }] } }, true],
    [{ podSelector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] } }, false],
    [{ podSelector: { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] } }, true],
    [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'Odd' }] } }, false],
    [{ podSelector: {}, policyTypes: ['Egress'] }, false],
  ])('%j selects: %s', (spec, expected) => expect(selects(spec)).toBe(expected));

  it('go for egress only where they say so, or have egress rules', () => {
    expect(selects({ podSelector: {} }, 'Egress')).toBe(false);
    expect(selects({ podSelector: {}, egress: [] }, 'Egress')).toBe(true);
    expect(selects({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, 'Egress')).toBe(true);
  });

  it('select within their namespace', () => {
    const { networkPolicies } = readClusterResources(policy({ podSelector: {} }));
    expect(policiesOf(networkPolicies, { ...pod, namespace: 'other' }, 'Ingress')).toEqual([]);
  });
});

describe('tags of addresses', () => {
  const replicaSet = {
    kind: 'ReplicaSet',
    metadata: {
      name: 'web-5d4f8c7b9d',
      namespace: 'shop',
      ownerReferences: [{ kind: 'Deployment', name: 'frontend' }],
    },
  };
  const tags = (objects: readonly object[]) => createTagIndex(topology, readClusterResources(objects));

  it('name Pod, namespace, workload, Service and node', () => {
    const expected = {
      type: 'pod',
      pod: 'web-5d4f8c7b9d-x2x4z',
      namespace: 'shop',
      workload: 'web',
      service: 'web',
      node: 'n1',
    };
    expect(tags([web, service]).tagsOf('10.244.1.10')).toEqual(expected);
    expect(tags([web, service, replicaSet]).tagsOf('10.244.1.10').workload).toBe('frontend');
    expect(tags([]).tagsOf('10.244.1.10')).toEqual({ ...expected, workload: '', service: '' });
  });

  it('name Services and nodes by their own addresses', () => {
    expect(tags([service]).tagsOf('10.96.0.10')).toMatchObject({
      type: 'service',
      service: 'web',
      namespace: 'shop',
      node: '',
    });
    expect(tags([proxy]).tagsOf('10.10.0.1')).toMatchObject({ type: 'node', node: 'n1', pod: '' });
    expect(tags([]).tagsOf('8.8.8.8')).toMatchObject({ type: 'unknown' });
  });

  it('take the owner’s name of other workloads', () => {
    const owned = { ...web, metadata: { ...web.metadata, ownerReferences: [{ kind: 'StatefulSet', name: 'web' }] } };
    expect(tags([owned]).tagsOf('10.244.1.10').workload).toBe('web');
    const hashless = {
      ...web,
      metadata: { ...web.metadata, labels: {}, ownerReferences: [{ kind: 'ReplicaSet', name: 'my-app-5d4f8c7b9d' }] },
    };
    expect(tags([hashless]).tagsOf('10.244.1.10').workload).toBe('my-app');
  });
});
