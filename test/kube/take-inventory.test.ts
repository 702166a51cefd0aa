import { describe, expect, it } from 'vitest';
import { compats } from '../../src/kube/compat.js';
import { takeInventory } from '../../src/kube/take-inventory.js';
import { changed, changedObject, clusterWith, partOf } from './cluster.js';
import { inventoryOf, notInflatable, notJson, rowOf, snapshotOf } from './entries.js';

const servers = ['v6.5', 'v7'] as const;
const codes = (inventory: { readonly failures: readonly { readonly code: string }[] }) =>
  inventory.failures.map(({ code }) => code);
const allZero = (counts: object) => Object.values(counts).every((count) => count === 0);

describe('what fails a snapshot as a whole', () => {
  it.each(servers)('no domain of that cluster id (%s)', (compat) => {
    const inventory = inventoryOf(compat, clusterWith(), { registered: false });
    expect(inventory.state).toBe('unregistered');
    expect(inventory.reason).toContain('not found cluster (cluster-1) dest info');
    expect(allZero(inventory.counts)).toBe(true);
    expect(rowOf(inventory, 'u-pod').shown).toBe(true);
  });

  it('not so by the document, which knows no registration', () => {
    expect(inventoryOf('doc', clusterWith(), { registered: false }).state).toBe('shown');
  });

  it.each(compats)('error_msg (%s)', (compat) => {
    const inventory = inventoryOf(compat, clusterWith(), { errorMsg: 'list pods: forbidden' });
    expect(inventory.state).toBe('frozen');
    expect(inventory.reason).toContain('cluster (cluster-1) k8s info grpc Error: list pods: forbidden');
    expect(allZero(inventory.counts)).toBe(true);
  });

  it.each(compats)('no entries at all (%s)', (compat) => {
    const inventory = inventoryOf(compat, []);
    expect(inventory.state).toBe('empty');
    expect(codes(inventory)).toEqual(
      compat === 'doc' ? ['no-entries', 'no-usable-node'] : ['no-entries', 'no-version-info', 'no-usable-node'],
    );
  });

  it.each(compats)('an entry that cannot be inflated, whatever its type (%s)', (compat) => {
    const inventory = inventoryOf(compat, clusterWith({}, [{ type: '*v1.Job', failure: notInflatable }]));
    expect(inventory.state).toBe('rejected');
    expect(inventory.failures[0]).toMatchObject({
      code: 'entry-not-inflatable',
      text: 'cluster (cluster-1) k8s entries length is 0',
    });
    expect(inventory.failures[0]?.detail).toContain('entry 8 (*v1.Job)');
    expect(inventory.objects.at(-1)).toMatchObject({ uid: '', shown: false, reason: 'entry-unreadable' });
    expect(inventory.objects.at(-1)?.detail).toContain('Entry 8');
  });

  it.each(servers)('no version entry, or one without gitVersion (%s)', (compat) => {
    const without = inventoryOf(compat, clusterWith({ version: null }));
    expect(without.failures[0]).toMatchObject({ code: 'no-version-info', text: 'not found k8s version info' });
    expect(without.state).toBe('rejected');
    const empty = inventoryOf(compat, clusterWith({ version: { gitVersion: 5 } }));
    expect(empty.failures[0]).toMatchObject({ code: 'no-git-version', text: 'not found k8s gitversion' });
  });

  it('JSON of a type that is read, but not of one that is not', () => {
    for (const compat of compats) {
      const inventory = inventoryOf(compat, clusterWith({}, [{ type: '*v1.ConfigMap', failure: notJson }]));
      expect([compat, inventory.state]).toEqual([compat, compat === 'v7' ? 'rejected' : 'shown']);
      expect(inventory.objects.at(-1)?.reason).toBe('entry-unreadable');
      const pods = inventoryOf(compat, clusterWith({}, [{ type: '*v1.Pod', failure: notJson }]));
      expect(codes(pods)).toEqual(['entry-not-json']);
      const unknown = inventoryOf(compat, clusterWith({}, [{ type: '*v1.Job', failure: notJson }]));
      expect(unknown.state).toBe('shown');
    }
  });

  const addresses = [
    ['an InternalIP', 'node', 'status.addresses.1.address', '10.0.0.300'],
    ['an InternalIP with a leading zero', 'node', 'status.addresses.1.address', '10.0.0.011'],
    ['a podCIDR', 'node', 'spec.podCIDR', '10.244.1.0/33'],
    ['a podCIDR of IPv6', 'node', 'spec.podCIDR', 'fd00::1::/64'],
    ['a clusterIP', 'service', 'spec.clusterIP', '10.96.0'],
  ] as const;

  it.each(addresses)('%s that looks like an address and is none', (_, part, path, value) => {
    for (const compat of compats) {
      const inventory = inventoryOf(compat, clusterWith({ [part]: changed(part, path, value) }));
      expect(codes(inventory)).toEqual(['address-not-parseable']);
      expect(inventory.failures[0]?.detail).toContain(value);
      expect(inventory.hazards.map(({ id }) => id)).toContain('hazard/numbers-parse');
    }
  });

  it('not a clusterIP of a Service that is not shown, nor a text without dot and colon', () => {
    const service = changedObject(changed('service', 'spec.clusterIP', '1.2.3'), 'spec.selector', {});
    expect(inventoryOf('v7', clusterWith({ service })).state).toBe('shown');
    expect(inventoryOf('v7', clusterWith({ service: changed('service', 'spec.clusterIP', 'None') })).state).toBe(
      'shown',
    );
    expect(inventoryOf('v7', clusterWith({ node: changed('node', 'spec.podCIDR', 'unset') })).state).toBe('shown');
  });

  it.each(compats)('no usable Node (%s)', (compat) => {
    const inventory = inventoryOf(compat, clusterWith({ node: changed('node', 'status.addresses') }));
    expect(inventory.failures[0]).toMatchObject({ code: 'no-usable-node', text: 'invalid pod node count (0)' });
    expect(inventory.state).toBe('rejected');
  });

  const crashing = [
    ['a podIP that is none', { pod: changed('pod', 'status.podIP', 'pending') }, 'hazard/pod-ip-is-an-ip'],
    ['podNetworks', { pod: changed('pod', 'status.podNetworks', [{}]) }, 'hazard/no-pod-networks'],
    [
      'a Pod without labels in a namespace of virtual-kubelet',
      {
        pod: changed('pod', 'metadata.labels'),
        namespace: changed('namespace', 'metadata.labels', { 'virtual-kubelet.io/provider-cluster-native-name': 'c' }),
      },
      'hazard/no-virtual-kubelet-label',
    ],
  ] as const;

  it.each(crashing)('%s, of which the controller dies', (_, changes, hazard) => {
    for (const compat of servers) {
      const inventory = inventoryOf(compat, clusterWith(changes));
      expect(codes(inventory)).toEqual(['controller-crash']);
      expect(inventory.hazards.map(({ id }) => id)).toEqual([hazard]);
    }
    const doc = inventoryOf('doc', clusterWith(changes));
    expect(doc.state).toBe('shown');
    expect(doc.hazards.map(({ id }) => id)).toEqual([hazard]);
  });

  it('not of a Pod that is left out before, nor of labels that are there but empty', () => {
    const bare = changedObject(changed('pod', 'status.podIP', 'pending'), 'metadata.ownerReferences');
    const inventory = inventoryOf('v7', clusterWith({ pod: bare }));
    expect(inventory.state).toBe('shown');
    expect(inventory.hazards).toHaveLength(1);
    const namespace = changed('namespace', 'metadata.labels', {
      'virtual-kubelet.io/provider-cluster-native-name': 'c',
    });
    expect(inventoryOf('v7', clusterWith({ namespace, pod: changed('pod', 'metadata.labels', {}) })).state).toBe(
      'shown',
    );
  });

  it('tells all causes, in the order in which the server meets them', () => {
    const node = changedObject(changed('node', 'spec.podCIDR', '10.1.1/24'), 'status.addresses.1.address', '1.2.3');
    const drafts = clusterWith({ version: null, node, pod: changed('pod', 'status.podIP', 'x') }, [
      { type: '*v1.Service', failure: notJson },
      { type: '*v1.Node', failure: notJson },
      { type: '*v1.Pod', failure: notInflatable },
    ]);
    const inventory = inventoryOf('v7', drafts, { registered: false, errorMsg: 'x' });
    expect(codes(inventory)).toEqual([
      'unregistered',
      'error-msg',
      'entry-not-inflatable',
      'no-version-info',
      'entry-not-json',
      'address-not-parseable',
      'address-not-parseable',
      'entry-not-json',
      'controller-crash',
    ]);
    expect(inventory.state).toBe('unregistered');
  });
});

