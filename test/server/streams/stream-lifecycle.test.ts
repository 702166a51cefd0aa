import { constants } from 'node:http2';
import { describe, expect, it } from 'vitest';
import { maxFields } from '../../../src/server/decoding-limit.js';
import type { PushAnswer } from '../../../src/server/model/push-answer.js';
import { messageType } from '../../../src/wire/protos.js';
import { connectRaw, framed, sendAndAwaitRead } from '../support/raw-client.js';
import { manualClock } from '../support/running-server.js';
import { openDeaf, startStreams, streamClient, until } from './support.js';

const push = '/agent.Synchronizer/Push';
const remote = '/agent.Synchronizer/RemoteExecute';
const hello = messageType('agent.RemoteExecResponse').encode({
  agent_id: { ip: '10.0.0.1', mac: '02:00:00:00:00:01' },
});

function data(bytes: number): PushAnswer {
  return { kind: 'data', response: Buffer.alloc(bytes, 97), sent: { platformData: 0, acls: 0, groups: 0 } };
}

describe('what is written down of a stream', () => {
  it('is its opening, each message, and a call at its end', async () => {
    const under = await startStreams();
    const stream = streamClient(under.address).openBidi(remote);
    stream.send(hello);
    const answer = await stream.next();
    stream.halfClose();
    expect(await stream.status).toMatchObject({ code: 0 });
    await until(() => under.ends().length === 1);
    expect(under.records.map(({ kind }) => kind)).toEqual(['stream', 'message', 'message', 'call']);
    const [opening] = under.opened();
    expect(opening).toMatchObject({ seq: 1, path: remote, request: Buffer.alloc(0) });
    expect(under.messages()).toEqual([
      { kind: 'message', seq: 1, time: expect.any(Number), from: 'client', size: hello.length, bytes: hello },
      { kind: 'message', seq: 1, time: expect.any(Number), from: 'server', size: answer.length, bytes: answer },
    ]);
    expect(under.ends()[0]).toMatchObject({
      ...{ seq: 1, path: remote, outcome: 'stream', status: 0, statusMessage: 'OK' },
      stream: { received: 1, receivedBytes: hello.length, sent: 1, sentBytes: answer.length },
    });
  });

  it('is bounded: the beginning of a long message, with its length', async () => {
    const under = await startStreams({ model: { pushAnswer: () => data(1_000_000) } });
    const client = streamClient(under.address);
    const stream = client.open(push, Buffer.alloc(0));
    expect((await stream.next()).length).toBe(1_000_000);
    expect(under.messages()).toMatchObject([{ from: 'server', size: 1_000_000, bytes: Buffer.alloc(4096, 97) }]);
  });

  it('says how it ended: cancelled, with its connection, in the middle of a message', async () => {
    const under = await startStreams();
    const cancelling = streamClient(under.address).openBidi(remote);
    cancelling.send(hello);
    await cancelling.next();
    cancelling.call.cancel();
    await until(() => under.ends().length === 1);
    expect(under.ends()[0]).toMatchObject({ status: 1, statusMessage: expect.stringMatching(/^the client cancelled/) });

    const raw = await connectRaw(under.address);
    const half = raw.open(remote);
    await sendAndAwaitRead(raw, half, framed(hello, { declared: 500 }).subarray(0, 20));
    raw.session.destroy();
    await until(() => under.ends().length === 2);
    expect(under.ends()[1]).toMatchObject({
      status: 1,
      statusMessage: 'the connection ended, in the middle of a message (15 of 500 bytes)',
      stream: { received: 0 },
    });
  });

  it('is the refusal alone where gRPC lets no handler open it', async () => {
    const under = await startStreams();
    const raw = await connectRaw(under.address);
    const half = raw.open(push);
    half.stream.end(framed(Buffer.alloc(10)).subarray(0, 7));
    expect(await half.ended).toMatchObject({ status: 13, message: expect.stringContaining('unexpected EOF') });
    expect(under.records).toMatchObject([{ kind: 'call', outcome: 'incomplete', path: push }]);
  });
});

