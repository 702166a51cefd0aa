import { describe, expect, it } from 'vitest';
import type { PushAnswer, PushCall } from '../../../src/server/model/push-answer.js';
import { messageType } from '../../../src/wire/protos.js';
import { manualClock } from '../support/running-server.js';
import { startStreams, streamClient, until } from './support.js';

const path = '/agent.Synchronizer/Push';
const request = messageType('agent.SyncRequest').encode({
  ctrl_ip: '10.0.0.1',
  ctrl_mac: '02:00:00:00:00:01',
  kubernetes_cluster_id: 'shop',
  process_name: 'deepflow-agent-ce',
});

function answer(text: string, version = 1): PushAnswer {
  const response = messageType('agent.SyncResponse').encode({
    user_config: text,
    version_platform_data: String(version),
  });
  return { kind: 'data', response, sent: { platformData: version, acls: 0, groups: 0 } };
}

const text = (bytes: Buffer) => messageType('agent.SyncResponse').decode(bytes).user_config;
const agentChange = { kind: 'agent', agent: '10.0.0.1-02:00:00:00:00:01' } as const;

describe('Push', () => {
  it('opens with the full set, and tells later what has changed since', async () => {
    const calls: PushCall[] = [];
    let config = 'first';
    const under = await startStreams({
      model: {
        pushAnswer: (call) => {
          calls.push(call);
          return answer(config, calls.length);
        },
      },
    });
    const stream = streamClient(under.address).open(path, request);
    expect(text(await stream.next())).toBe('first');
    config = 'second';
    under.change(agentChange);
    expect(text(await stream.next())).toBe('second');
    expect(calls.map(({ sent }) => sent?.platformData)).toEqual([undefined, 1]);
    expect(calls[0]?.request).toEqual(request);
    expect(calls[0]?.local).toEqual({ address: '127.0.0.1', port: under.grpc.port });
  });

  it('tells the changes of one turn with one message, and nothing where the answer is what it was', async () => {
    let config = 0;
    let asked = 0;
    const under = await startStreams({
      streamLimits: { roundMs: 0 },
      model: {
        pushAnswer: () => {
          asked += 1;
          return answer(String(config));
        },
      },
    });
    const stream = streamClient(under.address).open(path, request);
    await stream.next();
    for (config = 1; config < 50; config++) under.change({ kind: 'platform', clusterId: 'shop' });
    expect(text(await stream.next())).toBe('50');
    under.change({ kind: 'seat', clusterId: 'shop' });
    await until(() => asked === 3);
    config = 51;
    under.change(agentChange);
    expect(text(await stream.next())).toBe('51');
    expect(stream.received).toHaveLength(3);
  });

  it('tells of NICs and addresses that keep changing only now and then', async () => {
    const clock = manualClock();
    let version = 1;
    const under = await startStreams({
      clock,
      streamLimits: { roundMs: 0 },
      model: { pushAnswer: () => answer('same', version) },
    });
    const stream = streamClient(under.address).open(path, request);
    const next = async () =>
      Number(messageType('agent.SyncResponse').decode(await stream.next()).version_platform_data);
    const change = () => {
      version += 1;
      under.change({ kind: 'platform', clusterId: 'shop' });
    };
    await stream.next();
    change();
    expect(await next()).toBe(2);
    change();
    clock.advance(9_000);
    change();
    under.change({ kind: 'platform', clusterId: 'other' });
    clock.advance(1_000);
    expect(await next()).toBe(4);
    change();
    // Anything else is told at once, and the addresses with it.
    under.change(agentChange);
    expect(await next()).toBe(5);
    expect(stream.received).toHaveLength(4);
  });

  it('says nothing of what does not concern the agent', async () => {
    let asked = 0;
    const under = await startStreams({
      streamLimits: { roundMs: 0 },
      model: {
        pushAnswer: () => {
          asked += 1;
          return answer(String(asked));
        },
        agents: [{ ctrlIp: '10.0.0.1', ctrlMac: '02:00:00:00:00:01', groupLcuuid: 'mine' }],
      },
    });
    const stream = streamClient(under.address).open(path, request);
    await stream.next();
    under.change({ kind: 'group', group: 'other' });
    under.change({ kind: 'platform', clusterId: 'other' });
    under.change({ kind: 'seat', clusterId: '' });
    under.change({ kind: 'agent', agent: '10.0.0.2-02:00:00:00:00:02' });
    under.change({ kind: 'group', group: 'mine' });
    expect(text(await stream.next())).toBe('2');
  });

  it('sends a HEARTBEAT where there was nothing to tell for a while', async () => {
    const clock = manualClock();
    const under = await startStreams({ clock, model: { pushAnswer: () => answer('same') } });
    const stream = streamClient(under.address).open(path, request);
    await stream.next();
    await until(() => under.messages().length === 1);
    for (const beats of [1, 2]) {
      clock.advance(60_000);
      expect(messageType('agent.SyncResponse').decode(await stream.next())).toEqual({ status: 'HEARTBEAT' });
      expect(stream.received).toHaveLength(1 + beats);
    }
  });

  it('speaks trident with agents that do', async () => {
    const clock = manualClock();
    const failed = messageType('trident.SyncResponse').encode({ status: 'FAILED' });
    const under = await startStreams({ clock, model: { pushAnswer: () => ({ kind: 'failed', response: failed }) } });
    const stream = streamClient(under.address).open('/trident.Synchronizer/Push', Buffer.alloc(0));
    expect(await stream.next()).toEqual(failed);
    clock.advance(61_000);
    expect(messageType('trident.SyncResponse').decode(await stream.next())).toEqual({ status: 'HEARTBEAT' });
  });

  it('ends at once for others, and with the status that the model says', async () => {
    const answers: PushAnswer[] = [{ kind: 'close' }, { kind: 'refused', status: 13, statusMessage: 'no SyncRequest' }];
    const under = await startStreams({ model: { pushAnswer: () => answers.shift() as PushAnswer } });
    const client = streamClient(under.address);
    expect(await client.open(path, request).status).toMatchObject({ code: 0 });
    expect(await client.open(path, Buffer.from([255])).status).toMatchObject({ code: 13, details: 'no SyncRequest' });
    expect(under.ends().map(({ status, stream }) => [status, stream?.sent])).toEqual([
      [0, 0],
      [13, 0],
    ]);
  });

  it('forgets streams that have ended, whoever ended them', async () => {
    let asked = 0;
    const answers: PushAnswer[] = [{ kind: 'close' }, answer('a'), answer('b')];
    const under = await startStreams({
      streamLimits: { roundMs: 0 },
      model: {
        pushAnswer: () => {
          asked += 1;
          return answers.shift() ?? answer('c');
        },
      },
    });
    const client = streamClient(under.address);
    await client.open(path, request).status;
    const cancelled = client.open(path, request);
    await cancelled.next();
    cancelled.call.cancel();
    await until(() => under.ends().length === 2);
    const open = client.open(path, request);
    await open.next();
    under.change(agentChange);
    expect(text(await open.next())).toBe('c');
    expect(asked).toBe(4);
  });

  it('tells hundreds of streams of one change, each once', { timeout: 120_000 }, async () => {
    let config = 'x'.repeat(20_000);
    let asked = 0;
    const under = await startStreams({
      model: {
        pushAnswer: () => {
          asked += 1;
          return answer(config);
        },
      },
    });
    const client = streamClient(under.address);
    const streams = Array.from({ length: 200 }, () => client.open(path, request));
    await Promise.all(streams.map((stream) => stream.next()));
    config = 'y'.repeat(20_000);
    under.change(agentChange);
    const told = await Promise.all(streams.map((stream) => stream.next()));
    expect(told.every((bytes) => text(bytes) === config)).toBe(true);
    expect(asked).toBe(400);
    expect(under.grpc.openStreams().open).toEqual({ [path]: 200 });
  });
});
