import { connect as connectTcp } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createServerModel } from '../../src/server/model/server-model.js';
import { encodeSyncRequest } from '../../src/wire/call-messages.js';
import { connect, failureOf, someEntries } from './support/grpc-client.js';
import { connectRaw, framed, sendAndAwaitRead } from './support/raw-client.js';
import { type ServerUnderTest, startServer } from './support/running-server.js';

const path = '/agent.Synchronizer/KubernetesAPISync';
const good = { clusterId: 'good', version: 5n, agentId: 1 };
const message = encodeSyncRequest({ clusterId: 'bad', version: 6n, agentId: 1, entries: someEntries });

/** A server that holds a snapshot of cluster "good"; afterwards it must hold it still. */
async function startWithGoodCluster(options: Parameters<typeof startServer>[0] = {}) {
  const under = await startServer({ clusters: ['good'], ...options });
  const client = connect(under.server.grpc);
  await client.sync({ ...good, entries: someEntries });
  const expectUnharmed = async (under: ServerUnderTest) => {
    expect(await client.sync(good)).toBe(5n);
    expect(under.server.model.cluster('bad', Date.now())).toBeNull();
    expect(under.server.status().openCalls).toBe(0);
  };
  return { ...under, client, expectUnharmed: () => expectUnharmed(under), raw: await connectRaw(under.server.grpc) };
}

