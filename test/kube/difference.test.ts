import { describe, expect, it } from 'vitest';
import { compats } from '../../src/kube/compat.js';
import { difference } from '../../src/kube/difference.js';
import { takeInventory } from '../../src/kube/take-inventory.js';
import { changed, changedObject, clusterWith, partOf } from './cluster.js';
import { type Draft, snapshotOf } from './entries.js';

const taken = (drafts: readonly Draft[], errorMsg = '') => takeInventory(snapshotOf(drafts, { errorMsg }), 'v7');
const between = (before: readonly Draft[], after: readonly Draft[]) => difference(taken(before), taken(after));
const nothing = { keepsBecause: null, created: [], updated: [], deleted: [] };

describe('difference', () => {
  it.each(compats)('of equal snapshots is empty, in any order and with other noise (%s)', (compat) => {
    const before = takeInventory(snapshotOf(clusterWith()), compat);
    const noisy = clusterWith({ pod: changed('pod', 'metadata.resourceVersion', '99') });
    const after = takeInventory(snapshotOf(noisy.toReversed(), { version: 8n }), compat);
    expect(difference(before, after)).toEqual(nothing);
  });

  it('tells what was created and why', () => {
    const pod2: Draft = { type: '*v1.Pod', object: changed('pod', 'metadata.uid', 'u-pod2') };
    expect(between(clusterWith(), clusterWith({}, [pod2]))).toEqual({
      ...nothing,
      created: [
        {
          object: { type: '*v1.Pod', uid: 'u-pod2', namespace: 'shop', name: 'web-7c5d-abcde' },
          cause: { kind: 'new-in-upload' },
        },
      ],
    });
    const { created } = between(
      clusterWith({ ingress: null, service: changed('service', 'spec.type') }),
      clusterWith({ ingress: null }),
    );
    expect(created.map(({ object, cause }) => [object.uid, cause])).toEqual([
      ['u-svc', { kind: 'reason-gone', reason: 'service-type-unsupported' }],
    ]);
  });

  it('tells what was updated, and in what', () => {
    const after = clusterWith({
      pod: changedObject(changed('pod', 'status.podIP', '10.244.1.8'), 'metadata.labels', { app: 'x' }),
    });
    expect(between(clusterWith(), after)).toEqual({
      ...nothing,
      updated: [
        {
          object: { type: '*v1.Pod', uid: 'u-pod', namespace: 'shop', name: 'web-7c5d-abcde' },
          changed: ['labels', 'podIp'],
        },
      ],
    });
  });

  it('tells what was deleted: absent', () => {
    const { deleted } = between(clusterWith(), clusterWith({ ingress: null }));
    expect(deleted.map(({ object, cause }) => [object.uid, cause])).toEqual([
      ['u-ing', { kind: 'absent-from-upload' }],
    ]);
  });

  it('tells what was deleted: a parent is gone, and all below it', () => {
    const { deleted } = between(clusterWith(), clusterWith({ namespace: null }));
    expect(
      deleted.map(({ object, cause }) => [object.uid, cause.kind, 'parent' in cause ? cause.parent : null]),
    ).toEqual([
      ['u-dep', 'parent-gone', 'Namespace shop'],
      ['u-ns', 'absent-from-upload', null],
      ['u-pod', 'parent-gone', 'Namespace shop'],
      ['u-rs', 'parent-gone', 'Namespace shop'],
      ['u-svc', 'parent-gone', 'Namespace shop'],
      ['u-ing', 'parent-gone', 'Namespace shop'],
    ]);
    const owner = between(clusterWith(), clusterWith({ replicaSet: null })).deleted;
    expect(owner.map(({ object, cause }) => [object.uid, 'parent' in cause ? cause.parent : null])).toEqual([
      ['u-pod', 'ReplicaSet web-7c5d'],
      ['u-rs', null],
    ]);
  });

  it('tells what was deleted: a field is lost', () => {
    const { deleted } = between(
      clusterWith({ ingress: null }),
      clusterWith({ ingress: null, service: changed('service', 'spec.ports', []) }),
    );
    expect(deleted).toMatchObject([
      { object: { uid: 'u-svc' }, cause: { kind: 'field-lost', reason: 'no-ports', field: 'spec.ports' } },
    ]);
  });

  it('is empty where the server keeps what it showed, and says why', () => {
    const kept = difference(taken(clusterWith()), taken(clusterWith({ pod: null }), 'forbidden'));
    expect(kept).toMatchObject({ created: [], updated: [], deleted: [] });
    expect(kept.keepsBecause).toContain('forbidden');
  });

  it('creates everything after a snapshot that was not shown', () => {
    const { created, deleted } = difference(taken(clusterWith(), 'forbidden'), taken(clusterWith()));
    expect(created).toHaveLength(8);
    expect(created[0]?.cause).toMatchObject({ kind: 'snapshot-was-not-shown' });
    expect(deleted).toEqual([]);
  });

  it('sees no deletion in a change of the type string', () => {
    const ingress = (type: string): Draft => ({ type, object: partOf('ingress') });
    const { created, deleted } = between(
      clusterWith({ ingress: null }, [ingress('*v1beta1.Ingress')]),
      clusterWith({ ingress: null }, [ingress('*v1.Ingress')]),
    );
    expect([created, deleted]).toEqual([[], []]);
  });
});