describe('a server that stops', () => {
  it('ends its streams with a status, also those that nobody reads, within its grace', async () => {
    const under = await startStreams({ model: { pushAnswer: () => data(1_000_000) } });
    const reading = streamClient(under.address).open(push, Buffer.alloc(0));
    await reading.next();
    const silent = streamClient(under.address).openBidi(remote);
    silent.send(hello);
    await silent.next();
    await openDeaf(under.address, push);
    await until(() => under.messages().length === 4);
    expect(under.grpc.openCalls()).toBe(3);
    const begin = performance.now();
    await under.grpc.close(3_000);
    expect(performance.now() - begin).toBeLessThan(2_900);
    for (const { status } of [reading, silent]) {
      expect(await status).toMatchObject({ code: 14, details: 'the server is going away' });
    }
    expect(under.ends().map(({ status, statusMessage }) => [status, statusMessage])).toEqual(
      Array.from({ length: 3 }, () => [14, 'the server is going away']),
    );
    expect(under.grpc.openCalls()).toBe(0);
  });
});

describe('faults of streams', () => {
  it('answer with a status, and the server never opens it', async () => {
    const under = await startStreams();
    under.faults.add({ id: 'f', match: { method: 'Push' }, effect: { kind: 'status', code: 8, message: 'no' } });
    const stream = streamClient(under.address).open(push, Buffer.from([8, 1]));
    expect(await stream.status).toMatchObject({ code: 8, details: 'no' });
    expect(under.records).toMatchObject([
      {
        kind: 'call',
        outcome: 'stream',
        status: 8,
        request: Buffer.from([8, 1]),
        fault: { id: 'f', kind: 'status', taken: false },
      },
    ]);
  });

  it('keep silent for ever, until the client or the server ends it', async () => {
    const under = await startStreams();
    under.faults.add({ id: 'f', effect: { kind: 'silence' } });
    const stream = streamClient(under.address).openBidi(remote);
    stream.send(hello);
    await until(() => under.messages().length === 1);
    await under.grpc.close(2_000);
    expect(await stream.status).toMatchObject({ code: 14 });
    expect(stream.received).toEqual([]);
    expect(under.ends()).toMatchObject([{ fault: { id: 'f', kind: 'silence', taken: false }, stream: { sent: 0 } }]);
  });

  it('reset the connection', async () => {
    const under = await startStreams();
    under.faults.add({ id: 'f', effect: { kind: 'reset' } });
    expect((await streamClient(under.address).openBidi(remote).status).code).toBe(14);
    expect(under.ends()).toMatchObject([{ status: 14, fault: { kind: 'reset' } }]);
  });

  it('drain connections: their streams end, and open again on another one', async () => {
    const under = await startStreams({ model: { pushAnswer: () => data(10) } });
    const client = streamClient(under.address);
    const before = client.open(push, Buffer.alloc(0));
    await before.next();
    await under.faults.apply({ kind: 'goaway', graceful: true });
    expect(await before.status).toMatchObject({ code: 14, details: 'the server drains this connection' });
    const after = client.open(push, Buffer.alloc(0));
    await after.next();
    expect(new Set(under.opened().map(({ peer }) => peer)).size).toBe(2);
  });
});