describe('a message that cannot be decoded', () => {
  it('is answered INTERNAL and recorded as it came, wherever it was cut', async () => {
    const { client, calls, expectUnharmed } = await startWithGoodCluster();
    for (const cut of [
      message.subarray(0, 1),
      message.subarray(0, message.length - 1),
      Buffer.from([0xff]),
      Buffer.from('GET / HTTP/1.1'),
    ]) {
      const failure = await failureOf(client.unary(path, cut));
      expect(failure).toMatchObject({
        code: 13,
        details: expect.stringMatching(/^grpc: failed to unmarshal the received message: /),
      });
      expect(calls().at(-1)).toMatchObject({ outcome: 'unary', status: 13, request: cut });
    }
    for (const other of ['Sync', 'GetKubernetesClusterID']) {
      expect(await failureOf(client.unary(`/agent.Synchronizer/${other}`, Buffer.from([0x0a, 9])))).toMatchObject({
        code: 13,
      });
    }
    await expectUnharmed();
  });

  it('is the only reason for another answer than OK', async () => {
    const model = createServerModel({ compat: 'v7', clusters: [], strictPackages: false });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (request) => {
        for (const method of ['KubernetesAPISync', 'Sync', 'GetKubernetesClusterID']) {
          const { status } = model.apply({
            seq: 1,
            time: 1,
            path: `/agent.Synchronizer/${method}`,
            outcome: 'unary',
            request,
          });
          expect([0, 13]).toContain(status);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is not one with fields that nobody knows', async () => {
    const { client } = await startWithGoodCluster();
    const unknown = Buffer.concat([encodeSyncRequest(good), Buffer.from([0x98, 0x06, 0x01])]);
    expect((await client.unary(path, unknown)).length).toBeGreaterThan(0);
  });
});

describe('an unknown path', () => {
  it.each([
    ['/agent.Synchronizer/KubernetesApiSync', 'unknown method KubernetesApiSync for service agent.Synchronizer'],
    ['/deepflow.Nothing/At/All', 'unknown method All for service deepflow.Nothing/At'],
    ['/', 'malformed method name: "/"'],
    ['/../../etc/passwd', 'unknown method passwd for service ../../etc'],
    ['/agent.Synchronizer/%F0%9F', 'unknown method %F0%9F for service agent.Synchronizer'],
  ])('%s is answered UNIMPLEMENTED and recorded with its message', async (unknown, details) => {
    const { raw, recorded, expectUnharmed } = await startWithGoodCluster();
    const call = raw.open(unknown);
    call.stream.end(framed(message));
    expect(await call.ended).toEqual({ http: 200, status: 12, message: details });
    const [, record] = await recorded(2);
    expect(record).toMatchObject({
      path: unknown,
      outcome: 'unknown-method',
      status: 12,
      statusMessage: details,
      request: message,
    });
    await expectUnharmed();
  });

  it('is answered without a message, too, where the client waits for the answer first', async () => {
    const { raw, recorded, expectUnharmed } = await startWithGoodCluster({ unknownMethodWait: 20 });
    const call = raw.open('/x.Y/Z');
    expect(await call.ended).toMatchObject({ status: 12 });
    call.stream.close();
    expect((await recorded(2))[1]).toMatchObject({ outcome: 'unknown-method', request: Buffer.alloc(0) });
    await expectUnharmed();
  });

  it('is recorded where the client does not wait for the answer', async () => {
    const { raw, recorded, expectUnharmed } = await startWithGoodCluster({ unknownMethodWait: 60_000 });
    raw.open('/x.Y/Z').stream.write(framed(message, { declared: 10_000 }), () => raw.session.destroy());
    expect((await recorded(2))[1]).toMatchObject({ outcome: 'unknown-method', status: 12 });
    await expectUnharmed();
  });
});

describe('half a message', () => {
  const half = message.subarray(0, 20);
  const partial = framed(half, { declared: message.length });

  it('behind which the stream ends is answered INTERNAL', async () => {
    const { raw, recorded, expectUnharmed } = await startWithGoodCluster();
    const call = raw.open(path);
    call.stream.end(partial);
    const statusMessage = `unexpected EOF: 20 of ${message.length} bytes of the message arrived`;
    expect(await call.ended).toMatchObject({ status: 13, message: statusMessage });
    expect((await recorded(2))[1]).toMatchObject({ outcome: 'incomplete', status: 13, statusMessage, request: half });
    await expectUnharmed();
  });

  it('behind which the stream is reset is recorded as it is', async () => {
    const { raw, recorded, expectUnharmed } = await startWithGoodCluster();
    const call = raw.open(path);
    await sendAndAwaitRead(raw, call, partial);
    // Not "close", which would end the stream in front of the reset.
    call.stream.destroy(new Error('gone'));
    expect((await recorded(2))[1]).toMatchObject({
      outcome: 'incomplete',
      status: 1,
      statusMessage: expect.stringContaining('reset with code 2'),
    });
    await expectUnharmed();
  });

  it('behind which the connection is cut is recorded with what had arrived', async () => {
    const { raw, recorded, expectUnharmed } = await startWithGoodCluster();
    await sendAndAwaitRead(raw, raw.open(path), partial);
    raw.session.destroy();
    expect((await recorded(2))[1]).toMatchObject({ outcome: 'incomplete', status: 1, request: half });
    await expectUnharmed();
  });

  it('behind which nothing ever comes is recorded when the server stops', async () => {
    const { raw, server, calls } = await startWithGoodCluster();
    await sendAndAwaitRead(raw, raw.open(path), partial);
    expect(calls()).toHaveLength(1);
    await server.close({ graceMs: 10 });
    expect(calls()).toHaveLength(2);
    expect(calls()[1]).toMatchObject({ seq: 2, outcome: 'incomplete', request: half });
  });

  it('is not what a whole message is, even if the client resets the stream instead of ending it', async () => {
    const { raw, recorded, server, calls } = await startWithGoodCluster();
    const call = raw.open(path);
    await sendAndAwaitRead(raw, call, framed(message));
    call.stream.destroy();
    const [, record] = await recorded(2);
    expect(record).toMatchObject({ request: message });
    // Whether the reset overtakes the message is for the network to say; the record must say what became of it.
    const kept = server.model.cluster('bad', Date.now())?.stored?.version ?? null;
    expect([record?.outcome, kept]).toEqual(kept === null ? ['incomplete', null] : ['unary', 6n]);
    await server.close({ graceMs: 1000 });
    expect(calls()).toHaveLength(2);
  });

  it.each([
    ['no message at all', Buffer.alloc(0)],
    ['less than a prefix', Buffer.from([0, 0])],
  ])('or %s is answered INTERNAL', async (_, bytes) => {
    const { raw, recorded, expectUnharmed } = await startWithGoodCluster();
    const call = raw.open(path);
    call.stream.end(bytes);
    expect(await call.ended).toMatchObject({ status: 13, message: 'unexpected EOF: no message arrived' });
    expect((await recorded(2))[1]).toMatchObject({ outcome: 'incomplete', request: Buffer.alloc(0) });
    await expectUnharmed();
  });

  it('is what is left when the deadline passes', async () => {
    const { raw, recorded, expectUnharmed } = await startWithGoodCluster();
    const call = raw.open(path, { 'grpc-timeout': '20m' });
    call.stream.write(partial);
    expect(await call.ended).toMatchObject({ status: 4 });
    expect((await recorded(2))[1]).toMatchObject({ outcome: 'incomplete', status: 4, request: half });
    call.stream.close();
    await expectUnharmed();
  });
});

describe('a message over the limit', () => {
  it('is answered RESOURCE_EXHAUSTED; its beginning is recorded', async () => {
    const { client, recorded, expectUnharmed } = await startWithGoodCluster({ maxMessage: 1000 });
    const entries = [{ type: '*v1.Pod', compressedInfo: Buffer.alloc(300_000, 1) }];
    const large = encodeSyncRequest({ clusterId: 'bad', version: 6n, agentId: 1, entries });
    expect(await failureOf(client.unary(path, large))).toMatchObject({ code: 8 });
    const [, record] = await recorded(2);
    expect(record).toMatchObject({
      outcome: 'too-large',
      status: 8,
      statusMessage: expect.stringContaining(`${large.length} vs 1000`),
    });
    expect(record?.request.length).toBeGreaterThan(0);
    expect(large.subarray(0, record?.request.length).equals(record?.request ?? Buffer.alloc(0))).toBe(true);
    await expectUnharmed();
  });

  it('is one byte too long, not one of just the limit', async () => {
    const { client } = await startWithGoodCluster({ maxMessage: 1000 });
    const sized = (bytes: number) => {
      const request = (filler: number) => ({ clusterId: 'c', version: 1n, agentId: 1, errorMsg: 'x'.repeat(filler) });
      // With 500 or more bytes of filler, its length takes two bytes.
      return encodeSyncRequest(request(500 + bytes - encodeSyncRequest(request(500)).length));
    };
    expect(sized(1000)).toHaveLength(1000);
    expect((await client.unary(path, sized(1000))).length).toBeGreaterThan(0);
    expect(await failureOf(client.unary(path, sized(1001)))).toMatchObject({ code: 8 });
  });

  it('does not have to be sent to be refused', async () => {
    const { raw, recorded } = await startWithGoodCluster();
    const call = raw.open(path);
    call.stream.write(framed(Buffer.alloc(10), { declared: 0xffff_ffff }));
    expect(await call.ended).toMatchObject({ status: 8 });
    expect((await recorded(2))[1]).toMatchObject({ outcome: 'too-large' });
    call.stream.close();
  });

  it('counts inflated', async () => {
    const { raw, recorded } = await startWithGoodCluster({ maxMessage: 10_000 });
    const call = raw.open(path, { 'grpc-encoding': 'gzip' });
    call.stream.end(framed(gzipSync(Buffer.alloc(1_000_000)), { compressed: true }));
    expect(await call.ended).toMatchObject({ status: 8 });
    expect((await recorded(2))[1]).toMatchObject({ outcome: 'too-large' });
  });
});

describe('what gRPC itself refuses', () => {
  it.each([
    ['a message marked as compressed without an encoding', {}, true, 13],
    ['an encoding that nobody knows', { 'grpc-encoding': 'snappy' }, true, 12],
    ['a message that is not gzip', { 'grpc-encoding': 'gzip' }, true, 13],
  ])('%s is recorded', async (_, headers, compressed, status) => {
    const { raw, recorded, expectUnharmed } = await startWithGoodCluster();
    const call = raw.open(path, headers);
    call.stream.end(framed(message, { compressed }));
    expect(await call.ended).toMatchObject({ status });
    expect((await recorded(2))[1]).toMatchObject({ outcome: 'refused', status, request: message });
    await expectUnharmed();
  });

  it('takes gzip, and records the message', async () => {
    const { raw, recorded } = await startWithGoodCluster();
    const call = raw.open(path, { 'grpc-encoding': 'gzip' });
    call.stream.end(framed(gzipSync(message), { compressed: true }));
    expect(await call.ended).toMatchObject({ status: 0 });
    expect((await recorded(2))[1]).toMatchObject({ outcome: 'unary', request: message });
  });

  it('is another content type', async () => {
    const { raw, recorded, expectUnharmed } = await startWithGoodCluster();
    const call = raw.open(path, { 'content-type': 'application/json' });
    call.stream.end('{}');
    expect(await call.ended).toMatchObject({ http: 415 });
    expect((await recorded(2))[1]).toMatchObject({
      outcome: 'refused',
      status: 2,
      statusMessage: expect.stringContaining('HTTP status 415'),
    });
    await expectUnharmed();
  });

  it('is bytes that are no HTTP/2, which are reported', async () => {
    const { server, problems, expectUnharmed } = await startWithGoodCluster();
    const [host, port] = server.grpc.split(':');
    const socket = connectTcp(Number(port), host);
    socket.on('error', () => {
      // The server may reset the connection.
    });
    socket.end('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n');
    await new Promise((resolve) => socket.on('close', resolve).resume());
    await expectUnharmed();
    expect(problems).toEqual([expect.stringContaining('does not speak gRPC')]);
  });
});

describe('a client that sends the header we count calls by', () => {
  it('does not confuse them', async () => {
    const { raw, recorded, expectUnharmed } = await startWithGoodCluster();
    const call = raw.open(path, { 'plumbline-call': '1' });
    call.stream.end(framed(encodeSyncRequest(good)));
    expect(await call.ended).toMatchObject({ status: 0 });
    expect((await recorded(2))[1]).toMatchObject({
      seq: 2,
      metadata: expect.arrayContaining([['plumbline-call', '1']]),
    });
    await expectUnharmed();
  });
});

describe('cluster ids', () => {
  it.each([' ', 'a b', 'x'.repeat(33), '集群', 'a\nb', '<script>', '__proto__', 'constructor'])(
    'of any kind are answered: %j',
    async (clusterId) => {
      const { client, server } = await startWithGoodCluster();
      expect(await client.sync({ clusterId, version: 7n, agentId: 1, entries: someEntries })).toBe(7n);
      expect(await client.sync({ clusterId, version: 7n, agentId: 1 })).toBe(7n);
      expect(server.model.cluster(clusterId, Date.now())).toMatchObject({ registered: false, stored: { version: 7n } });
      expect(await client.sync(good)).toBe(5n);
    },
  );

  it('may be many', async () => {
    const { client, server } = await startWithGoodCluster();
    const ids = Array.from({ length: 1000 }, (_, index) => `c${index}`);
    await Promise.all(
      ids.map((clusterId) => client.sync({ clusterId, version: 7n, agentId: 1, entries: someEntries })),
    );
    expect(server.model.counts().clusters).toBe(1001);
    expect(await client.sync(good)).toBe(5n);
  });
});
