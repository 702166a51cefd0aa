import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeCluster, makeCluster } from '../../../fixtures/cluster/index.js';
import { createClusterAnalysis } from '../../../src/conformance/analysis/cluster-analysis.js';
import type { EntryRule, SnapshotRule } from '../../../src/conformance/rule.js';
import type { Inventory } from '../../../src/kube/inventory.js';
import { encodeEntry } from '../../../src/wire/entry-codec.js';
import { entriesOf, parseJson, plainView, uploadOf } from '../uploads.js';

const example = { breaks: { calls: [] }, keeps: { calls: [] } };
const texts = { level: 'must', demand: '', why: '', source: '', example } as const;
const context = { compat: 'v7', clusterRegistered: true } as const;

const readable: EntryRule = {
  ...texts,
  id: 'test/readable',
  scope: 'entry',
  judge: ({ decoded: { failure } }) =>
    failure === null
      ? { status: 'passed' }
      : { status: 'failed', findings: [{ found: failure.code, expected: 'JSON', message: failure.message }] },
};

const hasNode: SnapshotRule = {
  ...texts,
  id: 'test/has-node',
  scope: 'snapshot',
  judge: ({ entries }) =>
    entries.some(({ type }) => type === '*v1.Node')
      ? { status: 'passed' }
      : { status: 'failed', findings: [{ found: 'none', expected: 'a Node', message: 'no Node' }] },
};

function analysis(entryRules: readonly EntryRule[] = [readable], snapshotRules: readonly SnapshotRule[] = [hasNode]) {
  return createClusterAnalysis('demo', { context, entryRules, snapshotRules, now: () => 0 });
}

const cluster = makeCluster({ seed: 3, size: 'small' });
const entries = entriesOf(cluster);

test('an upload is judged, counted and summed up', () => {
  const one = analysis();
  const report = one.analyse(uploadOf(entries));
  expect(report).toMatchObject({ entries: entries.length, unreadable: 0, faults: [] });
  expect(report.tallies).toMatchObject([
    { id: 'test/readable', passed: entries.length, failed: 0 },
    { id: 'test/has-node', passed: 1, failed: 0 },
  ]);
  const summary = one.summary(plainView);
  expect(summary).toMatchObject({ state: 'shown', counts: { nodes: cluster.objects.get('*v1.Node')?.length } });
  expect(summary.shown + Object.values(summary.hiddenBy).reduce((sum, count) => sum + count, 0)).toBe(summary.objects);
});

test('the order of entries does not matter to the content digest, the content does', () => {
  const { contentDigest } = analysis().analyse(uploadOf(entries));
  expect(contentDigest).toMatch(/^[0-9a-f]{16}$/);
  fc.assert(
    fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), (shuffled) => {
      expect(analysis().analyse(uploadOf(shuffled)).contentDigest).toBe(contentDigest);
    }),
    { numRuns: 5 },
  );
  expect(analysis().analyse(uploadOf(entries.slice(1))).contentDigest).not.toBe(contentDigest);
});

test('only bytes not seen before are decoded', () => {
  const one = analysis();
  one.analyse(uploadOf(entries));
  const next = entriesOf(changeCluster(cluster, { seed: 1, fraction: 0.05 }));
  const known = new Set(entries.map(({ compressed_info }) => Buffer.from(compressed_info).toString('latin1')));
  const fresh = next.filter(({ compressed_info }) => !known.has(Buffer.from(compressed_info).toString('latin1')));
  const report = one.analyse(uploadOf(next, { seq: 2, version: 2n }));
  expect(report.decoded).toBe(fresh.length);
  // Remembered or not, the report is the same.
  const { decoded: _, ...rest } = report;
  expect(analysis().analyse(uploadOf(next, { seq: 2, version: 2n }))).toMatchObject(rest);
});

test('an unreadable entry costs the digest and fails its rule, the others are judged', () => {
  const broken = [...entries.slice(0, 5), { type: '*v1.Pod', compressed_info: Buffer.from('not zlib') }];
  const report = analysis().analyse(uploadOf(broken));
  expect(report).toMatchObject({ unreadable: 1, contentDigest: '' });
  const [tally] = report.tallies;
  expect(tally).toMatchObject({ passed: 5, failed: 1 });
  expect(tally?.findings[0]).toMatchObject({ request: 1, entry: 5, type: '*v1.Pod' });
});

