import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { makeCluster } from '../../fixtures/cluster/index.js';
import type { Analyst, ForeseenUpload, Upload } from '../../src/conformance/analyst.js';
import { AnalystFault } from '../../src/conformance/analyst-fault.js';
import { catalogue } from '../../src/conformance/catalogue.js';
import { createInThreadAnalyst } from '../../src/conformance/in-thread-analyst.js';
import { createThreadedAnalyst, type ThreadedAnalystOptions } from '../../src/conformance/threaded-analyst.js';
import { encodeEntry } from '../../src/wire/entry-codec.js';
import { entriesOf, parseJson, plainView, uploadOf } from './uploads.js';

const context = { compat: 'v7', clusterRegistered: true } as const;
const rules = catalogue();
const entries = entriesOf(makeCluster({ seed: 5, size: 'small' }));

const open: Analyst[] = [];

function threaded(options: Partial<ThreadedAnalystOptions> = {}): Analyst {
  const analyst = createThreadedAnalyst({ context, rules, threads: 1, ...options });
  open.push(analyst);
  return analyst;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((analyst) => analyst.close()));
});

/** Fills a small heap long before it is taken apart. */
function hugeUpload(clusterId: string) {
  const ports = Array.from({ length: 200 }, (_, port) => ({ name: `port-${port}`, port, targetPort: port }));
  const huge = Array.from({ length: 4_000 }, (_, index) => ({
    type: '*v1.Service',
    compressed_info: encodeEntry({
      metadata: { uid: `u${index}`, name: `s${index}`, namespace: 'n' },
      spec: { ports },
    }),
  }));
  return uploadOf(huge, { clusterId, seq: 99 });
}
const smallHeap = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };

test('a thread gives what the calling thread gives', async () => {
  const analyst = threaded();
  const inThread = createInThreadAnalyst({ context, rules, now: () => 0 });
  const broken = [...entries, { type: '*v1.Pod', compressed_info: Buffer.from('not zlib') }];
  for (const [index, upload] of [entries, broken, entries.slice(3)].entries()) {
    const numbered = uploadOf(upload, { seq: index + 1, version: BigInt(index + 1) });
    const { timings: _, ...wanted } = await inThread.analyse(numbered);
    expect(await analyst.analyse(numbered)).toMatchObject(wanted);
  }
  const view = { ...plainView, version: 3n };
  expect(await analyst.summary('demo', view)).toEqual(await inThread.summary('demo', view));
  for (const part of ['inventory', 'difference'] as const) {
    expect(parseJson(await analyst[part]('demo', view))).toEqual(parseJson(await inThread[part]('demo', view)));
  }
  expect(parseJson(await analyst.snapshotJson('demo'))).toEqual(parseJson(await inThread.snapshotJson('demo')));
  expect(await analyst.snapshotJson('unheard of')).toBeNull();
});

test('an upload that reaches the thread before its bytes is analysed whole, and before what follows it', async () => {
  const analyst = threaded();
  // Until it is up, the bytes are there anyway.
  await analyst.analyse(uploadOf([], { clusterId: 'other' }));
  const noise = randomBytes(24 * 1024 * 1024);
  const large = [{ type: '*v1.Pod', compressed_info: noise }, ...entries];
  const first = analyst.analyse(uploadOf(large, { seq: 1, version: 1n }));
  const second = analyst.analyse(uploadOf(entries, { seq: 2, version: 2n }));
  expect(await first).toMatchObject({ entries: large.length, unreadable: 1, decoded: large.length });
  expect(await second).toMatchObject({ entries: entries.length, decoded: 0 });
});

/** The upload in memory that threads share, as a server that collects it while it arrives hands it over. */
function arrivingAs(upload: Upload): ForeseenUpload {
  const bytes = new Uint8Array(new SharedArrayBuffer(upload.bytes.length));
  bytes.set(upload.bytes);
  return { seq: upload.seq, clusterId: upload.clusterId, bytes };
}

test('an upload that was foreseen is read as it arrives, and comes to the same', async () => {
  const analyst = threaded();
  const inThread = createInThreadAnalyst({ context, rules, now: () => 0 });
  for (const [index, some] of [entries, entries.slice(40), entries].entries()) {
    const upload = uploadOf(some, { seq: index + 1, version: BigInt(index + 1) });
    const arriving = arrivingAs(upload);
    for (const part of [0.1, 0.5, 0.9, 1]) analyst.foresee(arriving, Math.floor(upload.bytes.length * part));
    const { timings: _, ...wanted } = await inThread.analyse(upload);
    // What is handed in need not be the same memory.
    expect(await analyst.analyse({ ...upload, bytes: Buffer.from(upload.bytes) })).toMatchObject(wanted);
  }
});

test('two new clusters whose uploads arrive side by side are read on by one thread, each for itself', async () => {
  const analyst = threaded();
  const inThread = createInThreadAnalyst({ context, rules, now: () => 0 });
  const broken = [{ type: '*v1.Pod', compressed_info: Buffer.from('not zlib') }, ...entries.slice(20)].reverse();
  const uploads = [
    uploadOf(entries, { seq: 1, clusterId: 'one' }),
    uploadOf(broken, { seq: 2, clusterId: 'other', version: 2n }),
  ];
  const coming = uploads.map((upload) => ({ upload, arriving: arrivingAs(upload) }));
  for (const part of [0.2, 0.4, 0.6, 0.8, 1]) {
    for (const { upload, arriving } of coming) {
      analyst.foresee(arriving, Math.floor(upload.bytes.length * part));
      // Only a thread without other jobs reads on.
      await analyst.snapshotJson('unheard of');
    }
  }
  for (const { upload, arriving } of coming.toReversed()) {
    const { timings: _, ...wanted } = await inThread.analyse(upload);
    // All of it has been read; had it begun anew, it would find nothing.
    arriving.bytes.fill(0);
    expect(await analyst.analyse(upload)).toMatchObject(wanted);
  }
  for (const { clusterId, version } of uploads) {
    const view = { ...plainView, version };
    const [one, other] = [await analyst.inventory(clusterId, view), await inThread.inventory(clusterId, view)];
    expect(parseJson(one)).toEqual(parseJson(other));
  }
});

