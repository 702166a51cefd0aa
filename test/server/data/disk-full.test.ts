import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { type OpenSegmentFile, openSegmentFile } from '../../../src/journal/segment-file.js';
import { createFakeServer } from '../../../src/server/fake-server.js';
import { decodeSyncResponse, encodeSyncRequest } from '../../../src/wire/call-messages.js';
import { messageType } from '../../../src/wire/protos.js';
import { temporaryDirectory } from '../../journal/temporary-directory.js';
import { connect, failureOf, someEntries } from '../support/grpc-client.js';
import { copyOf, openKept } from './support.js';

const agent = (n: number) => ({ ctrl_ip: `10.0.0.${n}`, ctrl_mac: `02:00:00:00:00:0${n}` });

/** A disk that takes so many more bytes; what does not fit is written as far as it does. */
function smallDisk() {
  const disk = { left: Number.POSITIVE_INFINITY, syncs: true };
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const open: OpenSegmentFile = (path) => {
    if (disk.left <= 0) throw full;
    const file = openSegmentFile(path);
    const room = (bytes: Uint8Array) => {
      const fits = bytes.subarray(0, Math.min(bytes.length, disk.left));
      disk.left -= fits.length;
      return fits;
    };
    return {
      ...file,
      writeSync: (bytes, position) => {
        const fits = room(bytes);
        file.writeSync(fits, position);
        if (fits.length < bytes.length) throw full;
      },
      write: async (pieces, position) => {
        const bytes = Buffer.concat(pieces);
        const fits = room(bytes);
        await file.write([fits], position);
        if (fits.length < bytes.length) throw full;
      },
      sync: async () => {
        if (!disk.syncs) throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
        await file.sync();
      },
    };
  };
  return { disk, open };
}

describe('a disk that is full', () => {
  for (const [how, room] of [
    ['at once', 0],
    ['in the midst of a write', 100],
  ] as const) {
    it(`${how} loses nothing that was answered, and nothing is taken in until there is room`, async () => {
      const { disk, open } = smallDisk();
      const kept = await openKept(temporaryDirectory(), { open, retryMs: 0 });
      await kept.rpc('Sync', 'agent.SyncRequest', agent(1));
      const answered = kept.model.saved();
      disk.left = room;
      await expect(kept.rpc('Sync', 'agent.SyncRequest', agent(2))).rejects.toMatchObject({
        code: 'io',
        message: expect.stringMatching(/^Cannot write .*state-00000001\.log: ENOSPC/),
      });
      expect(kept.folder.status().problem).toContain('ENOSPC');
      const copy = await openKept(copyOf(kept.folder.directory));
      expect(copy.model.saved()).toEqual(answered);
      expect(copy.problems).toEqual([]);

      await expect(kept.rpc('Sync', 'agent.SyncRequest', agent(3))).rejects.toMatchObject({ code: 'io' });
      await expect(kept.change({ kind: 'create-group', name: 'macvlan' })).rejects.toMatchObject({ code: 'io' });
      expect(kept.model.groups()).toHaveLength(1);
      // The second one is known, as it was taken in when nobody knew yet; it was told nothing.
      expect(kept.model.agents().map(({ ctrlIp }) => ctrlIp)).toEqual(['10.0.0.1', '10.0.0.2']);
      expect(kept.problems).toHaveLength(1);

      disk.left = Number.POSITIVE_INFINITY;
      await kept.rpc('Sync', 'agent.SyncRequest', agent(3));
      expect(kept.folder.status().problem).toBeNull();
      const again = await openKept(copyOf(kept.folder.directory));
      expect(again.model.saved()).toEqual(kept.model.saved());
      expect(again.model.agents()).toHaveLength(3);
    });
  }

  it('keeps an upload from taking effect that does not fit, and nothing else', async () => {
    const { disk, open } = smallDisk();
    const kept = await openKept(temporaryDirectory(), { open });
    await kept.upload({ clusterId: 'shop', version: 1n, agentId: 1, entries: someEntries });
    disk.left = 2000;
    const filler = { type: 'x', compressedInfo: Buffer.alloc(5000) };
    await expect(
      kept.upload({ clusterId: 'shop', version: 2n, agentId: 1, entries: [...someEntries, filler] }),
    ).rejects.toMatchObject({ code: 'io', message: expect.stringMatching(/^Cannot keep an upload in .*: ENOSPC/) });
    disk.left = 2000;
    const heartbeat = await kept.upload({ clusterId: 'shop', version: 1n, agentId: 1 });
    expect(decodeSyncResponse(heartbeat.response)).toBe(1n);
    expect(kept.problems).toEqual([]);
  });

  it('is told apart from one that does not keep what it took: nothing is answered then, either', async () => {
    const { disk, open } = smallDisk();
    const kept = await openKept(temporaryDirectory(), { open, retryMs: 0 });
    disk.syncs = false;
    await expect(kept.rpc('Sync', 'agent.SyncRequest', agent(1))).rejects.toThrow(/EIO/);
    await expect(kept.rpc('Sync', 'agent.SyncRequest', agent(1))).rejects.toThrow(/EIO/);
    disk.syncs = true;
    await kept.rpc('Sync', 'agent.SyncRequest', agent(1));
    const again = await openKept(copyOf(kept.folder.directory));
    expect(again.model.saved()).toEqual(kept.model.saved());
  });

  it('does not keep the state file from being written on where only the next one does not fit', async () => {
    const { disk, open } = smallDisk();
    const kept = await openKept(temporaryDirectory(), { open, fileBytes: 1000 });
    const begun = kept.folder.status().bytes;
    const syncUpTo = async (bytes: number) => {
      while (kept.folder.status().bytes < bytes) {
        kept.time += 1;
        await kept.rpc('Sync', 'agent.SyncRequest', agent(1));
      }
    };
    await syncUpTo(3 * begun - 500);
    // Room for what is added, not for another file.
    disk.left = 900;
    await syncUpTo(3 * begun + 1);
    await expect.poll(() => kept.folder.status().problem ?? kept.problems.length).toBe(1);
    expect(kept.problems[0]).toMatch(/state-00000001\.log grows, as no shorter one can be written: ENOSPC/);
    disk.left = Number.POSITIVE_INFINITY;
    await kept.rpc('Sync', 'agent.SyncRequest', agent(2));
    const again = await openKept(copyOf(kept.folder.directory));
    expect(again.model.agents()).toHaveLength(2);
  });
});

