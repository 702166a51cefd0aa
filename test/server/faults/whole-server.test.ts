import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { credentials, status } from '@grpc/grpc-js';
import { generate } from 'selfsigned';
import { describe, expect, it, onTestFinished } from 'vitest';
import { catalogue } from '../../../src/conformance/catalogue.js';
import { startJudgedServer } from '../../../src/conformance/judged-server.js';
import type { RunningServer } from '../../../src/server/fake-server.js';
import { encodeSyncRequest } from '../../../src/wire/call-messages.js';
import { temporaryDirectory } from '../../journal/temporary-directory.js';
import { connect, failureOf, someEntries } from '../support/grpc-client.js';
import { connectRaw, framed, type RawClient } from '../support/raw-client.js';
import { day, manualClock, startServer } from '../support/running-server.js';
import { trafficOf, trafficOfJournal } from './support.js';

const upload = { clusterId: 'c', version: 5n, agentId: 1, entries: someEntries };
const heartbeat = { clusterId: 'c', version: 5n, agentId: 1 };
const path = '/agent.Synchronizer/KubernetesAPISync';

describe('a GOAWAY', () => {
  it('with grace lets open calls be answered, then the connection ends', async () => {
    const open = gate();
    const { server } = await startServer({ admit: open.admit });
    const client = await connectRaw(server.grpc);
    const goaway = watchGoaway(client);
    const call = client.open(path);
    call.stream.end(framed(encodeSyncRequest(heartbeat)));
    await open.waiting;
    await server.faults.apply({ kind: 'goaway', graceful: true });
    expect(await goaway).toBe(0);
    expect(client.session.destroyed).toBe(false);
    open.release();
    expect(await call.ended).toMatchObject({ status: 0 });
    await closed(client);
    expect(await connect(server.grpc).sync(heartbeat)).toBe(0n);
  });

  it('without grace ends the connection at once', async () => {
    const open = gate();
    const under = await startServer({ admit: open.admit });
    const client = await connectRaw(under.server.grpc);
    const goaway = watchGoaway(client);
    const call = client.open(path);
    let answered = false;
    call.stream.on('response', () => {
      answered = true;
    });
    call.stream.end(framed(encodeSyncRequest(heartbeat)));
    await open.waiting;
    await under.server.faults.apply({ kind: 'goaway', graceful: false }, 'proxy restarts');
    expect(await goaway).toBe(0);
    await closed(client);
    expect(answered).toBe(false);
    open.release();
    expect(under.records.find(({ kind }) => kind === 'fault')).toMatchObject({
      id: 'proxy restarts',
      text: 'all connections are ended at once by a GOAWAY',
    });
  });

  it('can come with a call, whose connection alone is drained', async () => {
    const { server } = await startServer();
    server.faults.add({ id: 'ga', effect: { kind: 'goaway', graceful: true } });
    const [one, other] = [await connectRaw(server.grpc), await connectRaw(server.grpc)];
    const goaway = watchGoaway(one);
    const call = one.open(path);
    call.stream.end(framed(encodeSyncRequest(heartbeat)));
    expect(await call.ended).toMatchObject({ status: 0 });
    expect(await goaway).toBe(0);
    await closed(one);
    expect(other.session.destroyed).toBe(false);
  });

  it.each([true, false])('can come with a call (graceful: %s), which gRPC clients survive', async (graceful) => {
    const under = await startServer();
    const { server } = under;
    server.faults.add({ id: 'ga', match: { withEntries: true }, effect: { kind: 'goaway', graceful } });
    const [one, other] = [connect(server.grpc), await connectRaw(server.grpc)];
    expect(await one.sync(heartbeat)).toBe(0n);
    const answer = one.sync(upload);
    if (graceful) expect(await answer).toBe(5n);
    else expect(await failureOf(answer)).toMatchObject({ code: status.UNAVAILABLE });
    expect(await one.sync(heartbeat)).toBe(graceful ? 5n : 0n);
    expect(other.session.destroyed).toBe(false);
    expect(under.calls()[1]).toMatchObject({
      status: graceful ? 0 : status.UNAVAILABLE,
      fault: { id: 'ga', taken: graceful },
    });
  });
});

describe('a reset of all connections', () => {
  it('reaches every client as ECONNRESET, and those who come again are served', async () => {
    const { server } = await startServer();
    const [first, second] = [await tcpError(tcp(server.grpc)), await tcpError(tcp(server.grpc))];
    await server.faults.apply({ kind: 'reset' });
    expect(await first.error).toBe('ECONNRESET');
    expect(await second.error).toBe('ECONNRESET');
    expect(await connect(server.grpc).sync(heartbeat)).toBe(0n);
  });

  it('goes below TLS', async () => {
    const pem = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
    const { server } = await startServer({ tls: { key: Buffer.from(pem.private), cert: Buffer.from(pem.cert) } });
    const [host = '', port] = server.grpc.split(':');
    const inHandshake = tcp(server.grpc);
    const itsError = once(inHandshake, 'error');
    await once(inHandshake, 'connect');
    const socket = connectTls({ host, port: Number(port), ALPNProtocols: ['h2'], rejectUnauthorized: false });
    const { error } = await tcpError(socket);
    await server.faults.apply({ kind: 'reset' });
    expect(await error).toBe('ECONNRESET');
    expect((await itsError)[0]).toMatchObject({ code: 'ECONNRESET' });
    const security = credentials.createSsl(Buffer.from(pem.cert), null, null, { checkServerIdentity: () => undefined });
    expect(await connect(server.grpc, security).sync(heartbeat)).toBe(0n);
  });
});