test('an upload that was foreseen and does not come leaves nothing behind', async () => {
  const analyst = threaded();
  const cut = uploadOf([...entries].reverse(), { seq: 1, version: 1n });
  analyst.foresee(arrivingAs(cut), cut.bytes.length - 10);
  analyst.abandon(1);
  analyst.abandon(1);
  const other = uploadOf(entries, { seq: 2, version: 2n, clusterId: 'other' });
  analyst.foresee(arrivingAs(other), other.bytes.length);
  const upload = uploadOf(entries, { seq: 3, version: 3n });
  const inThread = createInThreadAnalyst({ context, rules, now: () => 0 });
  const { timings: _, decoded: __, ...wanted } = await inThread.analyse(upload);
  expect(await analyst.analyse(upload)).toMatchObject(wanted);
  // A call may turn out to be of another cluster than its first bytes said.
  expect(await analyst.analyse({ ...other, clusterId: 'elsewhere' })).toMatchObject({ entries: entries.length });
  expect(parseJson(await analyst.inventory('other', plainView))).toMatchObject({ state: 'empty' });
});

test('what kills a thread while it arrives is told when it is handed in', async () => {
  const analyst = threaded({ resourceLimits: smallHeap });
  await analyst.analyse(uploadOf(entries, { clusterId: 'sound' }));
  const huge = hugeUpload('dying');
  analyst.foresee(arrivingAs(huge), huge.bytes.length);
  await expect(analyst.analyse(huge)).rejects.toThrow(/call 99.*'dying'/);
  expect(parseJson(await analyst.inventory('sound', plainView))).toMatchObject({ state: 'shown' });
}, 60_000);

test('uploads of one cluster are analysed in order, those of several side by side', async () => {
  const analyst = threaded({ threads: 2 });
  const reports = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      analyst.analyse(uploadOf(entries, { seq: index + 1, clusterId: `c${index % 2}`, version: BigInt(index + 1) })),
    ),
  );
  expect(reports.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  // The first one of each cluster, and no other, had anything to decode.
  expect(reports.map(({ decoded }) => decoded > 0)).toEqual([true, true, ...Array(6).fill(false)]);
});

test('a thread that dies is a fault of that upload; the other clusters of the thread go on', async () => {
  const analyst = threaded({ resourceLimits: smallHeap });
  await analyst.analyse(uploadOf(entries, { clusterId: 'sound' }));
  const before = parseJson(await analyst.inventory('sound', plainView));
  const dying = analyst.analyse(hugeUpload('dying'));
  const behind = analyst.analyse(uploadOf(entries, { clusterId: 'behind', seq: 100 }));
  await expect(dying).rejects.toThrow(AnalystFault);
  await expect(dying).rejects.toThrow(/call 99.*'dying'/);
  expect(await behind).toMatchObject({ seq: 100, entries: entries.length });
  expect(parseJson(await analyst.inventory('sound', plainView))).toEqual(before);
  // What the server holds of it is not known any more, and that is said.
  await expect(analyst.inventory('dying', plainView)).rejects.toThrow(/call 99/);
  await analyst.analyse(uploadOf(entries, { clusterId: 'dying', seq: 101 }));
  expect(parseJson(await analyst.inventory('dying', plainView))).toMatchObject({ state: 'shown' });
}, 60_000);

test('a rule that is not in the catalogue is named', async () => {
  const [first] = rules.filter(({ scope }) => scope === 'entry');
  if (first === undefined) throw new Error('the catalogue has no entry rule');
  const analyst = threaded({ rules: [{ ...first, id: 'entry/unheard-of' }] });
  await expect(analyst.analyse(uploadOf(entries))).rejects.toThrow(/entry\/unheard-of/);
});

test('a restart of the server empties every thread', async () => {
  const analyst = threaded({ threads: 2 });
  await analyst.analyse(uploadOf(entries, { clusterId: 'a' }));
  await analyst.analyse(uploadOf(entries, { clusterId: 'b' }));
  await analyst.forget();
  expect(parseJson(await analyst.inventory('a', plainView))).toMatchObject({ state: 'empty' });
  expect(await analyst.snapshotJson('b')).toBeNull();
});

test('bytes that wait are bounded: whoever comes later waits for them', async () => {
  const upload = uploadOf(entries);
  const analyst = threaded({ maxPendingBytes: upload.bytes.length });
  const analysed = analyst.analyse(upload);
  let isIn = false;
  const admitted = analyst.admit(1).then(() => {
    isIn = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isIn).toBe(false);
  await Promise.all([analysed, admitted]);
});

test('after close, work is refused instead of hanging', async () => {
  const analyst = threaded();
  const analysing = analyst.analyse(hugeUpload('demo')).catch((fault: unknown) => fault);
  await analyst.close();
  expect(await analysing).toBeInstanceOf(AnalystFault);
  await expect(analyst.analyse(uploadOf(entries))).rejects.toThrow(AnalystFault);
});
