import { describe, expect, it } from 'vitest';
import { compats } from '../../../src/kube/compat.js';
import { trimLeft } from '../../../src/kube/gather/pod-identity.js';
import { changed, changedObject, clusterWith } from '../cluster.js';
import { type Draft, inventoryOf, noteCodes, rowOf } from '../entries.js';

const statefulSet: Draft = {
  type: '*v1.StatefulSet',
  object: { metadata: { uid: 'u-sts', name: 'web-1', namespace: 'shop' }, spec: { replicas: 2 } },
};

function member(name: string, extra: Record<string, string> = {}): Draft {
  return {
    type: '*v1.Pod',
    object: {
      metadata: {
        uid: `u-${name}`,
        name,
        namespace: 'shop',
        labels: {},
        ownerReferences: [{ kind: 'StatefulSet', name: 'web-1', uid: 'u-sts' }],
        ...extra,
      },
      status: { podIP: '10.244.1.9', hostIP: '10.0.0.11' },
    },
  };
}

describe('identities made of names', () => {
  it('drops characters, not a prefix', () => {
    expect(trimLeft('web-1-11', 'web-1-')).toBe('');
    expect(trimLeft('web-1-20', 'web-1-')).toBe('20');
    expect(trimLeft('checkout-7c5d-x9k2v', 'checkout-7c5d-')).toBe('x9k2v');
    expect(trimLeft('web-0', '')).toBe('web-0');
    expect(trimLeft('äb', 'ä')).toBe('b');
  });

  it('v7 confuses Pods that carry generateName', () => {
    const extra = { generateName: 'web-1-' };
    const inventory = inventoryOf(
      'v7',
      clusterWith({}, [statefulSet, member('web-1-1', extra), member('web-1-11', extra)]),
    );
    expect(rowOf(inventory, 'u-web-1-1').shown).toBe(true);
    expect(rowOf(inventory, 'u-web-1-11')).toMatchObject({ shown: false, reason: 'identity-taken' });
    expect(rowOf(inventory, 'u-web-1-11').detail).toContain('web-1-1 (u-web-1-1)');
    expect(inventory.hazards.map(({ id, name }) => [id, name])).toEqual([
      ['hazard/no-generate-name', 'web-1-1'],
      ['hazard/no-generate-name', 'web-1-11'],
    ]);
    expect(inventory.advice.join(' ')).toContain('generateName');
  });

  it('v7 takes the uid of Pods that carry none', () => {
    const inventory = inventoryOf('v7', clusterWith({}, [statefulSet, member('web-1-1'), member('web-1-11')]));
    expect(inventory.counts.pods).toBe(3);
    expect(inventory.hazards).toEqual([]);
  });

  it('v6.5 reads generate_name, of StatefulSets only', () => {
    const extra = { generate_name: 'web-1-' };
    const confused = inventoryOf(
      'v6.5',
      clusterWith({}, [statefulSet, member('web-1-1', extra), member('web-1-11', extra)]),
    );
    expect(rowOf(confused, 'u-web-1-11').reason).toBe('identity-taken');
    const generateName = { generateName: 'web-1-' };
    const fine = inventoryOf(
      'v6.5',
      clusterWith({}, [statefulSet, member('web-1-1', generateName), member('web-1-11', generateName)]),
    );
    expect(fine.counts.pods).toBe(3);
    const others = inventoryOf('v6.5', clusterWith({ pod: changed('pod', 'metadata.generate_name', 'web-7c5d-') }));
    expect(others.hazards).toEqual([]);
  });

  it('the document asks for generate_name and means no harm', () => {
    const extra = { generate_name: 'web-1-' };
    const inventory = inventoryOf(
      'doc',
      clusterWith({}, [statefulSet, member('web-1-1', extra), member('web-1-11', extra)]),
    );
    expect(inventory.counts.pods).toBe(3);
    expect(noteCodes(rowOf(inventory, 'u-web-1-11'))).toContain('generate-name-accepted');
  });
});

