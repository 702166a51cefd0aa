import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleSnapshot } from '../../src/conformance/rules/common/example-upload.js';
import type { Verdict } from '../../src/conformance/verdict.js';
import type { Inventory } from '../../src/kube/inventory.js';
import { type EntryInput, encodeSyncRequest } from '../../src/wire/call-messages.js';
import { encodeEntry } from '../../src/wire/entry-codec.js';
import { connect } from '../server/support/grpc-client.js';
import { type Serving, serve } from './support/plumbline.js';

const healthy = exampleSnapshot().map(
  ({ type, object }): EntryInput => ({ type, compressedInfo: encodeEntry(object) }),
);
const object = { metadata: { uid: 'u-bad', name: 'bad', namespace: 'shop' } };
const json = (text: string | Buffer): EntryInput => ({ type: '*v1.ConfigMap', compressedInfo: deflateSync(text) });

/** What is wrong with the last entry of an upload, and the rule whose finding has to name it. */
const cases: readonly (readonly [string, EntryInput, string])[] = [
  [
    'truncated zlib',
    { type: '*v1.ConfigMap', compressedInfo: encodeEntry(object).subarray(0, -6) },
    'entry/zlib-stream',
  ],
  ['gzip', { type: '*v1.ConfigMap', compressedInfo: gzipSync(JSON.stringify(object)) }, 'entry/zlib-stream'],
  [
    'raw deflate',
    { type: '*v1.ConfigMap', compressedInfo: deflateRawSync(JSON.stringify(object)) },
    'entry/zlib-stream',
  ],
  [
    'bytes behind the stream',
    { type: '*v1.ConfigMap', compressedInfo: Buffer.concat([encodeEntry(object), Buffer.from('more')]) },
    'entry/zlib-stream',
  ],
  ['invalid UTF-8', json(Buffer.from('{"metadata":{"uid":"\xff\xfe","name":"n"}}', 'latin1')), 'entry/json-object'],
  ['JSON nested 100,000 deep', json(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), 'entry/json-object'],
  ['a List', json('{"kind":"ConfigMapList","apiVersion":"v1","items":[]}'), 'entry/one-object'],
  ['an array', json('[]'), 'entry/one-object'],
  ['null', json('null'), 'entry/json-object'],
  ['broken JSON', json('{"metadata":'), 'entry/json-object'],
  [
    'empty compressed_info',
    { type: '*v1.ConfigMap', compressedInfo: Buffer.alloc(0) },
    'entry/compressed-info-present',
  ],
  ['info instead', { type: '*v1.ConfigMap', info: JSON.stringify(object) }, 'entry/compressed-info-present'],
  ['an unknown type', { type: '*v1.Pods', compressedInfo: encodeEntry(object) }, 'entry/type-known'],
  ['a uid twice', { type: '*v1.ConfigMap', compressedInfo: encodeEntry(exampleSnapshot()[2]?.object) }, 'entry/unique'],
];