describe('entries that are not one object', () => {
  const list = { kind: 'List', items: [partOf('pod'), changed('pod', 'metadata.uid', 'u-pod2')] };

  it.each(servers)('give nothing (%s)', (compat) => {
    for (const object of [list, list.items, null, 5, 'text', { kind: 'PodList', items: [] }]) {
      const inventory = inventoryOf(compat, clusterWith({ pod: null }, [{ type: '*v1.Pod', object }]));
      expect(inventory.counts.pods).toBe(0);
      expect(inventory.objects.filter(({ reason }) => reason === 'not-one-object')).toHaveLength(1);
    }
  });

  it('give their items by the document, with a note', () => {
    for (const object of [list, list.items]) {
      const inventory = inventoryOf('doc', clusterWith({ pod: object }));
      expect(inventory.counts.pods).toBe(2);
      expect(rowOf(inventory, 'u-pod2').notes?.map(({ code }) => code)).toEqual(['list-accepted']);
    }
    const empty = inventoryOf('doc', clusterWith({ pod: { kind: 'List', items: [] } }));
    expect(empty.objects.filter(({ reason }) => reason === 'not-one-object')).toHaveLength(1);
  });
});

describe('objects that meet', () => {
  it('one of several with one uid is shown, whichever comes first', () => {
    const twin = changed('pod', 'metadata.name', 'twin');
    for (const compat of compats) {
      for (const drafts of [
        clusterWith({}, [{ type: '*v1.Pod', object: twin }]),
        [...clusterWith({}, [{ type: '*v1.Pod', object: twin }])].reverse(),
      ]) {
        const inventory = inventoryOf(compat, drafts);
        const rows = inventory.objects.filter(({ uid }) => uid === 'u-pod');
        expect(rows.map(({ reason }) => reason).toSorted()).toEqual(['duplicate-uid', undefined]);
        expect(inventory.counts.pods).toBe(1);
      }
    }
  });

  it('shows the one of them that can be shown', () => {
    const homeless = changed('pod', 'metadata.namespace', 'nowhere');
    const inventory = inventoryOf('v7', clusterWith({ pod: homeless }, [{ type: '*v1.Pod', object: partOf('pod') }]));
    expect(inventory.counts.pods).toBe(1);
    expect(inventory.objects.filter(({ uid }) => uid === 'u-pod').map(({ reason }) => reason)).toEqual([
      'namespace-not-shown',
      undefined,
    ]);
  });

  it('the readings stand beside the rows', () => {
    const { inventory, readings } = takeInventory(
      snapshotOf(clusterWith({}, [{ type: '*v1.Pod', failure: notJson }])),
      'v7',
    );
    expect(readings.map((reading) => reading?.meta.uid ?? '')).toEqual(inventory.objects.map(({ uid }) => uid));
    expect(readings.at(-1)).toBeNull();
  });

  it('is plain JSON', () => {
    const inventory = inventoryOf('v7', clusterWith({ pod: changed('pod', 'status.hostIP') }));
    expect(JSON.parse(JSON.stringify(inventory))).toEqual(inventory);
  });
});
