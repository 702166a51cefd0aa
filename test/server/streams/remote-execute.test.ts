import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RemoteExecuteError } from '../../../src/server/streams/remote-command.js';
import { messageType } from '../../../src/wire/protos.js';
import { manualClock } from '../support/running-server.js';
import { type ClientBidi, startStreams, streamClient, until } from './support.js';

const me = { ip: '10.0.0.1', mac: '02:00:00:00:00:01' };
const response = messageType('agent.RemoteExecResponse');
const request = messageType('agent.RemoteExecRequest');
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

async function connected(name: 'agent' | 'trident' = 'agent', options: Parameters<typeof startStreams>[0] = {}) {
  const under = await startStreams(options);
  const open = async (agent = me): Promise<ClientBidi> => {
    const stream = streamClient(under.address).openBidi(`/${name}.Synchronizer/RemoteExecute`);
    stream.send(response.encode({ agent_id: agent }));
    expect(request.decode(await stream.next())).toEqual({ request_id: '0' });
    return stream;
  };
  return { under, open, console: under.grpc.remoteConsole };
}

async function failureOf(execution: Promise<unknown>): Promise<RemoteExecuteError> {
  return execution.then(
    () => {
      throw new Error('It should have failed.');
    },
    (error: RemoteExecuteError) => error,
  );
}

describe.each(['agent', 'trident'] as const)('%s.Synchronizer/RemoteExecute', (name) => {
  it('answers heartbeats, and lists what the agent can do', async () => {
    const { console, open } = await connected(name);
    const agent = await open();
    expect(console.agents()).toMatchObject([{ ...me, pending: 0 }]);
    const listing = console.execute(me, { kind: 'list-commands' });
    const asked = request.decode(await agent.next());
    expect(asked).toEqual({ request_id: '1', exec_type: 'LIST_COMMAND' });
    agent.send(
      response.encode({
        ...{ agent_id: me, request_id: asked.request_id ?? '' },
        commands: [{ ident: 'ping', cmd: 'ping $host', params: [{ name: 'host', required: true, regex: '^\\w+$' }] }],
      }),
    );
    expect(await listing).toEqual({
      kind: 'commands',
      commands: [
        {
          ident: 'ping',
          text: 'ping $host',
          kind: 'LINUX',
          parameters: [{ name: 'host', required: true, regex: '^\\w+$' }],
        },
      ],
    });
  });

  it('lists namespaces', async () => {
    const { console, open } = await connected(name);
    const agent = await open();
    const listing = console.execute(me, { kind: 'list-namespaces' });
    expect(request.decode(await agent.next())).toMatchObject({ exec_type: 'LIST_NAMESPACE' });
    agent.send(response.encode({ request_id: '1', linux_namespaces: [{ id: '4026531840', ns_type: 'net', pid: 1 }] }));
    expect(await listing).toEqual({
      kind: 'namespaces',
      namespaces: [{ id: '4026531840', type: 'net', user: '', pid: 1, command: '' }],
    });
  });

  it('puts the pieces of an output together and checks them', async () => {
    const { console, open } = await connected(name);
    const agent = await open();
    const output = randomBytes(250_000);
    const running = console.execute(me, {
      ...{ kind: 'run', command: 'cat', namespacePid: 7, batchBytes: 100_000 },
      parameters: { file: 'x' },
    });
    expect(request.decode(await agent.next())).toEqual({
      ...{ request_id: '1', exec_type: 'RUN_COMMAND', command_ident: 'cat', linux_ns_pid: 7, batch_len: 100_000 },
      params: [{ key: 'file', value: 'x' }],
    });
    for (const [at, last] of [
      [0, false],
      [100_000, false],
      [200_000, true],
    ] as const) {
      const content = output.subarray(at, at + 100_000);
      const whole = { md5: md5(output), total_len: '250000', pkt_count: 3 };
      agent.send(response.encode({ request_id: '1', command_result: { errno: 0, content, ...(last ? whole : {}) } }));
    }
    const result = await running;
    expect(result).toMatchObject({ kind: 'output', errno: 0, md5: md5(output), pieces: 3 });
    expect(result.kind === 'output' && result.content.equals(output)).toBe(true);
  });
});

