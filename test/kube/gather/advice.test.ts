import { describe, expect, it } from 'vitest';
import { changed, changedObject, clusterWith, partOf } from '../cluster.js';
import { type Draft, inventoryOf, rowOf } from '../entries.js';

describe('advice', () => {
  it('for a dump of Pods and Nodes names what is missing, the most valuable first', () => {
    const other = changedObject(changed('pod', 'metadata.uid', 'u-2'), 'metadata.namespace', 'kube-system');
    const staticPod = changedObject(changed('pod', 'metadata.uid', 'u-3'), 'metadata.ownerReferences', [
      { kind: 'Node', name: 'n1', uid: 'u-node' },
    ]);
    const bare = changedObject(changed('pod', 'metadata.uid', 'u-4'), 'metadata.ownerReferences', undefined);
    const drafts = clusterWith(
      { version: null, namespace: null, deployment: null, replicaSet: null, service: null, ingress: null },
      [
        { type: '*v1.Pod', object: other },
        { type: '*v1.Pod', object: staticPod },
        { type: '*v1.Pod', object: bare },
      ],
    );
    expect(inventoryOf('v7', drafts).advice).toEqual([
      'Add the *version.Info entry (kubectl version -o json): without it the server rejects the whole snapshot.',
      'Add *v1.Namespace entries (kubectl get namespaces -o json): 4 objects refer to namespaces that are not in the upload: kube-system, shop.',
      'Add ReplicaSets and Deployments (kubectl get replicasets,deployments -A -o json): 2 Pods are owned by ReplicaSets that are not in the upload.',
      'DeepFlow cannot show these, whatever is uploaded: Pods without an owner (1), static Pods (1).',
    ]);
  });

  it('names the kinds of owners that are missing', () => {
    const owners = ['StatefulSet', 'ReplicaSet', 'ReplicaSet'].map(
      (kind, i): Draft => ({
        type: '*v1.Pod',
        object: changedObject(changed('pod', 'metadata.uid', `u-${i}`), 'metadata.ownerReferences', [
          { kind, name: 'x', uid: `u-gone-${kind}` },
        ]),
      }),
    );
    expect(inventoryOf('v7', clusterWith({}, owners)).advice).toEqual([
      'Add ReplicaSets and Deployments (kubectl get replicasets,deployments -A -o json): 2 Pods are owned by ReplicaSets that are not in the upload.',
      'Add StatefulSets (kubectl get statefulsets -A -o json): 1 Pod is owned by StatefulSets that are not in the upload.',
    ]);
  });

  it('does not ask for an owner that is there and inactive', () => {
    const inventory = inventoryOf(
      'v7',
      clusterWith({ replicaSet: changed('replicaSet', 'spec.replicas', 0), ingress: null, service: null }),
    );
    expect(inventory.advice).toEqual([
      'DeepFlow cannot show these, whatever is uploaded: ReplicaSets at 0 replicas (1).',
    ]);
    expect(rowOf(inventory, 'u-pod').detail).toContain('in the upload, but not shown itself (replicaset-inactive)');
  });

  it('asks for Deployments where ReplicaSets stand for themselves', () => {
    expect(inventoryOf('v7', clusterWith({ deployment: null })).advice).toEqual([
      'Add Deployments (kubectl get deployments -A -o json): 1 ReplicaSet stands as a workload of its own, since its owner is not in the upload.',
    ]);
  });

  it('asks for labels of templates where Services match nothing', () => {
    const [advice] = inventoryOf(
      'v7',
      clusterWith({ deployment: changed('deployment', 'spec.template'), ingress: null }),
    ).advice;
    expect(advice).toContain('spec.template.metadata.labels');
  });

  it('closes with what cannot be shown', () => {
    const pods = (['Job', 'Node', 'Node'] as const).map(
      (kind, i): Draft => ({
        type: '*v1.Pod',
        object: changedObject(changed('pod', 'metadata.uid', `u-${i}`), 'metadata.ownerReferences', [
          { kind, name: 'x', uid: 'u' },
        ]),
      }),
    );
    expect(inventoryOf('v7', clusterWith({}, pods)).advice).toEqual([
      'DeepFlow cannot show these, whatever is uploaded: Pods of a Job (1), static Pods (2).',
    ]);
  });

  it('tells of Lists, odd types and shadowed Ingresses', () => {
    const { advice } = inventoryOf(
      'v7',
      clusterWith({ pod: { kind: 'List', items: [partOf('pod')] } }, [
        { type: '*v1.Job', object: {} },
        { type: '*v1.Ingress', object: partOf('ingress') },
      ]),
    );
    expect(advice).toHaveLength(3);
    expect(advice[0]).toContain('an entry of its own');
    expect(advice[1]).toContain('*v1beta1.Ingress');
    expect(advice[2]).toContain('*v1.Job');
  });
});