describe('Ingresses', () => {
  const twoPorts = changed('service', 'spec.ports', [
    { name: 'http', port: 80, targetPort: 8080 },
    { name: 'https', port: 443, targetPort: 8443 },
  ]);
  const backendsFor = (port: unknown) =>
    inventoryOf(
      'v7',
      clusterWith({
        service: twoPorts,
        ingress: changed('ingress', 'spec.rules.0.http.paths.0.backend.service.port', port),
      }),
    ).counts.ingressBackends;

  it('find ports by the name of the last one only', () => {
    expect(backendsFor({ name: 'https' })).toBe(1);
    expect(backendsFor({ name: 'http' })).toBe(0);
    expect(backendsFor({ number: 80 })).toBe(1);
  });

  it('find no Service whose ports are all left out', () => {
    const { counts } = inventoryOf('v7', clusterWith({ service: changed('service', 'spec.ports.0.targetPort') }));
    expect(counts).toMatchObject({ services: 1, ingressBackends: 0 });
  });

  const route = (port: unknown): Draft => ({
    type: '*v1.Route',
    object: {
      metadata: { uid: 'u-route', name: 'r', namespace: 'shop' },
      spec: { host: 'a.example', to: { kind: 'Service', name: 'web' }, ...(port === undefined ? {} : { port }) },
    },
  });
  const routed = (port: unknown, servicePortName: string) => {
    const service = changed('service', 'spec.ports.0.name', servicePortName);
    return inventoryOf('v7', clusterWith({ ingress: null, service }, [route(port)])).counts;
  };

  it('in the form of a Route resolve only where the last port of the Service has no name', () => {
    expect(routed({ targetPort: 'http' }, '')).toMatchObject({ ingresses: 1, ingressRules: 1, ingressBackends: 1 });
    expect(routed({ targetPort: 'http' }, 'http')).toMatchObject({ ingressRules: 1, ingressBackends: 0 });
    expect(routed('http', 'http')).toMatchObject({ ingressBackends: 1 });
    expect(routed(undefined, '')).toMatchObject({ ingressRules: 1, ingressBackends: 0 });
  });

  it('go to a ServiceRule rather than to a Service of the same name', () => {
    const rule = changedObject(
      changedObject(changed('service', 'metadata.uid', 'u-rule'), 'spec.ports.0.name', ''),
      'spec.ports.0.port',
      0,
    );
    const ingress = changed('ingress', 'spec.rules.0.http.paths.0.backend.service.port');
    const { counts } = inventoryOf('v7', clusterWith({ ingress }, [{ type: '*v1.ServiceRule', object: rule }]));
    expect(counts).toMatchObject({ services: 2, ingressBackends: 0 });
  });
});

describe('Pod addresses that no podCIDR covers', () => {
  const node = changed('node', 'spec.podCIDR');
  const second = (ip: string): Draft => ({
    type: '*v1.Pod',
    object: changedObject(changed('pod', 'metadata.uid', 'u-pod2'), 'status.podIP', ip),
  });
  const notesOf = (drafts: readonly Draft[]) =>
    ['u-pod', 'u-pod2'].map((uid) => noteCodes(rowOf(inventoryOf('v7', drafts), uid)));

  it('are kept where one /16 holds them all', () => {
    expect(notesOf(clusterWith({ node }, [second('10.244.200.1')]))).toEqual([[], []]);
  });

  it('are lost where they span two', () => {
    const drafts = clusterWith({ node }, [second('10.245.1.1')]);
    expect(notesOf(drafts)).toEqual([['pod-without-address'], ['pod-without-address']]);
    const { hazards } = inventoryOf('v7', drafts);
    expect(hazards.map(({ id }) => id)).toEqual(['hazard/pod-subnet-known']);
    expect(hazards[0]?.detail).toContain('2 Pods');
  });

  it('do not matter beside a podCIDR that covers the rest', () => {
    expect(notesOf(clusterWith({}, [second('10.245.1.1')]))).toEqual([[], []]);
  });

  it('include what lies between the podCIDRs of one /16, which the server joins', () => {
    const nodes = ['10.244.0.0/24', '10.244.3.0/24'].map(
      (cidr, i): Draft => ({
        type: '*v1.Node',
        object: changedObject(
          changedObject(changed('node', 'spec.podCIDR', cidr), 'metadata.uid', `u-n${i}`),
          'status.addresses.1.address',
          `10.0.0.${i}`,
        ),
      }),
    );
    const third: Draft = {
      type: '*v1.Pod',
      object: changedObject(changed('pod', 'metadata.uid', 'u-pod3'), 'status.podIP', '10.250.1.1'),
    };
    expect(notesOf(clusterWith({ node }, [...nodes, second('10.244.2.9'), third]))).toEqual([[], []]);
    expect(notesOf(clusterWith({ node }, [...nodes, second('10.244.9.9'), third]))).toEqual([
      [],
      ['pod-without-address'],
    ]);
  });

  it('of IPv6 fit in one /64 or not', () => {
    const pod = changed('pod', 'status.podIP', 'fd00:1::7');
    expect(notesOf(clusterWith({ node, pod }, [second('fd00:1::9')]))).toEqual([[], []]);
    expect(notesOf(clusterWith({ node, pod }, [second('fd00:1:0:1::9')]))).toEqual([
      ['pod-without-address'],
      ['pod-without-address'],
    ]);
    const covered = changed('node', 'spec.podCIDR', 'fd00:1::/48');
    expect(notesOf(clusterWith({ node: covered, pod }, [second('fd00:1:0:1::9')]))).toEqual([[], []]);
  });
});

describe('the label of virtual-kubelet', () => {
  it('is a hazard even without a Pod that it would kill the controller with', () => {
    const namespace = changed('namespace', 'metadata.labels', {
      'virtual-kubelet.io/provider-cluster-native-name': 'c',
    });
    for (const compat of compats) {
      const inventory = inventoryOf(compat, clusterWith({ namespace }));
      expect(inventory.state).toBe('shown');
      expect(inventory.hazards).toMatchObject([
        { id: 'hazard/no-virtual-kubelet-label', type: '*v1.Namespace', uid: 'u-ns' },
      ]);
    }
  });
});