describe('a command that comes to nothing', () => {
  it.each([
    ['damaged', { md5: md5(Buffer.from('other')) }, /MD5/],
    ['damaged', { total_len: '99' }, /bytes 4, but the agent announces 99/],
    ['damaged', { pkt_count: 2 }, /pieces 1/],
  ] as const)('is %s where %o does not fit', async (failure, wrong, message) => {
    const { console, open } = await connected();
    const agent = await open();
    const failed = failureOf(console.execute(me, { kind: 'run', command: 'x' }));
    await agent.next();
    agent.send(response.encode({ request_id: '1', command_result: { content: Buffer.from('text'), ...wrong } }));
    expect(await failed).toMatchObject({ failure, message: expect.stringMatching(message) });
  });

  it('is refused where the agent says so', async () => {
    const { console, open } = await connected();
    const agent = await open();
    const failed = failureOf(console.execute(me, { kind: 'run', command: 'x' }));
    await agent.next();
    agent.send(response.encode({ request_id: '1', errmsg: 'no such command' }));
    expect(await failed).toMatchObject({ failure: 'refused', message: 'The agent says: no such command' });
  });

  it('is over when the agent goes in the middle of it', async () => {
    const { console, open } = await connected();
    const agent = await open();
    const failed = failureOf(console.execute(me, { kind: 'run', command: 'x' }));
    await agent.next();
    agent.send(response.encode({ request_id: '1', command_result: { content: Buffer.from('a') } }));
    agent.call.cancel();
    expect(await failed).toMatchObject({ failure: 'agent-gone' });
    expect(console.agents()).toEqual([]);
    expect(await failureOf(console.execute(me, { kind: 'list-commands' }))).toMatchObject({ failure: 'not-connected' });
  });

  it('is over when its time is', async () => {
    const clock = manualClock();
    const { console, open } = await connected('agent', { clock });
    const agent = await open();
    const failed = failureOf(console.execute(me, { kind: 'run', command: 'x' }, { timeoutMs: 5_000 }));
    await agent.next();
    clock.advance(5_000);
    expect(await failed).toMatchObject({ failure: 'timeout' });
    // What comes too late harms nobody.
    agent.send(response.encode({ request_id: '1', command_result: { content: Buffer.from('a'), pkt_count: 1 } }));
    agent.send(response.encode({ agent_id: me }));
    expect(request.decode(await agent.next())).toEqual({ request_id: '0' });
  });

  it('does not wait behind too many others', async () => {
    const { console, open } = await connected();
    await open();
    const failures = Array.from({ length: 17 }, () => failureOf(console.execute(me, { kind: 'list-commands' })));
    expect(await failures[16]).toMatchObject({ failure: 'busy' });
  });
});

describe('agents on their streams', () => {
  it('are dropped after 60 s of silence, and not before', async () => {
    const clock = manualClock();
    const { under, open } = await connected('agent', { clock });
    const agent = await open();
    clock.advance(59_000);
    agent.send(response.encode({ agent_id: me }));
    await agent.next();
    clock.advance(59_999);
    const other = await open({ ip: '10.0.0.2', mac: '02:00:00:00:00:02' });
    expect(under.ends()).toEqual([]);
    clock.advance(1);
    expect((await agent.status).code).toBe(8);
    expect(under.ends()).toMatchObject([
      { status: 8, statusMessage: 'nothing was heard of the agent for 60 s', stream: { dropped: 'silent' } },
    ]);
    other.send(response.encode({ agent_id: me }));
    await other.next();
  });

  it('are dropped likewise where they never say anything', async () => {
    const clock = manualClock();
    const { under } = await connected('agent', { clock });
    const stream = streamClient(under.address).openBidi('/agent.Synchronizer/RemoteExecute');
    await until(() => under.opened().length === 1);
    clock.advance(60_000);
    expect((await stream.status).code).toBe(8);
  });

  it('must say who they are', async () => {
    const { under } = await connected();
    const stream = streamClient(under.address).openBidi('/agent.Synchronizer/RemoteExecute');
    stream.send(Buffer.alloc(0));
    expect(await stream.status).toMatchObject({ code: 3, details: expect.stringContaining('agent_id') });
  });

  it('with the same identity are asked over the stream opened last, then over the other', async () => {
    const { console, open } = await connected();
    const first = await open();
    const second = await open({ ...me, mac: me.mac.toUpperCase() });
    const asked = console.execute(me, { kind: 'list-commands' });
    await second.next();
    second.send(response.encode({ request_id: '1' }));
    expect(await asked).toEqual({ kind: 'commands', commands: [] });
    second.call.cancel();
    await until(() => console.agents().length === 1);
    const again = console.execute(me, { kind: 'list-commands' });
    await first.next();
    first.send(response.encode({ request_id: '2' }));
    expect(await again).toEqual({ kind: 'commands', commands: [] });
  });
});