test('what the server does not store is judged, and the stored snapshot stays', () => {
  const one = analysis();
  one.analyse(uploadOf(entries));
  const stored = one.summary(plainView);
  const report = one.analyse(uploadOf([], { seq: 2, bytes: uploadOf(entries.slice(0, 3)).bytes, stored: false }));
  expect(report.entries).toBe(3);
  expect(one.summary(plainView)).toEqual(stored);
});

test('the inventory is that of the stored snapshot, in the view that is asked for', () => {
  const one = analysis();
  const empty = parseJson(one.inventory(plainView)) as Inventory;
  expect(empty.state).toBe('empty');
  one.analyse(uploadOf(entries));
  const shown = parseJson(one.inventory(plainView)) as Inventory;
  expect(shown).toMatchObject({ clusterId: 'demo', state: 'shown' });
  expect(shown.objects.length).toBeGreaterThan(0);
  const frozen = parseJson(one.inventory({ ...plainView, errorMsg: 'api is down' })) as Inventory;
  expect(frozen.state).toBe('frozen');
  expect(parseJson(one.inventory({ ...plainView, registered: false }))).toMatchObject({ state: 'unregistered' });
  expect(parseJson(one.inventory(plainView))).toEqual(shown);
});

test('the difference is that to the snapshot stored before', () => {
  const one = analysis();
  expect(one.difference(plainView)).toBeNull();
  one.analyse(uploadOf(entries));
  expect(one.difference(plainView)).toBeNull();
  one.analyse(uploadOf(entriesOf(changeCluster(cluster, { seed: 1, fraction: 0.1 })), { seq: 2, version: 2n }));
  const changed = Buffer.from(one.difference({ ...plainView, version: 2n }) ?? []).toString();
  one.analyse(uploadOf(entriesOf(changeCluster(cluster, { seed: 1, fraction: 0.1 })), { seq: 3, version: 3n }));
  const unchanged = Buffer.from(one.difference({ ...plainView, version: 3n }) ?? []).toString();
  expect(changed.length).toBeGreaterThan(unchanged.length);
});

test('the stored snapshot is given back as JSON, without what cannot be read', () => {
  const one = analysis();
  expect(one.snapshotJson()).toBeNull();
  one.analyse(uploadOf([...entries, { type: '*v1.Pod', compressed_info: Buffer.from('not zlib') }]));
  const { version, objects } = cluster;
  const wanted = { '*version.Info': [version], ...Object.fromEntries(objects) };
  expect(parseJson(one.snapshotJson())).toEqual(wanted);
});

test('a message that makes the server hold no entries empties the inventory', () => {
  const one = analysis();
  one.analyse(uploadOf(entries));
  const report = one.analyse(uploadOf([], { seq: 2 }));
  expect(report).toMatchObject({ entries: 0, contentDigest: '' });
  expect(one.summary(plainView).objects).toBe(0);
  // There was nothing to judge.
  expect(report.tallies.map(({ passed, failed }) => passed + failed)).toEqual([0]);
});

test('entries of uploads that are gone are forgotten', () => {
  const one = analysis();
  for (let upload = 1; upload <= 20; upload++) {
    const distinct = Array.from({ length: 500 }, (_, index) => ({
      type: '*v1.Node',
      compressed_info: encodeEntry({ metadata: { uid: `${upload}-${index}`, name: 'n' } }),
    }));
    one.analyse(uploadOf(distinct, { seq: upload, stored: upload % 3 === 0 }));
    expect(one.remembered).toBeLessThanOrEqual(2 * 500 * 1.25 + 256);
  }
});

test('a snapshot rule that breaks is reported as a fault', () => {
  const broken: SnapshotRule = {
    ...texts,
    id: 'test/broken',
    scope: 'snapshot',
    judge() {
      throw new Error('oops');
    },
  };
  const report = analysis([], [broken, hasNode]).analyse(uploadOf(entries));
  expect(report.faults[0]).toContain('test/broken');
  expect(report.tallies).toMatchObject([{ notJudged: 1 }, { passed: 1 }]);
});
