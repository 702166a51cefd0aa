import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JournalError } from '../../src/journal/journal-error.js';
import { openJournalWriter } from '../../src/journal/journal-writer.js';
import type { JournalRecord } from '../../src/journal/record.js';
import { type OpenSegmentFile, openSegmentFile } from '../../src/journal/segment-file.js';
import { callRecord, readBack, seqs, startRecord } from './records.js';
import { temporaryDirectory } from './temporary-directory.js';

describe('openJournalWriter', () => {
  it.each([{ fsync: false }, { fsync: true }])(
    'gives back what was appended, byte by byte, with $fsync',
    async (options) => {
      const directory = join(temporaryDirectory(), 'made', 'on', 'demand');
      const writer = await openJournalWriter(directory, options);
      const records = [
        startRecord,
        callRecord(1),
        callRecord(2, Buffer.alloc(3_000_000, 7)),
        callRecord(3, Buffer.alloc(0)),
      ];
      await Promise.all(records.map((record) => writer.append(record)));
      await writer.close();
      const back = await readBack(directory);
      expect(back.damages).toEqual([]);
      expect(back.records.map(digested)).toEqual(records.map(digested));
    },
  );

  it('keeps the order of append where small records follow a large one', async () => {
    const directory = temporaryDirectory();
    const writer = await openJournalWriter(directory, { fsync: false });
    const appends = [1, 2, 3, 4, 5].map((seq) =>
      writer.append(callRecord(seq, seq === 2 ? Buffer.alloc(5_000_000) : undefined)),
    );
    expect(writer.pendingBytes()).toBeGreaterThan(5_000_000);
    await Promise.all(appends);
    expect(writer.pendingBytes()).toBe(0);
    await writer.close();
    expect(seqs((await readBack(directory)).records)).toEqual([1, 2, 3, 4, 5]);
  });

  it('opens a new segment each time and knows the highest call number', async () => {
    const directory = temporaryDirectory();
    const first = await openJournalWriter(directory, { fsync: false });
    expect(first.lastSeq).toBe(0);
    await first.append(callRecord(9));
    await first.append(callRecord(8));
    await first.close();
    await (await openJournalWriter(directory, { fsync: false })).close();
    const third = await openJournalWriter(directory, { fsync: false });
    expect(third.lastSeq).toBe(9);
    await third.append(callRecord(10));
    await third.close();
    expect(readdirSync(directory).sort()).toEqual(['00000001.plj', '00000002.plj', '00000003.plj']);
    expect(await readBack(directory)).toMatchObject({ damages: [] });
    expect(seqs((await readBack(directory)).records)).toEqual([9, 8, 10]);
  });

  it('turns to the next segment where one has grown large', async () => {
    const directory = temporaryDirectory();
    const writer = await openJournalWriter(directory, { fsync: false, segmentBytes: 1000 });
    for (let seq = 1; seq <= 20; seq++) {
      await writer.append(callRecord(seq));
    }
    await writer.close();
    expect(readdirSync(directory).length).toBeGreaterThan(3);
    expect(seqs((await readBack(directory)).records)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('does not block the loop while it writes a large record', async () => {
    const writer = await openJournalWriter(temporaryDirectory(), { fsync: false });
    let settled = false;
    const appended = writer.append(callRecord(1, Buffer.alloc(20_000_000))).then(() => {
      settled = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toBe(false);
    await appended;
    await writer.close();
  });

  it('names a write that failed, keeps the journal whole and goes on', async () => {
    const directory = temporaryDirectory();
    let room = Number.POSITIVE_INFINITY;
    const writer = await openJournalWriter(directory, {
      fsync: false,
      openSegmentFile: (path) => withRoom(path, () => room),
    });
    await writer.append(callRecord(1));
    room = 100;
    await expect(writer.append(callRecord(2))).rejects.toThrow(/ENOSPC/);
    await expect(writer.append(callRecord(3, Buffer.alloc(100_000)))).rejects.toBeInstanceOf(JournalError);
    room = Number.POSITIVE_INFINITY;
    await writer.append(callRecord(4));
    await writer.close();
    const back = await readBack(directory);
    expect(seqs(back.records)).toEqual([1, 4]);
    expect(back.damages).toEqual([]);
  });

  it('refuses records after close', async () => {
    const writer = await openJournalWriter(temporaryDirectory(), { fsync: false });
    await writer.close();
    await expect(writer.append(callRecord(1))).rejects.toMatchObject({ code: 'closed' });
  });

  it('says so where the directory cannot be made', async () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    await expect(openJournalWriter(join(file, 'journal'), { fsync: false })).rejects.toThrow(
      /Cannot make the journal directory .*ENOTDIR/,
    );
  });
});

describe('the lock of a journal directory', () => {
  it('lets one writer in at a time', async () => {
    const directory = temporaryDirectory();
    const writer = await openJournalWriter(directory, { fsync: false });
    await expect(openJournalWriter(directory, { fsync: false })).rejects.toThrow(
      `Process ${process.pid} writes this journal already`,
    );
    await writer.close();
    await (await openJournalWriter(directory, { fsync: false })).close();
    expect(readdirSync(directory).filter((name) => name.includes('lock'))).toEqual([]);
  });

  it.each([
    ['a process that is gone', { pid: 2 ** 22 - 1, host: 'here', start: '' }],
    ['another process that had this pid', { pid: process.pid, host: 'here', start: 'other-boot 1' }],
    ['nobody, as its text is torn', null],
  ])('takes over the lock of %s', async (_, holder) => {
    const directory = temporaryDirectory();
    const { hostname } = await import('node:os');
    const text = holder === null ? '{"pid": 1' : JSON.stringify({ ...holder, host: hostname() });
    writeFileSync(join(directory, 'writer.lock'), text);
    await (await openJournalWriter(directory, { fsync: false })).close();
    expect(readdirSync(directory)).toEqual(['00000001.plj']);
  });

  it('does not judge a process on another host', async () => {
    const directory = temporaryDirectory();
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'writer.lock'), JSON.stringify({ pid: 1, host: 'elsewhere', start: '' }));
    await expect(openJournalWriter(directory, { fsync: false })).rejects.toThrow(
      /on host elsewhere .* remove that file/,
    );
  });
});

/** Messages as digests: the comparison of large arrays element by element takes ages. */
function digested(record: JournalRecord): object {
  if (record.kind !== 'call') {
    return record;
  }
  const [request, response] = [record.request, record.response].map((bytes) =>
    createHash('sha256').update(bytes).digest('hex'),
  );
  return { ...record, request, response };
}

/** A segment whose medium has room for `room()` more bytes at each write. */
function withRoom(path: string, room: () => number): ReturnType<OpenSegmentFile> {
  const file = openSegmentFile(path);
  const noSpace = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  return {
    ...file,
    writeSync: (bytes, position) => {
      file.writeSync(bytes.subarray(0, room()), position);
      if (bytes.length > room()) {
        throw noSpace;
      }
    },
    write: async (pieces, position) => {
      const bytes = Buffer.concat(pieces);
      await file.write([bytes.subarray(0, room())], position);
      if (bytes.length > room()) {
        throw noSpace;
      }
    },
  };
}
