import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import type { ServerFault } from '../../../src/server/faults/server-fault.js';
import { decodeSyncResponse, encodeSyncRequest } from '../../../src/wire/call-messages.js';
import { temporaryDirectory } from '../../journal/temporary-directory.js';
import { connect, failureOf, someEntries } from '../support/grpc-client.js';
import { connectRaw, framed } from '../support/raw-client.js';
import { startServer } from '../support/running-server.js';
import { trafficOf, trafficOfJournal } from './support.js';

const upload = { clusterId: 'c', version: 5n, agentId: 1, entries: someEntries };
const heartbeat = { clusterId: 'c', version: 5n, agentId: 1 };
const path = '/agent.Synchronizer/KubernetesAPISync';

describe('a fault of calls', () => {
  it('answers UNAVAILABLE so many times, and keeps the calls from the memory', async () => {
    const directory = temporaryDirectory();
    const under = await startServer({ journal: { directory, fsync: false } });
    const { server } = under;
    const struck: string[] = [];
    server.faults.onFault(({ id, text, call }) => struck.push(`${id} ${call}: ${text}`));
    server.faults.add({
      id: 'busy',
      match: { method: 'KubernetesAPISync', withEntries: true },
      times: 2,
      effect: { kind: 'status', code: status.UNAVAILABLE, message: 'try later' },
    });
    const client = connect(server.grpc);
    expect(await client.sync(heartbeat)).toBe(0n);
    expect(await failureOf(client.sync(upload))).toMatchObject({ code: status.UNAVAILABLE, details: 'try later' });
    expect(await failureOf(client.sync(upload))).toMatchObject({ code: status.UNAVAILABLE });
    expect(await client.sync(heartbeat)).toBe(0n);
    expect(server.model.cluster('c', server.clock.now())?.stored ?? null).toBeNull();
    expect(await client.sync(upload)).toBe(5n);
    expect(struck).toEqual([
      'busy 2: call 2 (KubernetesAPISync) is answered UNAVAILABLE',
      'busy 3: call 3 (KubernetesAPISync) is answered UNAVAILABLE',
    ]);
    const calls = under.calls();
    expect(calls.map(({ status: code, fault }) => [code, fault?.id])).toEqual([
      [0, undefined],
      [14, 'busy'],
      [14, 'busy'],
      [0, undefined],
      [0, undefined],
    ]);
    expect(calls[1]).toMatchObject({
      outcome: 'unary',
      statusMessage: 'try later',
      response: new Uint8Array(0),
      fault: { id: 'busy', kind: 'status', taken: false },
    });
    await server.close({ graceMs: 0 });
    for (const traffic of [await trafficOf(under.records), await trafficOfJournal(directory)]) {
      expect(
        traffic.calls.map(({ sync, fault }) => [sync?.effect, sync?.entryCount, sync?.answerVersion, fault]),
      ).toEqual([
        ['dropped', 0, 0n, undefined],
        ['none', 2, null, 'status'],
        ['none', 2, null, 'status'],
        ['dropped', 0, 0n, undefined],
        ['stored', 2, 5n, undefined],
      ]);
    }
  });

  it('can lose the answer of a call that took effect', async () => {
    const under = await startServer();
    under.server.faults.add({ id: 'lost', times: 1, effect: { kind: 'status', code: status.INTERNAL, taken: true } });
    const client = connect(under.server.grpc);
    expect(await failureOf(client.sync(upload))).toMatchObject({ code: status.INTERNAL });
    expect(await client.sync(heartbeat)).toBe(5n);
    const { calls } = await trafficOf(under.records);
    expect(calls[0]).toMatchObject({ status: 13, sync: { effect: 'stored', answerVersion: null } });
  });

  it('lets calls through first, and ends when it is taken back', async () => {
    const { server } = await startServer();
    const stop = server.faults.add({ id: 'f', after: 2, effect: { kind: 'status', code: status.RESOURCE_EXHAUSTED } });
    const client = connect(server.grpc);
    expect(await client.sync(heartbeat)).toBe(0n);
    expect(await client.sync(heartbeat)).toBe(0n);
    expect(await failureOf(client.sync(heartbeat))).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    expect(await failureOf(client.sync(heartbeat))).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    stop();
    expect(await client.sync(heartbeat)).toBe(0n);
  });

  it('strikes by cluster, method and package', async () => {
    const { server } = await startServer();
    const effect = { kind: 'status', code: status.UNAVAILABLE } as const;
    server.faults.add({ id: 'cluster', match: { clusterId: 'other' }, effect });
    server.faults.add({ id: 'package', match: { method: ['Sync', 'KubernetesAPISync'], package: 'trident' }, effect });
    const client = connect(server.grpc);
    // kubernetes_cluster_id is field 45 of SyncRequest.
    const sync = (id: string) => Buffer.from([0xea, 0x02, id.length, ...Buffer.from(id)]);
    expect(await client.sync(heartbeat)).toBe(0n);
    await failureOf(client.sync({ ...heartbeat, clusterId: 'other' }));
    await failureOf(client.sync(heartbeat, 'trident'));
    expect(await client.unary('/agent.Synchronizer/Sync', sync('c'))).toBeInstanceOf(Buffer);
    await failureOf(client.unary('/agent.Synchronizer/Sync', sync('other')));
    await failureOf(client.unary('/trident.Synchronizer/Sync', sync('c')));
    expect(await client.unary('/trident.Synchronizer/GetKubernetesClusterID', Buffer.alloc(0))).toBeInstanceOf(Buffer);
  });

  it('strikes by chance, the same calls for the same seed', async () => {
    const struckWith = async (seed: number) => {
      const under = await startServer({ seed });
      under.server.faults.add({ id: 'f', chance: 0.5, effect: { kind: 'status', code: status.UNAVAILABLE } });
      const client = connect(under.server.grpc);
      for (let call = 0; call < 24; call++) await client.sync(heartbeat).catch(() => null);
      return under.calls().flatMap(({ seq, fault }) => (fault === undefined ? [] : [seq]));
    };
    const struck = await struckWith(7);
    expect(struck.length).toBeGreaterThan(3);
    expect(struck.length).toBeLessThan(21);
    expect(await struckWith(7)).toEqual(struck);
    expect(await struckWith(8)).not.toEqual(struck);
  });

  it('never answers, until the deadline of the client', async () => {
    const under = await startServer();
    under.server.faults.add({ id: 'hang', times: 1, effect: { kind: 'silence' } });
    const client = connect(under.server.grpc);
    const before = performance.now();
    const failure = await failureOf(client.unary(path, encodeSyncRequest(upload), { deadlineMs: 1000 }));
    expect(failure.code).toBe(status.DEADLINE_EXCEEDED);
    expect(performance.now() - before).toBeGreaterThan(900);
    const [call] = await under.recorded(1);
    expect(call).toMatchObject({
      status: status.DEADLINE_EXCEEDED,
      fault: { id: 'hang', kind: 'silence', taken: false },
    });
    expect(call?.duration).toBeGreaterThan(700);
    expect(await client.sync(heartbeat)).toBe(0n);
  });

  it('says nothing at all in a silence, even where the client told its deadline', async () => {
    const under = await startServer();
    under.server.faults.add({ id: 'hang', effect: { kind: 'silence' } });
    const raw = await connectRaw(under.server.grpc);
    const { stream } = raw.open(path, { 'grpc-timeout': '50m' });
    let answered = false;
    stream.on('response', () => {
      answered = true;
    });
    const struck = new Promise((resolve) => under.server.faults.onFault(resolve));
    stream.end(framed(encodeSyncRequest(heartbeat)));
    await struck;
    // Longer than the deadline: gRPC's own code would have answered.
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(answered).toBe(false);
    stream.close();
    const [call] = await under.recorded(1);
    expect(call).toMatchObject({ status: status.DEADLINE_EXCEEDED });
  });

  it('ends silences when the server stops', async () => {
    const under = await startServer();
    under.server.faults.add({ id: 'hang', effect: { kind: 'silence' } });
    const struck = new Promise((resolve) => under.server.faults.onFault(resolve));
    const failure = failureOf(connect(under.server.grpc).sync(heartbeat));
    await struck;
    const before = performance.now();
    await under.server.close({ graceMs: 20_000 });
    expect(performance.now() - before).toBeLessThan(5_000);
    await failure;
    expect(under.calls()[0]).toMatchObject({ status: status.UNAVAILABLE, fault: { id: 'hang' } });
  });

  it.each([
    ['none', 'unset', null],
    ['another one', 'other', 6n],
    ['a given one', 77, 77n],
  ] as const)('answers with %s instead of the version', async (_, version, expected) => {
    const under = await startServer();
    under.server.faults.add({ id: 'v', times: 1, effect: { kind: 'answer-version', version } });
    const client = connect(under.server.grpc);
    const getId = await client.unary('/agent.Synchronizer/GetKubernetesClusterID', Buffer.alloc(0));
    expect(getId.length).toBeGreaterThan(0);
    expect(await client.sync(upload)).toBe(expected);
    expect(await client.sync(heartbeat)).toBe(5n);
    const call = under.calls()[1];
    expect(decodeSyncResponse(call?.response ?? new Uint8Array(0))).toBe(expected);
    expect(call?.fault).toEqual({ id: 'v', kind: 'answer-version', taken: true });
    const { calls } = await trafficOf(under.records);
    expect(calls.map(({ sync }) => [sync?.effect, sync?.answerVersion])).toEqual([
      [undefined, undefined],
      ['stored', expected],
      ['refreshed', 5n],
    ]);
  });

  it('answers with another version than the largest one', async () => {
    const { server } = await startServer();
    server.faults.add({ id: 'v', effect: { kind: 'answer-version', version: 'other' } });
    expect(await connect(server.grpc).sync({ ...heartbeat, version: 2n ** 64n - 1n })).toBe(0n);
  });

  it('refuses messages over a small limit, in the words of the real server', async () => {
    const under = await startServer();
    under.server.faults.add({ id: 'small', effect: { kind: 'message-limit', bytes: 40 } });
    const client = connect(under.server.grpc);
    expect(await client.sync(heartbeat)).toBe(0n);
    const size = encodeSyncRequest(upload).length;
    expect(await failureOf(client.sync(upload))).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: `grpc: received message larger than max (${size} vs. 40)`,
    });
    expect(under.calls()[1]?.request.length).toBe(size);
  });

  it('plays a server of one package only', async () => {
    const under = await startServer();
    const fault: ServerFault = { id: 'old', effect: { kind: 'only-package', package: 'trident' } };
    under.server.faults.add(fault);
    const client = connect(under.server.grpc);
    expect(await failureOf(client.sync(heartbeat))).toMatchObject({
      code: status.UNIMPLEMENTED,
      details: 'unknown method KubernetesAPISync for service agent.Synchronizer',
    });
    expect(await client.sync(heartbeat, 'trident')).toBe(0n);
  });

  it('resets the connection of its call', async () => {
    const under = await startServer();
    under.server.faults.add({ id: 'rst', match: { withEntries: true }, times: 1, effect: { kind: 'reset' } });
    const [one, other] = [connect(under.server.grpc), connect(under.server.grpc)];
    await other.sync(heartbeat);
    const failure = await failureOf(one.sync(upload));
    expect(failure.code).toBe(status.UNAVAILABLE);
    expect(failure.details).toMatch(/ECONNRESET/);
    expect(await other.sync(heartbeat)).toBe(0n);
    expect(await one.sync(heartbeat)).toBe(0n);
    expect(under.calls()[1]).toMatchObject({ status: status.UNAVAILABLE, fault: { id: 'rst', taken: false } });
  });

  it('can reset the connection behind a call that took effect', async () => {
    const under = await startServer();
    under.server.faults.add({ id: 'rst', times: 1, effect: { kind: 'reset', taken: true } });
    const client = connect(under.server.grpc);
    expect((await failureOf(client.sync(upload))).details).toMatch(/ECONNRESET/);
    expect(await client.sync(heartbeat)).toBe(5n);
  });

  it('is struck in the order in which faults were added, one at a time', async () => {
    const under = await startServer();
    const effect = (code: number) => ({ kind: 'status', code }) as const;
    under.server.faults.add({ id: 'first', times: 1, effect: effect(status.UNAVAILABLE) });
    under.server.faults.add({ id: 'second', times: 1, effect: effect(status.INTERNAL) });
    const client = connect(under.server.grpc);
    expect((await failureOf(client.sync(heartbeat))).code).toBe(status.UNAVAILABLE);
    expect((await failureOf(client.sync(heartbeat))).code).toBe(status.INTERNAL);
    expect(await client.sync(heartbeat)).toBe(0n);
  });

  it('does not suffer from a listener that fails', async () => {
    const under = await startServer();
    under.server.faults.onFault(() => {
      throw new Error('deaf');
    });
    under.server.faults.add({ id: 'f', times: 1, effect: { kind: 'status', code: status.UNAVAILABLE } });
    await failureOf(connect(under.server.grpc).sync(heartbeat));
    expect(under.problems).toEqual(['A listener of faults failed']);
  });
});
