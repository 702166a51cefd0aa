import { expect, test } from 'vitest';
import { createAnalystCore } from '../../../src/conformance/analysis/analyst-core.js';
import { catalogue } from '../../../src/conformance/catalogue.js';
import { baseCluster } from '../../../src/conformance/scenarios/common/base-cluster.js';
import { withLabels } from '../../../src/conformance/scenarios/common/kube-objects.js';
import { kubeTypeOf } from '../../../src/conformance/truth/kube-type.js';
import { slimObject } from '../../../src/conformance/truth/slim-object.js';
import type { Compat } from '../../../src/kube/compat.js';
import type { KubeChange, KubeObject } from '../../../src/kube/kube-object.js';
import { encodeEntry } from '../../../src/wire/entry-codec.js';
import { uploadOf } from '../uploads.js';

const truthRules = ['snapshot/complete', 'snapshot/nothing-extra', 'snapshot/faithful'];
/** The objects are uploaded as they are. */
const untrimmed = ['hazard/no-generate-name', 'privacy/no-configmap-data', 'privacy/no-container-env', 'cost/trimmed'];
const at = 1_000_000;

/** What an honest agent would upload of these objects. */
function entriesOf(objects: readonly KubeObject[]) {
  return [
    { type: '*version.Info', compressed_info: encodeEntry({ gitVersion: 'v1.30.2' }) },
    ...objects.flatMap((object) => {
      const type = kubeTypeOf(object)?.type;
      return type === undefined ? [] : [{ type, compressed_info: encodeEntry(object) }];
    }),
  ];
}

function judging(compat: Compat = 'v7', namespace?: string) {
  const core = createAnalystCore({
    context: {
      compat,
      clusterRegistered: true,
      allowanceMs: 5_000,
      ...(namespace === undefined ? {} : { namespace }),
    },
    rules: catalogue(),
    now: () => 0,
  });
  let seq = 0;
  const held = (changes: readonly KubeChange[]) => core.truth({ kind: 'changes', changes });
  held(baseCluster().map((object) => ({ time: 0, change: 'added', object: slimObject(object) })));
  return {
    held,
    core,
    upload(objects: readonly KubeObject[], time: number, errorMsg = '') {
      seq += 1;
      const report = core.analyse(uploadOf(entriesOf(objects), { seq, time, errorMsg, version: BigInt(seq) }));
      expect(report.faults).toEqual([]);
      const failures = report.tallies.filter((tally) => tally.failed > 0).map(({ id }) => id);
      const failed = failures.filter((id) => !untrimmed.includes(id));
      return { failed, report, truth: failed.filter((id) => truthRules.includes(id)) };
    },
  };
}

const without = (kind: string, name: string) => (object: KubeObject) =>
  object.kind !== kind || object.metadata.name !== name;

test('an upload of all that Kubernetes holds is complete, and nothing in it is extra', () => {
  const { report, truth } = judging().upload(baseCluster(), at);
  expect(truth).toEqual([]);
  for (const id of truthRules) expect(report.tallies.find((tally) => tally.id === id)?.passed).toBe(1);
});

test('what was there all the time has to be in the upload, ConfigMaps only where there are any', () => {
  const one = judging();
  expect(one.upload(baseCluster().filter(without('Service', 'store')), at).truth).toEqual(['snapshot/complete']);
  expect(
    one.upload(
      baseCluster().filter(({ kind }) => kind !== 'ConfigMap'),
      at,
    ).truth,
  ).toEqual([]);
});

test('a change may be late by the allowance, and no later', () => {
  const one = judging();
  const pod = baseCluster().find(({ kind }) => kind === 'Pod');
  if (pod === undefined) throw new Error('no Pod');
  one.held([{ time: at, change: 'deleted', object: pod }]);
  expect(one.upload(baseCluster(), at + 4_000).truth).toEqual([]);
  expect(
    one.upload(
      baseCluster().filter((object) => object.metadata.uid !== pod.metadata.uid),
      at + 100,
    ).truth,
  ).toEqual([]);
  expect(one.upload(baseCluster(), at + 6_000).truth).toEqual(['snapshot/nothing-extra']);
  const node = baseCluster().find(({ kind }) => kind === 'Node');
  if (node === undefined) throw new Error('no Node');
  const { metadata } = node;
  const fresh = { ...node, metadata: { ...metadata, name: 'node-9', uid: 'f9' } };
  one.held([{ time: at + 10_000, change: 'added', object: fresh }]);
  const before = baseCluster().filter((object) => object.metadata.uid !== pod.metadata.uid);
  expect(one.upload(before, at + 14_000).truth).toEqual([]);
  expect(one.upload(before, at + 16_000).truth).toEqual(['snapshot/complete']);
  expect(one.upload([...before, fresh], at + 10_001).truth).toEqual([]);
});

