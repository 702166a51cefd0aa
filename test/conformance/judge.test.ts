import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeCluster, makeCluster } from '../../fixtures/cluster/index.js';
import type { Analyst } from '../../src/conformance/analyst.js';
import { AnalystFault } from '../../src/conformance/analyst-fault.js';
import { catalogue } from '../../src/conformance/catalogue.js';
import { createInThreadAnalyst } from '../../src/conformance/in-thread-analyst.js';
import { createJudge, type Judge, type JudgeOptions } from '../../src/conformance/judge.js';
import { judgeJournal, storedSnapshots } from '../../src/conformance/offline.js';
import { createThreadedAnalyst } from '../../src/conformance/threaded-analyst.js';
import { openJournalWriter } from '../../src/journal/journal-writer.js';
import type { JournalRecord } from '../../src/journal/record.js';
import { callRecords, epoch, startRecord } from './records.js';
import { entriesOf, requestOf } from './uploads.js';

const context = { compat: 'v7', clusterRegistered: true } as const;
const rules = catalogue();

function judgeWith(more: Partial<JudgeOptions> = {}): Judge {
  return createJudge({ ...context, rules, analyst: createInThreadAnalyst({ context, rules, now: () => 0 }), ...more });
}

async function verdictOf(records: readonly JournalRecord[], judge = judgeWith()) {
  for (const record of records) judge.observe(record);
  return judge.verdict();
}

const cluster = makeCluster({ seed: 11, size: 'tiny' });
const entries = entriesOf(cluster);
const changed = entriesOf(changeCluster(cluster, { seed: 1, fraction: 0.2 }));
const run = callRecords([
  requestOf(entries),
  requestOf([]),
  requestOf(changed, { version: '2' }),
  requestOf([{ type: '*v1.Pod', compressed_info: Buffer.from('broken') }], { version: '3' }),
  requestOf([], { version: '3', error_msg: 'api is down' }),
  Buffer.from([0xff, 0xff]),
  requestOf(entries, { cluster_id: '', version: '4' }),
]);

test('a run is judged: uploads by entries and as snapshots, calls together', async () => {
  const verdict = await verdictOf(run);
  expect(verdict).toMatchObject({ schema: 'plumbline/check/1', compat: 'v7', outcome: 'fail', faults: [] });
  expect(verdict.summary).toMatchObject({ calls: 7, uploads: 4 });
  expect(verdict.rules.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
  const ruleOf = (id: string) => verdict.rules.find((rule) => rule.id === id);
  expect(ruleOf('entry/zlib-stream')).toMatchObject({ status: 'failed', findings: [{ request: 4, entry: 0 }] });
  expect(ruleOf('request/cluster-id-present')).toMatchObject({
    status: 'failed',
    findings: [{ request: 7 }],
    judgedOn: 1,
  });
  expect(verdict.clusters).toMatchObject([{ clusterId: 'demo', version: '3', state: 'frozen' }]);
  expect(verdict.times).toEqual({ startedAt: epoch, durationMs: 6010 });
});

test('the same records give the same verdict, whenever it is asked for and wherever uploads are analysed', async () => {
  const wanted = await verdictOf(run);
  expect(await verdictOf(run)).toEqual(wanted);
  const analyst = createThreadedAnalyst({ context, rules, threads: 2 });
  try {
    expect(await verdictOf(run, judgeWith({ analyst }))).toEqual(wanted);
  } finally {
    await analyst.close();
  }
  await fc.assert(
    fc.asyncProperty(fc.subarray(run.map((_, index) => index)), async (pauses) => {
      const judge = judgeWith();
      for (const [index, record] of run.entries()) {
        judge.observe(record);
        if (pauses.includes(index)) await judge.settled();
      }
      expect(await judge.verdict()).toEqual(wanted);
    }),
    { numRuns: 10 },
  );
});

test('asking for a verdict changes nothing', async () => {
  const judge = judgeWith();
  const wanted = await verdictOf(run);
  for (const record of run) {
    judge.observe(record);
    await judge.verdict();
  }
  expect(await judge.verdict()).toEqual(wanted);
});

test('a journal is judged as the run that it was written in, and gives back what the server held', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-judge-'));
  try {
    const writer = await openJournalWriter(directory, { fsync: false });
    for (const record of run) await writer.append(record);
    await writer.close();
    const onDamage = (damage: { message: string }) => expect.unreachable(damage.message);
    const { evidence = [], ...offline } = await judgeJournal(directory, { rules, onDamage });
    expect(offline).toEqual(await verdictOf(run));
    const wanted = offline.rules.flatMap(({ findings }) => findings.map(({ request }) => request));
    expect(evidence.length).toBeGreaterThan(0);
    expect(evidence.every(({ request }) => wanted.includes(request))).toBe(true);
    const [held, ...others] = await storedSnapshots(directory, onDamage);
    expect(others).toEqual([]);
    expect(held).toMatchObject({
      clusterId: 'demo',
      version: 3n,
      errorMsg: 'api is down',
      registered: true,
      compat: 'v7',
    });
    const upload = run.find((record) => record.kind === 'call' && record.seq === 4);
    expect(Buffer.from(held?.request ?? [])).toEqual(upload?.kind === 'call' && Buffer.from(upload.request));
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('nothing came: nothing is judged', async () => {
  const verdict = await verdictOf([startRecord()]);
  expect(verdict).toMatchObject({ outcome: 'nothing-judged', summary: { calls: 0, passed: 0 }, clusters: [] });
  for (const rule of verdict.rules)
    expect(rule).toMatchObject({ status: 'not-judged', reason: expect.stringMatching(/./) });
});

test('after a restart the server holds nothing', async () => {
  const again = startRecord({ time: epoch + 100_000 });
  const verdict = await verdictOf([...callRecords([requestOf(entries)]), again]);
  expect(verdict.clusters).toEqual([]);
  expect(verdict.times?.startedAt).toBe(epoch);
});

test('an analysis that fails is a fault of the run, and no verdict on that upload', async () => {
  const inThread = createInThreadAnalyst({ context, rules, now: () => 0 });
  const analyst: Analyst = {
    ...inThread,
    analyse: (upload) => (upload.seq === 1 ? Promise.reject(new AnalystFault('it died')) : inThread.analyse(upload)),
  };
  const verdict = await verdictOf(
    callRecords([requestOf(entries), requestOf(changed, { version: '2' })]),
    judgeWith({ analyst }),
  );
  expect(verdict.faults).toEqual(['it died']);
  expect(verdict.rules.find(({ id }) => id === 'entry/zlib-stream')).toMatchObject({ status: 'passed', judgedOn: 1 });
});

test('calls that are too many are let go, and their findings stay', async () => {
  const nameless = requestOf([], { cluster_id: '' });
  const heartbeats = Array.from({ length: 50 }, () => requestOf([]));
  const records = callRecords([nameless, requestOf(entries), ...heartbeats]);
  const verdict = await verdictOf(records, judgeWith({ keepCalls: 10 }));
  expect(verdict.summary.calls).toBe(52);
  expect(verdict.rules.find(({ id }) => id === 'request/cluster-id-present')).toMatchObject({
    status: 'failed',
    findings: [{ request: 1 }],
    total: 1,
  });
});