describe('bad input over the socket', () => {
  let serving: Serving;

  beforeAll(async () => {
    serving = await serve(['--cluster', 'bystander']);
  });

  afterAll(async () => {
    await serving.stop();
  });

  const get = async <T>(path: string): Promise<T> =>
    (await (await fetch(`http://${serving.admin}${path}`)).json()) as T;
  const bystander = () => get<Inventory>('/api/clusters/bystander/inventory');

  it.each(cases.map(([what, entry, rule], number) => ({ what, entry, rule, number })))(
    '$what: $rule names the entry, and others lose nothing',
    async ({ entry, rule, number }) => {
      const client = connect(serving.grpc);
      await client.sync({ clusterId: 'bystander', version: 1n, agentId: 1, sourceIp: '10.0.0.8', entries: healthy });
      const clusterId = `bad-${number}`;
      const answer = await client.sync({ clusterId, version: 7n, agentId: 2, entries: [...healthy, entry] });
      expect(answer).toBe(7n);
      const verdict = await get<Verdict>('/api/verdict');
      const { seq } = await lastCall(serving);
      const findings = verdict.rules.find(({ id }) => id === rule)?.findings ?? [];
      expect(findings).toContainEqual(expect.objectContaining({ request: seq, entry: healthy.length }));
      expect(await bystander()).toMatchObject({ state: 'shown', counts: { pods: 2, nodes: 1, services: 1 } });
    },
  );

  it('inflates no more than 64 MiB of an entry of 260 KB that means 256 MiB', async () => {
    const client = connect(serving.grpc);
    const bomb = deflateSync(Buffer.alloc(256 * 1024 * 1024), { level: 9 });
    await client.sync({
      clusterId: 'bomb',
      version: 1n,
      agentId: 2,
      entries: [...healthy, { type: '*v1.Pod', compressedInfo: bomb }],
    });
    const { rules } = await get<Verdict>('/api/verdict');
    const found = rules.find(({ id }) => id === 'entry/inflates-within-bounds');
    expect(found).toMatchObject({ status: 'failed', findings: [{ entry: healthy.length, type: '*v1.Pod' }] });
    expect(await bystander()).toMatchObject({ state: 'shown' });
  });

  it('reads numbers that are strings as absent, and `__proto__` as a key like any other', async () => {
    const client = connect(serving.grpc);
    const labels = '{"__proto__":"x","constructor":"y"}';
    const replicaSet = `{"metadata":{"uid":"rs","name":"rs","namespace":"shop","labels":${labels}},"spec":{"replicas":"3"}}`;
    const entries = [...healthy, { type: '*v1.ReplicaSet', compressedInfo: deflateSync(replicaSet) }];
    await client.sync({ clusterId: 'bystander', version: 2n, agentId: 1, entries });
    const { objects } = await bystander();
    expect(objects.find(({ uid }) => uid === 'rs')).toMatchObject({ shown: false, reason: 'replicaset-inactive' });
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('goes on behind ids that no domain can have, versions at both ends, and protobuf that breaks', async () => {
    const client = connect(serving.grpc);
    for (const clusterId of ['two words', 'x'.repeat(33), 'кластер', '集群', '']) {
      await client.sync({ clusterId, version: 1n, agentId: 3, entries: healthy });
    }
    expect(await client.sync({ clusterId: 'ends', version: 0n, agentId: 3, entries: healthy })).toBeNull();
    const largest = 2n ** 64n - 1n;
    expect(await client.sync({ clusterId: 'ends', version: largest, agentId: 3, entries: healthy })).toBe(largest);
    const path = '/agent.Synchronizer/KubernetesAPISync';
    await expect(client.unary(path, encodeSyncRequest({ clusterId: 'cut' }).subarray(0, 3))).rejects.toMatchObject({
      code: 13,
    });
    const unknownField = Buffer.concat([
      encodeSyncRequest({ clusterId: 'ends', version: largest, agentId: 3 }),
      Buffer.from([0xfa, 0x3e, 1, 65]),
    ]);
    await client.unary(path, unknownField);
    const verdict = await get<Verdict>('/api/verdict');
    const failed = (id: string) => verdict.rules.find((rule) => rule.id === id)?.status;
    expect(failed('request/cluster-id-valid')).toBe('failed');
    expect(failed('request/cluster-id-present')).toBe('failed');
    expect(failed('request/version-present')).toBe('failed');
    expect(failed('request/well-formed')).toBe('failed');
    expect(verdict.faults).toEqual([]);
    expect(await bystander()).toMatchObject({ state: 'shown' });
  });
});

async function lastCall(serving: Serving): Promise<{ seq: number }> {
  const { calls } = (await (await fetch(`http://${serving.admin}/api/calls?limit=1000`)).json()) as {
    calls: { seq: number; path: string }[];
  };
  const last = calls
    .filter(({ path }) => path.endsWith('/KubernetesAPISync'))
    .sort((a, b) => a.seq - b.seq)
    .at(-1);
  if (last === undefined) throw new Error('no call was recorded');
  return last;
}
