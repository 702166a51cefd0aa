import { expect, test } from 'vitest';
import { ownObject, ownUpdate, refusedLabel } from '../../../../src/conformance/run/targets/own-object.js';
import { baseCluster } from '../../../../src/conformance/scenarios/common/base-cluster.js';
import { pod, service, workload } from '../../../../src/conformance/scenarios/common/kube-objects.js';

const own = { namespace: 'run-1', uids: new Map<string, string>(), hasNode: () => false };
const store = workload('apps/v1', 'StatefulSet', { name: 'store' });

test('objects come into the namespace of the run, without what Kubernetes gives them', () => {
  for (const object of baseCluster()) {
    const { metadata } = ownObject(object, own);
    expect(metadata.namespace).toBe('run-1');
    for (const field of ['uid', 'resourceVersion', 'creationTimestamp', 'managedFields'])
      expect(metadata).not.toHaveProperty(field);
  }
});

test('owners are named by the uids that Kubernetes gave them', () => {
  const uids = new Map([[store.metadata.uid ?? '', 'real']]);
  const made = ownObject(pod({ name: 'store-0', owner: store, number: 2 }), { ...own, uids });
  expect(made.metadata.ownerReferences).toMatchObject([{ kind: 'StatefulSet', name: 'store', uid: 'real' }]);
});

test('a Pod of a Node that is not there is scheduled by nobody', () => {
  const plan = pod({ name: 'store-0', owner: store, number: 2 });
  expect(ownObject(plan, own).spec).not.toHaveProperty('nodeName');
  expect(ownObject(plan, own).spec).toMatchObject({ schedulerName: 'plumbline' });
  expect(ownObject(plan, { ...own, hasNode: (name) => name === 'node-1' }).spec).toMatchObject({ nodeName: 'node-1' });
});

test('a Service asks for no address and no port of the whole cluster', () => {
  const { spec } = ownObject(service({ name: 'web', number: 3 }), own);
  expect(spec).not.toHaveProperty('clusterIP');
  expect(JSON.stringify(spec)).not.toContain('nodePort');
});

test('an updated Service keeps its address and the ports that it has', () => {
  const made = service({ name: 'web', number: 3 });
  const held = { ...made, metadata: { ...made.metadata, resourceVersion: '7' } };
  const spec = made.spec as { readonly ports: readonly object[] };
  const next = {
    ...made,
    spec: { ...spec, clusterIP: '10.96.9.9', ports: [spec.ports[0], { port: 90, nodePort: 30_999 }] },
  };
  const update = ownUpdate(next, held, own);
  expect(update.metadata.resourceVersion).toBe('7');
  expect(update.spec).toMatchObject({ clusterIP: '10.96.0.3', ports: [{ port: 80, nodePort: 30_003 }, { port: 90 }] });
  expect(JSON.stringify(update.spec)).not.toContain('30999');
});

test('labels that Kubernetes refuses travel as annotations', () => {
  const made = ownObject(workload('apps/v1', 'Deployment', { name: 'web', labels: { team: 'grün-队伍' } }), own);
  expect(refusedLabel(made)).toBeNull();
  expect(made.metadata.annotations).toMatchObject({ 'example.com/team': 'grün-队伍' });
  expect(refusedLabel(workload('apps/v1', 'Deployment', { name: 'web', labels: { team: 'grün' } }))).toBe('grün');
});