it('a server on a full file system refuses calls, says why, and goes on when there is room', async (ctx) => {
  const directory = smallFileSystem(ctx);
  const problems: string[] = [];
  const server = await createFakeServer({
    ...{ compat: 'v7' as const, clusters: ['shop'], strictPackages: false, listen: { host: '127.0.0.1', port: 0 } },
    data: { directory },
    onProblem: (message, cause) => problems.push(cause instanceof Error ? `${message}: ${cause.message}` : message),
  });
  onTestFinished(() => server.close({ graceMs: 0 }));
  const faults: string[] = [];
  server.onRecord((record) => {
    if (record.kind === 'fault') faults.push(record.text.replace(/\d+/, 'N'));
    if (record.kind === 'call' && record.fault !== undefined)
      faults.push(`${record.fault.id}, taken: ${record.fault.taken}`);
  });
  const client = connect(server.grpc);
  const sync = (n: number) =>
    client.unary('/agent.Synchronizer/Sync', messageType('agent.SyncRequest').encode(agent(n)));
  await sync(1);
  expect(await client.sync({ clusterId: 'shop', version: 1n, agentId: 1, entries: someEntries })).toBe(1n);

  const ballast = join(directory, 'ballast');
  // Less than a page is left, which the files that are there have not filled.
  writeFileSync(ballast, Buffer.alloc(statfsSync(directory).bavail * statfsSync(directory).bsize));
  const filler = { type: 'x', compressedInfo: Buffer.alloc(100_000) };
  const refused = await failureOf(
    client.sync({ clusterId: 'shop', version: 2n, agentId: 1, entries: [...someEntries, filler] }),
  );
  expect(refused).toMatchObject({ code: 14, details: expect.stringMatching(/^Cannot keep an upload in .*: ENOSPC/) });
  let last: Error | null = null;
  for (let n = 2; n < 100 && last === null; n++)
    last = await sync(n).then(
      () => null,
      (error: Error) => error,
    );
  expect(last).toMatchObject({ code: 14, details: expect.stringMatching(/^Cannot write .*: ENOSPC/) });
  expect(await server.change({ kind: 'create-group', name: 'macvlan' })).toMatchObject({
    ok: false,
    status: 'SERVER_ERROR',
    description: expect.stringContaining('ENOSPC'),
  });
  expect(problems).toEqual([
    expect.stringMatching(
      /^Calls that change something are refused until the data folder can be written again: .*ENOSPC/,
    ),
  ]);
  expect(server.status().data?.problem).toContain('ENOSPC');
  await failureOf(client.sync({ clusterId: 'shop', version: 1n, agentId: 1 }));
  expect(faults).toEqual([
    'data, taken: false',
    expect.stringMatching(
      /^Call N of \/agent\.Synchronizer\/Sync was answered UNAVAILABLE, as what it did may not be kept: Cannot write/,
    ),
    'data, taken: false',
  ]);

  rmSync(ballast);
  await expect
    .poll(
      () =>
        sync(200).then(
          () => 'answered',
          (error: Error) => error.message,
        ),
      { timeout: 5000 },
    )
    .toBe('answered');
  expect(await client.sync({ clusterId: 'shop', version: 1n, agentId: 1 })).toBe(1n);
  expect(await client.sync({ clusterId: 'shop', version: 2n, agentId: 1, entries: someEntries })).toBe(2n);
  const again = await openKept(copyOf(directory));
  expect(again.model.saved()).toEqual(server.model.saved());
  expect(await again.folder.uploads()[0]?.read()).toEqual(
    encodeSyncRequest({ clusterId: 'shop', version: 2n, agentId: 1, entries: someEntries }),
  );
});

/** 512 KiB, in memory. */
function smallFileSystem(ctx: TestContext): string {
  const directory = join(temporaryDirectory(), 'small');
  mkdirSync(directory);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', directory], { stdio: 'pipe' });
  } catch {
    ctx.skip('mounting a small file system needs root; a disk that is full is played by the tests above');
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', directory]);
  });
  return directory;
}
