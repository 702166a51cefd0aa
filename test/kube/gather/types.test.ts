import { describe, expect, it } from 'vitest';
import { type Compat, compats } from '../../../src/kube/compat.js';
import { typeStrings } from '../../../src/kube/type-strings.js';
import { clusterWith, partOf } from '../cluster.js';
import { type Draft, inventoryOf, notJson, rowOf } from '../entries.js';

/** Which compats read each type: yes, or no though it is known. Written by hand. */
const reads: readonly (readonly [type: string, doc: boolean, v65: boolean, v7: boolean])[] = [
  ['*version.Info', false, true, true],
  ['*v1.Node', true, true, true],
  ['*v1.Namespace', true, true, true],
  ['*v1.Pod', true, true, true],
  ['*v1.Deployment', true, true, true],
  ['*v1.StatefulSet', true, true, true],
  ['*v1.DaemonSet', true, true, true],
  ['*v1.ReplicaSet', true, true, true],
  ['*v1.ReplicationController', true, true, true],
  ['*v1.Service', true, true, true],
  ['*v1.Ingress', false, true, true],
  ['*v1.Route', false, true, true],
  ['*v1beta1.Ingress', true, true, true],
  ['*v1.ConfigMap', false, false, true],
  ['*v1.CloneSet', false, true, true],
  ['*v1.ServiceRule', false, true, true],
  ['*v1.OpenGaussCluster', false, false, true],
  ['*v1.IPPool', false, false, false],
];

const object = (type: string): unknown => {
  const metadata = { uid: 'u-x', name: 'x', namespace: 'shop' };
  if (type === '*v1.Node') return { metadata, status: { addresses: [{ type: 'InternalIP', address: '10.0.0.12' }] } };
  if (type === '*v1.Pod') return { metadata: { ...metadata, ownerReferences: [{ kind: 'Deployment', uid: 'u-dep' }] } };
  if (type === '*v1.ReplicaSet') {
    return { metadata: { ...metadata, ownerReferences: [{ uid: 'u-dep' }] }, spec: { replicas: 1 } };
  }
  if (type.startsWith('*v1.Service')) {
    const spec = { type: 'ClusterIP', selector: { app: 'web' }, ports: [{ port: 1, targetPort: 1 }] };
    return { metadata, spec };
  }
  return { metadata, gitVersion: 'v1' };
};

describe('type strings in an upload', () => {
  it('are all in the table above', () => {
    expect(reads.map(([type]) => type).toSorted()).toEqual(typeStrings.map(({ type }) => type).toSorted());
  });

  it.each(reads)('%s is read by those that read it', (type, ...read) => {
    for (const [i, compat] of compats.entries()) {
      const more = { type, object: object(type) };
      const inventory = inventoryOf(
        compat,
        clusterWith({ ingress: null, version: type === '*version.Info' ? null : partOf('version') }, [more]),
      );
      const row = inventory.objects.findLast((each) => each.type === type);
      expect([compat, row?.shown, row?.reason]).toEqual([compat, read[i], read[i] ? undefined : 'type-not-read']);
    }
  });

  it('that nobody knows are refused, with what was probably meant', () => {
    for (const compat of compats) {
      const inventory = inventoryOf(compat, clusterWith({}, [{ type: 'v1.Pods', object: partOf('pod') }]));
      const row = inventory.objects.at(-1);
      expect(row).toMatchObject({ type: 'v1.Pods', shown: false, reason: 'type-unknown', uid: 'u-pod' });
      expect(row?.detail).toContain('"*v1.Pod"');
    }
  });
});

describe('the choice of one ingress type', () => {
  const ingress = (type: string, uid: string): Draft => ({
    type,
    object: { metadata: { uid, name: uid, namespace: 'shop' }, spec: {} },
  });
  const all = [ingress('*v1beta1.Ingress', 'u-b'), ingress('*v1.Route', 'u-r'), ingress('*v1.Ingress', 'u-i')];
  const shownOf = (compat: Compat, drafts: readonly Draft[]) =>
    inventoryOf(compat, clusterWith({ ingress: null }, drafts))
      .objects.filter(({ shown, type }) => shown && /Ingress|Route/.test(type))
      .map(({ uid }) => uid);

  it('prefers *v1.Ingress, then *v1.Route, then *v1beta1.Ingress', () => {
    for (const compat of ['v6.5', 'v7'] as const) {
      expect(shownOf(compat, all)).toEqual(['u-i']);
      expect(shownOf(compat, all.slice(0, 2))).toEqual(['u-r']);
      expect(shownOf(compat, all.slice(0, 1))).toEqual(['u-b']);
    }
    expect(shownOf('doc', all)).toEqual(['u-b']);
  });

  it('says so of the others', () => {
    const row = rowOf(inventoryOf('v7', clusterWith({ ingress: null }, all)), 'u-b');
    expect(row.reason).toBe('type-shadowed');
    expect(row.detail).toContain('*v1.Ingress');
  });

  it('counts an unreadable entry too, and lets a broken one of an unread type pass', () => {
    const broken = { type: '*v1.Ingress', failure: notJson };
    expect(
      inventoryOf('v7', clusterWith({ ingress: null }, [broken, ...all.slice(0, 1)])).failures.map(({ code }) => code),
    ).toEqual(['entry-not-json']);
    expect(rowOf(inventoryOf('v7', clusterWith({ ingress: null }, [broken, ...all.slice(0, 1)])), 'u-b').reason).toBe(
      'type-shadowed',
    );
    const shadowed = { type: '*v1beta1.Ingress', failure: notJson };
    expect(inventoryOf('v7', clusterWith({ ingress: null }, [shadowed, ...all.slice(2)])).state).toBe('shown');
  });
});