describe('a server that refuses connections', () => {
  it('is back on the same port after the time, with its memory', async () => {
    const { server } = await startServer();
    const before = server.grpc;
    const client = connect(server.grpc);
    await client.sync(upload);
    const { error } = await tcpError(tcp(before));
    const from = performance.now();
    const over = server.faults.apply({ kind: 'refuse-connections', forMs: 400 });
    expect(await error).toBe('ECONNRESET');
    expect(await connectionError(before)).toBe('ECONNREFUSED');
    expect((await failureOf(client.sync(heartbeat))).code).toBe(status.UNAVAILABLE);
    await over;
    expect(performance.now() - from).toBeGreaterThan(390);
    expect(server.grpc).toBe(before);
    expect(await connect(before).sync(heartbeat)).toBe(5n);
  });

  it('can be told to by a call, which is lost', async () => {
    const under = await startServer();
    under.server.faults.add({ id: 'down', after: 1, effect: { kind: 'refuse-connections', forMs: 200 } });
    const client = connect(under.server.grpc);
    expect(await client.sync(heartbeat)).toBe(0n);
    expect((await failureOf(client.sync(upload))).code).toBe(status.UNAVAILABLE);
    await served(under.server);
    expect(await connect(under.server.grpc).sync(heartbeat)).toBe(0n);
    expect(under.records.map(({ kind }) => kind)).toEqual(['start', 'call', 'call', 'fault', 'call']);
  });

  it('stays away where it is closed meanwhile, and closes at once', async () => {
    const { server } = await startServer();
    const over = server.faults.apply({ kind: 'refuse-connections', forMs: 60_000 });
    await server.close({ graceMs: 0 });
    await over;
    expect(await connectionError(server.grpc)).toBe('ECONNREFUSED');
  });

  it('takes the longest of two times that overlap', async () => {
    const { server } = await startServer();
    const from = performance.now();
    const over = [50, 300].map((forMs) => server.faults.apply({ kind: 'refuse-connections', forMs }));
    await Promise.all(over);
    expect(performance.now() - from).toBeGreaterThan(290);
    expect(await connect(server.grpc).sync(heartbeat)).toBe(0n);
  });
});

describe('a restart', () => {
  it('loses snapshots, keeps domains and agents, and is in the journal', async () => {
    const directory = temporaryDirectory();
    const under = await startServer({ clusters: ['c'], teams: ['t'], journal: { directory, fsync: false } });
    const { server } = under;
    const client = connect(server.grpc);
    // ctrl_ip (21), ctrl_mac (25), kubernetes_cluster_id (45).
    const sync = Buffer.from('aa010131' + 'ca01026d31' + 'ea020161', 'hex');
    await client.unary('/agent.Synchronizer/Sync', sync);
    expect(await client.sync(upload)).toBe(5n);
    await server.faults.apply({ kind: 'restart' });
    expect(server.model.cluster('c', server.clock.now())).toMatchObject({ registered: true, stored: null });
    expect(server.model.domains().map(({ clusterId }) => clusterId)).toEqual(['c', 'a']);
    expect(server.model.agents()).toMatchObject([{ id: 1, ctrlIp: '1', ctrlMac: 'm1' }]);
    expect(await connect(server.grpc).sync(heartbeat)).toBe(0n);
    expect(under.records.map(({ kind }) => kind)).toEqual(['start', 'call', 'call', 'fault', 'start', 'call']);
    expect(under.records[4]).toMatchObject({
      clusters: ['c'],
      teams: ['t'],
      saved: {
        database: { agents: [{ id: 1, ctrlIp: '1' }], domains: [{ clusterId: 'c' }, { clusterId: 'a' }] },
        memory: { clusters: [] },
      },
    });
    await server.close({ graceMs: 0 });
    for (const traffic of [await trafficOf(under.records), await trafficOfJournal(directory)]) {
      expect(traffic.restarts).toEqual([3]);
      expect(traffic.calls.map(({ sync: call }) => call?.answerVersion)).toEqual([undefined, 5n, 0n]);
    }
  });

  it('cuts connections, and is down for as long as it is told', async () => {
    const { server } = await startServer();
    const { error } = await tcpError(tcp(server.grpc));
    const over = server.faults.apply({ kind: 'restart', downMs: 300 });
    expect(await error).toBe('ECONNRESET');
    expect(await connectionError(server.grpc)).toBe('ECONNREFUSED');
    await over;
    expect(await connect(server.grpc).sync(heartbeat)).toBe(0n);
    expect(server.status().startedAt).toBeGreaterThan(0);
  });

  it('loses the calls that were waiting to take effect', async () => {
    const open = gate();
    const under = await startServer({ admit: open.admit });
    const call = failureOf(connect(under.server.grpc).sync(upload));
    await open.waiting;
    await under.server.faults.apply({ kind: 'restart' });
    expect((await call).code).toBe(status.UNAVAILABLE);
    open.release();
    await under.recorded(1);
    expect(under.calls()[0]).toMatchObject({ status: status.UNAVAILABLE, fault: { id: 'restart', taken: false } });
    expect(under.server.model.cluster('c', Date.now())).toBeNull();
  });
});

