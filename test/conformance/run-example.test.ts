import { expect, test } from 'vitest';
import { catalogue, findRule } from '../../src/conformance/catalogue.js';
import type { Example } from '../../src/conformance/rule.js';
import { exampleRecords, runExample } from '../../src/conformance/run-example.js';

const rules = catalogue();
const upload = { cluster_id: 'demo', version: 1, entries: [{ type: '*v1.Pod', bytes: Buffer.from('broken') }] };

test('an example is encoded, answered and judged like real calls', async () => {
  const verdict = await runExample({ calls: [{ request: upload }] }, { compat: 'v7', rules });
  expect(verdict.rules.find(({ id }) => id === 'entry/zlib-stream')).toMatchObject({ status: 'failed', total: 1 });
  expect(verdict.summary).toMatchObject({ calls: 1, uploads: 1 });
});

test('the same example gives the same verdict', async () => {
  const rule = findRule('entry/zlib-stream');
  if (rule?.scope !== 'entry') throw new Error('no such rule');
  const run = () => runExample(rule.example.keeps, { compat: 'v6.5', rules });
  expect(await run()).toEqual(await run());
});

test('calls come a second after one another unless they say when, and restarts come before them', () => {
  const example: Example = {
    calls: [
      { request: upload },
      { request: upload },
      { at: 60, takes: 2 },
      { afterRestart: true },
      { outcome: 'too-large' },
    ],
  };
  const records = exampleRecords(example, 'v7');
  const [start] = records;
  const shape = records.map((record) => [record.kind, record.time - (start?.time ?? 0)]);
  expect(shape).toEqual([
    ['start', 0],
    ['call', 0],
    ['call', 1_000],
    ['call', 60_000],
    ['start', 61_000],
    ['call', 61_000],
    ['call', 62_000],
  ]);
  expect(start).toMatchObject({ clusters: ['demo'] });
  expect(records[3]).toMatchObject({ seq: 3, duration: 2_000, status: 0 });
  expect(records.at(-1)).toMatchObject({ outcome: 'too-large', status: 8, request: new Uint8Array(0) });
});

test('an example chooses its compat and whose domains exist', async () => {
  const example: Example = { compat: 'doc', registered: [], calls: [{ request: upload }] };
  expect(exampleRecords(example, 'doc')[0]).toMatchObject({ clusters: [], compat: 'doc' });
  expect(await runExample(example, { compat: 'v7', rules })).toMatchObject({ compat: 'doc' });
});