describe('clients that cost too much', () => {
  it('are dropped where they read nothing, and others are not harmed', async () => {
    const clock = manualClock();
    let size = 200_000;
    const under = await startStreams({
      clock,
      streamLimits: { roundMs: 0 },
      model: { pushAnswer: () => data(size) },
    });
    const request = messageType('agent.SyncRequest').encode({ ctrl_ip: '10.0.0.1' });
    const deaf = await openDeaf(under.address, push, request);
    const reading = streamClient(under.address).open(push, request);
    await reading.next();
    await until(() => under.grpc.openStreams().unreadBytes >= 200_000);
    clock.advance(59_000);
    size = 200_001;
    under.change({ kind: 'agent', agent: '10.0.0.1-' });
    await reading.next();
    clock.advance(1_000);
    await until(() => under.ends().length === 1);
    expect(under.ends()[0]).toMatchObject({
      status: 8,
      statusMessage: 'a message was not read within 60 s',
      stream: { sent: 1, sentBytes: 200_000, dropped: 'slow-reader' },
    });
    deaf.stream.resume();
    await until(() => deaf.stream.closed);
    expect(deaf.stream.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    expect(under.grpc.openStreams()).toEqual({ open: { [push]: 1 }, unreadBytes: 0 });
  });

  it('are dropped sooner where others wait for the room that they take', async () => {
    const clock = manualClock();
    const under = await startStreams({
      clock,
      streamLimits: { outboxBytes: 500_000 },
      model: { pushAnswer: () => data(400_000) },
    });
    await openDeaf(under.address, push);
    await until(() => under.grpc.openStreams().unreadBytes === 400_000);
    const waiting = streamClient(under.address).open(push, Buffer.alloc(0));
    await until(() => under.opened().length === 2);
    expect(waiting.received).toEqual([]);
    clock.advance(4_900);
    expect(under.ends()).toEqual([]);
    clock.advance(100);
    await waiting.next();
    expect(under.ends()[0]?.stream?.dropped).toBe('slow-reader');
  });

  it('are dropped where they send and send and read no answer', async () => {
    const under = await startStreams({ streamLimits: { queuedMessages: 8 } });
    const raw = await connectRaw(under.address);
    // Not even the settings of the connection let an answer through.
    raw.session.settings({ initialWindowSize: 0 });
    await new Promise((resolve) => raw.session.ping(() => resolve(null)));
    const call = raw.open(remote);
    call.stream.write(Buffer.concat(Array.from({ length: 20 }, () => framed(hello))));
    await until(() => under.ends().length === 1);
    expect(under.ends()[0]?.stream).toMatchObject({ dropped: 'slow-reader' });
  });

  it('may not send messages of any size', async () => {
    const under = await startStreams({ streamLimits: { messageBytes: 1_000 } });
    const stream = streamClient(under.address).openBidi(remote);
    stream.send(Buffer.alloc(1_001));
    expect((await stream.status).code).toBe(8);
    expect(under.ends()[0]).toMatchObject({
      statusMessage: 'a message of 1001 bytes, over 1000',
      stream: { received: 0, dropped: 'too-large' },
    });
  });

  it('may not open more than so many streams', async () => {
    const under = await startStreams({ streamLimits: { streams: 2 }, model: { pushAnswer: () => data(1) } });
    const client = streamClient(under.address);
    const open = [client.open(push, Buffer.alloc(0)), client.open(push, Buffer.alloc(0))];
    for (const stream of open) await stream.next();
    expect(await client.open(push, Buffer.alloc(0)).status).toMatchObject({
      code: 8,
      details: '2 streams are open already',
    });
    open[0]?.call.cancel();
    await until(() => under.grpc.openStreams().open[push] === 1);
    await client.open(push, Buffer.alloc(0)).next();
    expect(under.ends()[0]?.stream?.dropped).toBe('too-many');
  });

  it('cost little where they open 10,000 streams and leave them alone', { timeout: 120_000 }, async () => {
    const answer = data(40_000);
    const under = await startStreams({
      streamLimits: { outboxBytes: 32_000_000 },
      model: { pushAnswer: () => answer },
    });
    const other = streamClient(under.address).openBidi(remote);
    const sessions = await Promise.all(Array.from({ length: 10 }, () => connectRaw(under.address)));
    for (const raw of sessions) {
      for (let index = 0; index < 1_000; index++) {
        const { stream } = raw.open(push);
        stream.pause();
        stream.end(framed(Buffer.alloc(0)));
      }
    }
    const held: number[] = [];
    await until(() => {
      held.push(under.grpc.openStreams().unreadBytes);
      return under.opened().length > 10_000;
    });
    expect(Math.max(...held)).toBeLessThanOrEqual(32_000_100);
    expect(Math.max(...held)).toBeGreaterThan(31_000_000);
    const begin = performance.now();
    other.send(hello);
    await other.next();
    expect(performance.now() - begin).toBeLessThan(1_000);
  });
});

describe('wrong bytes', () => {
  it('end a stream as a server in Go would', async () => {
    const under = await startStreams();
    const stream = streamClient(under.address).openBidi(remote);
    stream.send(Buffer.from([0xff, 0xff]));
    expect(await stream.status).toMatchObject({
      code: 13,
      details: expect.stringMatching(/^grpc: failed to unmarshal the received message/),
    });
    expect(under.messages()).toMatchObject([{ from: 'client', bytes: Buffer.from([0xff, 0xff]) }]);
  });
});

describe('a short message that would become a long one', () => {
  it('does not open a stream', async () => {
    const under = await startStreams();
    const hostIps = Buffer.alloc(3 * (maxFields + 1), Buffer.from([0xba, 1, 0]));
    expect(await streamClient(under.address).open(push, hostIps).status).toMatchObject({
      code: 8,
      details: 'plumbline takes messages of up to 250000 fields',
    });
  });

  it('ends a stream of messages', async () => {
    const under = await startStreams();
    const stream = streamClient(under.address).openBidi(remote);
    stream.send(Buffer.alloc(2 * (maxFields + 1), Buffer.from([0x0a, 0])));
    expect(await stream.status).toMatchObject({ code: 8 });
    expect(under.ends()[0]).toMatchObject({ stream: { dropped: 'too-large' } });
  });
});