describe('a jump of the clock', () => {
  it('ages what the server holds; no call seems to last longer, nobody silent', async () => {
    const clock = manualClock();
    const open = gate();
    const under = await startServer({ clock, clusters: ['c'], admit: open.admit });
    const { server } = under;
    open.release();
    const client = connect(server.grpc);
    expect(await client.sync(upload)).toBe(5n);
    const before = server.clock.now();
    open.close();
    const spanning = client.sync(heartbeat);
    await open.waiting;
    await server.faults.apply({ kind: 'clock-jump', ms: day });
    expect(server.clock.now() - before).toBe(day);
    open.release();
    await spanning;
    clock.advance(1);
    expect(await client.sync(heartbeat)).toBe(0n);
    expect(server.model.cluster('c', server.clock.now())?.stored).toBeNull();
    expect(under.calls().map(({ duration, time }) => [duration, time - before])).toEqual([
      [0, 0],
      [0, 0],
      [0, day + 1],
    ]);
    expect(under.records[2]).toMatchObject({ kind: 'fault', time: before + day, clockJump: day });
  });

  it('is not held against the agent', async () => {
    const judged = await startJudgedServer({
      ...{ compat: 'v7', clusters: ['c'], strictPackages: false, listen: { host: '127.0.0.1', port: 0 } },
      rules: catalogue().filter(({ id }) => id === 'request/heartbeat-within-24h'),
      clusterRegistered: true,
    });
    const client = connect(judged.server.grpc);
    for (let call = 0; call < 4; call++) await client.sync(upload);
    await judged.server.faults.apply({ kind: 'clock-jump', ms: day + 60_000 });
    for (let call = 0; call < 2; call++) await client.sync(upload);
    const verdict = await judged.close({ graceMs: 0 });
    expect(verdict.rules).toMatchObject([{ status: 'passed' }]);
    expect(verdict.times?.durationMs).toBeLessThan(60_000);
  });

  it('can come with a call, which is answered', async () => {
    const { server } = await startServer();
    server.faults.add({ id: 'jump', after: 1, effect: { kind: 'clock-jump', ms: 1000 * day } });
    const client = connect(server.grpc);
    expect(await client.sync(upload)).toBe(5n);
    expect(await client.sync(heartbeat)).toBe(5n);
    expect(await client.sync(heartbeat)).toBe(0n);
    expect(await client.sync(upload)).toBe(5n);
  });
});

/** Holds calls back until it is released. */
function gate(): {
  admit: () => Promise<{ release: () => void }>;
  /** Resolves once a call waits. */
  waiting: Promise<void>;
  release: () => void;
  close: () => void;
} {
  let open: () => void = () => {};
  let isOpen = Promise.resolve();
  const state = { waiting: Promise.resolve(), arrived: () => {} };
  const close = (): void => {
    isOpen = new Promise((resolve) => {
      open = resolve;
    });
    state.waiting = new Promise((resolve) => {
      state.arrived = resolve;
    });
  };
  close();
  return {
    admit: async () => {
      state.arrived();
      await isOpen;
      return { release: () => {} };
    },
    get waiting() {
      return state.waiting;
    },
    release: () => open(),
    close,
  };
}

/** Resolves with the error code of the first GOAWAY. */
async function watchGoaway(client: RawClient): Promise<number> {
  const [code] = await once(client.session, 'goaway');
  return Number(code);
}

async function closed(client: RawClient): Promise<void> {
  if (!client.session.destroyed) await once(client.session, 'close');
}

/** Begins HTTP/2; gives the error that ends the connection. */
async function tcpError(socket: Socket): Promise<{ readonly error: Promise<string> }> {
  onTestFinished(() => {
    socket.destroy();
  });
  const error = new Promise<string>((resolve) => {
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? ''));
    socket.on('end', () => resolve('ended without an error'));
  });
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  socket.write(Buffer.from('000000040000000000', 'hex'));
  await once(socket, 'data');
  return { error };
}

async function connectionError(address: string): Promise<string> {
  const socket = tcp(address);
  return new Promise((resolve) => {
    socket.on('connect', () => resolve('connected'));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? ''));
  });
}

function tcp(address: string): Socket {
  const [host = '', port] = address.split(':');
  const socket = connectTcp({ host, port: Number(port) });
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

async function served(server: RunningServer): Promise<void> {
  while ((await connectionError(server.grpc)) !== 'connected') {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
