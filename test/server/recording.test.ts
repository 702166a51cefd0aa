import { describe, expect, it } from 'vitest';
import type { JournalWriter } from '../../src/journal/journal-writer.js';
import { createRecorder } from '../../src/server/recorder.js';
import { encodeSyncRequest } from '../../src/wire/call-messages.js';
import { callRecord, readBack, seqs } from '../journal/records.js';
import { temporaryDirectory } from '../journal/temporary-directory.js';
import { connect, someEntries } from './support/grpc-client.js';
import { manualClock, startServer } from './support/running-server.js';

const heartbeat = { clusterId: 'c', version: 5n, agentId: 1 };

describe('the records of a server', () => {
  it('begin with its start and have each call as it came', async () => {
    const clock = manualClock();
    const under = await startServer({ clock, clusters: ['c'], teams: ['t-1'], maxMessage: 5000 });
    const answer = await connect(under.server.grpc).sync(heartbeat);
    expect(answer).toBe(0n);
    expect(under.records[0]).toEqual({
      ...{
        kind: 'start',
        time: clock.now(),
        compat: 'v7',
        clusters: ['c'],
        maxMessage: 5000,
        strictPackages: false,
        teams: ['t-1'],
      },
    });
    expect(under.records[1]).toEqual({
      kind: 'call',
      seq: 1,
      time: clock.now(),
      duration: 0,
      peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      path: '/agent.Synchronizer/KubernetesAPISync',
      metadata: expect.arrayContaining([['te', 'trailers']]),
      outcome: 'unary',
      request: encodeSyncRequest(heartbeat),
      response: Buffer.from([8, 0]),
      status: 0,
      statusMessage: '',
    });
  });

  it('are in the journal before the call is answered, and go on where they ended', async () => {
    const directory = temporaryDirectory();
    const first = await startServer({ journal: { directory, fsync: true } });
    const client = connect(first.server.grpc);
    for (let seq = 1; seq <= 5; seq++) {
      await client.sync(heartbeat);
      expect(seqs((await readBack(directory)).records)).toHaveLength(seq);
    }
    await first.server.close({ graceMs: 1000 });
    const second = await startServer({ journal: { directory, fsync: false } });
    await connect(second.server.grpc).sync(heartbeat);
    await second.server.close({ graceMs: 1000 });
    const { records, damages } = await readBack(directory);
    expect(damages).toEqual([]);
    expect(seqs(records)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(records.filter(({ kind }) => kind === 'start')).toHaveLength(2);
  });

  it('come in the order of the journal to those who look on, also behind a large upload', async () => {
    const directory = temporaryDirectory();
    const under = await startServer({ journal: { directory, fsync: false } });
    const client = connect(under.server.grpc);
    const entries = [{ type: 'x', compressedInfo: Buffer.alloc(4_000_000) }];
    await Promise.all([
      client.sync({ ...heartbeat, entries }),
      ...Array.from({ length: 200 }, () => client.sync(heartbeat)),
      client.sync({ ...heartbeat, version: 6n, entries }),
    ]);
    await under.server.close({ graceMs: 1000 });
    const journal = seqs((await readBack(directory)).records);
    expect(journal).toHaveLength(202);
    expect(under.calls().map(({ seq }) => seq)).toEqual(journal);
  });

  it('that the journal cannot take are counted and reported, and the call is answered', async () => {
    const problems: string[] = [];
    const seen: number[] = [];
    const broken: JournalWriter = {
      directory: '/nowhere',
      lastSeq: 41,
      append: () => Promise.reject(new Error('ENOSPC: no space left on device')),
      pendingBytes: () => 0,
      close: async () => {},
    };
    const recorder = createRecorder({ journal: broken, onProblem: (message) => problems.push(message) });
    recorder.onRecord((record) => seen.push(record.kind === 'call' ? record.seq : 0));
    expect(recorder.nextSeq()).toBe(42);
    await recorder.record(callRecord(42));
    expect(recorder.stats()).toMatchObject({
      records: 1,
      lost: 1,
      lastLoss: 'ENOSPC: no space left on device',
      pending: 0,
    });
    expect(problems).toEqual(['A record was lost (1 so far): ENOSPC: no space left on device']);
    expect(seen).toEqual([42]);
  });

  it('survive a listener that throws', async () => {
    const under = await startServer();
    const client = connect(under.server.grpc);
    const stop = under.server.onRecord(() => {
      throw new Error('boom');
    });
    expect(await client.sync(heartbeat)).toBe(0n);
    stop();
    expect(await client.sync(heartbeat)).toBe(0n);
    expect(under.problems).toEqual(['A listener of records failed']);
    expect(under.calls()).toHaveLength(2);
  });
});

describe('admit', () => {
  it('holds a call back until there is room, and is released once the listeners have seen it', async () => {
    const events: string[] = [];
    let letIn: () => void = () => {};
    const room = new Promise<void>((resolve) => {
      letIn = resolve;
    });
    const under = await startServer({
      admit: async (bytes) => {
        events.push(`asked for ${bytes > 0}`);
        await room;
        return { release: () => events.push('released') };
      },
      listeners: [({ kind }) => events.push(kind)],
    });
    const call = connect(under.server.grpc).sync({ ...heartbeat, entries: someEntries });
    await expect.poll(() => events).toEqual(['start', 'asked for true']);
    expect(under.server.model.counts().clusters).toBe(0);
    letIn();
    expect(await call).toBe(5n);
    expect(events).toEqual(['start', 'asked for true', 'call', 'released']);
  });

  it('that fails does not keep the call from being answered', async () => {
    const under = await startServer({ admit: () => Promise.reject(new Error('the analyst is gone')) });
    expect(await connect(under.server.grpc).sync(heartbeat)).toBe(0n);
    expect(under.problems).toEqual([expect.stringContaining('not analysed in time')]);
  });
});

describe('close', () => {
  it('lets an open call end', async () => {
    let letIn: () => void = () => {};
    const room = new Promise<void>((resolve) => {
      letIn = resolve;
    });
    const under = await startServer({
      admit: async () => {
        await room;
        return { release: () => {} };
      },
    });
    const call = connect(under.server.grpc).sync(heartbeat);
    await expect.poll(() => under.server.status().openCalls).toBe(1);
    const closed = under.server.close({ graceMs: 20_000 });
    letIn();
    expect(await call).toBe(0n);
    await closed;
    expect(under.calls()).toHaveLength(1);
  });

  it('gives the ports and the directory free', async () => {
    const directory = temporaryDirectory();
    const { server } = await startServer({
      journal: { directory, fsync: false },
      admin: { host: '127.0.0.1', port: 0 },
    });
    await server.close({ graceMs: 0 });
    const port = (address: string | null) => Number(address?.split(':')[1]);
    const again = await startServer({
      listen: { host: '127.0.0.1', port: port(server.grpc) },
      admin: { host: '127.0.0.1', port: port(server.admin) },
      journal: { directory, fsync: false },
    });
    expect(again.server.grpc).toBe(server.grpc);
  });
});

describe('a port that is taken', () => {
  it('is named, and nothing is left open', async () => {
    const { server } = await startServer({ admin: { host: '127.0.0.1', port: 0 } });
    const directory = temporaryDirectory();
    const taken = (address: string | null) => ({ host: '127.0.0.1', port: Number(address?.split(':')[1]) });
    const journal = { directory, fsync: false };
    await expect(startServer({ listen: taken(server.grpc), journal })).rejects.toThrow(
      new RegExp(`Cannot listen on ${server.grpc} for gRPC: .*EADDRINUSE.*--listen`),
    );
    await expect(startServer({ admin: taken(server.admin), journal })).rejects.toThrow(
      /for HTTP: .*EADDRINUSE.*--admin/,
    );
    await startServer({ journal });
  });
});

describe('many calls at once', () => {
  it('are all answered, and stand in the journal each once', async () => {
    const directory = temporaryDirectory();
    const { server } = await startServer({ journal: { directory, fsync: false } });
    const client = connect(server.grpc);
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const own: (bigint | null)[] = [];
        for (let index = 0; index < 4; index++) own.push(await client.sync(heartbeat));
        return own;
      }),
    );
    expect(answers.flat()).toEqual(Array.from({ length: 200 }, () => 0n));
    await server.close({ graceMs: 1000 });
    const journal = seqs((await readBack(directory)).records);
    expect(journal.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });
});