test('the allowance of an agent that reports less often than it was told to is its own, in that run alone', () => {
  const one = judging();
  const isOther = without('Service', 'store');
  const store = baseCluster().filter((object) => !isOther(object));
  const late = at + 12_000;
  const begin = () => {
    one.held(baseCluster().map((object) => ({ time: 0, change: 'added', object: slimObject(object) })));
    one.held(store.map((object) => ({ time: at, change: 'deleted', object: slimObject(object) })));
  };
  begin();
  expect(one.upload(baseCluster(), late).truth).toEqual(['snapshot/nothing-extra']);
  one.core.truth({ kind: 'sight', time: at, clear: true, allowanceMs: 20_000 });
  expect(one.upload(baseCluster(), late).truth).toEqual([]);
  one.core.truth({ kind: 'sight', time: at, clear: true });
  expect(one.upload(baseCluster(), late).truth).toEqual([]);
  one.core.truth({ kind: 'reset' });
  begin();
  expect(one.upload(baseCluster(), late).truth).toEqual(['snapshot/nothing-extra']);
});

test('a value of before is stale; one that never was is lost by its own rule, too', () => {
  const one = judging();
  const service = baseCluster().find(({ kind }) => kind === 'Service');
  if (service === undefined) throw new Error('no Service');
  const swapped = (other: KubeObject) =>
    baseCluster().map((object) => (object.metadata.uid === other.metadata.uid ? other : object));
  const changed = withLabels(service, { tier: 'two' });
  one.held([{ time: at, change: 'modified', object: changed }]);
  expect(one.upload(baseCluster(), at + 6_000).failed).toEqual(['snapshot/faithful']);
  expect(one.upload(swapped(changed), at + 6_000).failed).toEqual([]);
  const mangled = withLabels(service, { tier: 't\ufffd' });
  expect(one.upload(swapped(mangled), at + 6_000).failed).toEqual(['service/labels', 'snapshot/faithful']);
});

test('a single object that lost a field is found, though others carry it', () => {
  const pods = baseCluster().map((object) => {
    if (object.kind !== 'Pod' || object.metadata.name !== 'store-0') return object;
    const { podIP: _, ...status } = object.status as Record<string, unknown>;
    return { ...object, status };
  });
  const { failed, report } = judging().upload(pods, at);
  expect(failed).toEqual(['pod/pod-ip']);
  expect(report.tallies.find(({ id }) => id === 'pod/pod-ip')?.findings[0]).toMatchObject({
    name: 'store-0',
    found: 'no status.podIP',
    expected: '"10.244.1.13", as Kubernetes holds it',
  });
});

test('an upload with error_msg is not compared, nor one while the run looks away', () => {
  const one = judging();
  const few = baseCluster().slice(0, 5);
  expect(one.upload(few, at, 'list pods: 503').truth).toEqual([]);
  one.core.truth({ kind: 'sight', time: at, clear: false });
  expect(one.upload(few, at).truth).toEqual([]);
  one.core.truth({ kind: 'sight', time: at, clear: true });
  expect(one.upload(few, at).truth).toEqual(['snapshot/complete']);
});

test('the standing tells what the stored snapshot lacks at this moment', () => {
  const one = judging();
  one.upload(baseCluster(), at);
  const [pod] = baseCluster().filter(({ kind }) => kind === 'Pod');
  const uid = pod?.metadata.uid ?? '';
  expect(one.core.standing('demo', { time: at, uids: [uid] })).toMatchObject({
    total: { missing: 0, extra: 0, different: 0 },
    asked: { [uid]: [] },
  });
  if (pod !== undefined) one.held([{ time: at + 1, change: 'deleted', object: pod }]);
  expect(one.core.standing('demo', { time: at + 100, uids: [uid] })).toMatchObject({ total: { extra: 1 } });
});

test('where only one namespace is judged, objects of others are neither missing, extra nor wrong', () => {
  const [service] = baseCluster().filter(({ kind }) => kind === 'Service');
  if (service === undefined) throw new Error('no Service');
  const elsewhere = { ...service, metadata: { ...service.metadata, namespace: 'kube-system', uid: 'u-elsewhere' } };
  const other = withLabels(elsewhere, { not: 'so' });
  const held = { time: 0, change: 'added', object: slimObject(elsewhere) } as const;
  const unheld = { ...elsewhere, metadata: { ...elsewhere.metadata, uid: 'u-nobody' } };
  for (const [uploaded, truth] of [
    [
      [other, unheld],
      ['snapshot/nothing-extra', 'snapshot/faithful'],
    ],
    [[], ['snapshot/complete']],
  ] as const) {
    const everywhere = judging();
    everywhere.held([held]);
    expect(everywhere.upload([...baseCluster(), ...uploaded], at).truth).toEqual(truth);
    const shop = judging('v7', 'shop');
    shop.held([held]);
    expect(shop.upload([...baseCluster(), ...uploaded], at).truth).toEqual([]);
  }
  expect(judging('v7', 'shop').upload(baseCluster().filter(without('Service', 'store')), at).truth).toEqual([
    'snapshot/complete',
  ]);
});
