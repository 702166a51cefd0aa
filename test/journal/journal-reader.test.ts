import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openJournalWriter } from '../../src/journal/journal-writer.js';
import { segmentHeaderSize } from '../../src/journal/segment.js';
import { callRecord, readBack, seqs, startRecord } from './records.js';
import { temporaryDirectory } from './temporary-directory.js';

describe('readJournal', () => {
  it('names a torn tail wherever the file was cut, and reads what is in front of it', async () => {
    const { file } = await journalOf(3);
    const bytes = readFileSync(file);
    const ends = await recordEnds();
    for (let length = 1; length < bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length));
      const { records, damages } = await readBack(file);
      const whole = ends.filter((end) => end <= length).length;
      expect(seqs(records)).toEqual([1, 2, 3].slice(0, whole));
      const start = [segmentHeaderSize, ...ends].filter((end) => end <= length).at(-1) ?? 0;
      expect(damages).toEqual(
        start === length
          ? []
          : [
              {
                kind: 'torn-tail',
                file,
                offset: start,
                lostBytes: length - start,
                message: expect.stringContaining('ends inside'),
              },
            ],
      );
    }
  });

  it('takes zeros at the end for a torn tail', async () => {
    const { file } = await journalOf(2);
    const size = readFileSync(file).length;
    appendFileSync(file, Buffer.alloc(5000));
    const { records, damages } = await readBack(file);
    expect(seqs(records)).toEqual([1, 2]);
    expect(damages).toMatchObject([{ kind: 'torn-tail', offset: size, lostBytes: 5000 }]);
  });

  it('leaves out one damaged record and reads the ones behind it', async () => {
    const { directory, file } = await journalOf(3);
    const bytes = readFileSync(file);
    flip(bytes, bytes.indexOf('request 2'));
    writeFileSync(file, bytes);
    const { records, damages } = await readBack(directory);
    expect(seqs(records)).toEqual([1, 3]);
    expect(damages).toMatchObject([{ kind: 'corrupt-record', file, offset: (await recordEnds())[0] }]);
  });

  it('goes on with the next segment where the way to the next record is lost', async () => {
    const { directory, file } = await journalOf(3);
    const next = await openJournalWriter(directory, { fsync: false });
    await next.append(callRecord(4));
    await next.close();
    const bytes = readFileSync(file);
    const second = (await recordEnds())[0] ?? 0;
    flip(bytes, second + 1);
    writeFileSync(file, bytes);
    const { records, damages } = await readBack(directory);
    expect(seqs(records)).toEqual([1, 4]);
    expect(damages).toMatchObject([{ kind: 'corrupt-rest', offset: second, lostBytes: bytes.length - second }]);
  });

  it('names a segment that is missing between two', async () => {
    const directory = temporaryDirectory();
    for (const seq of [1, 2, 3]) {
      const writer = await openJournalWriter(directory, { fsync: false });
      await writer.append(callRecord(seq));
      await writer.close();
    }
    rmSync(join(directory, '00000002.plj'));
    const { records, damages } = await readBack(directory);
    expect(seqs(records)).toEqual([1, 3]);
    expect(damages).toMatchObject([{ kind: 'missing-segment', message: '00000002.plj of the journal is missing.' }]);
  });

  it('never throws and never invents a record, whatever byte is damaged', async () => {
    const { file } = await journalOf(3);
    const bytes = readFileSync(file);
    const original = (await readBack(file)).records;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: segmentHeaderSize, max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const damaged = Buffer.from(bytes);
          flip(damaged, at, mask);
          writeFileSync(file, damaged);
          const { records, damages } = await readBack(file);
          expect(damages).toHaveLength(1);
          expect(original).toEqual(expect.arrayContaining([...records]));
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([1, 2])('reads format %i', async (version) => {
    const { file } = await journalOf(2);
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(version, 8);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 12)), 12);
    writeFileSync(file, bytes);
    const { records, damages } = await readBack(file);
    expect(damages).toEqual([]);
    expect(seqs(records)).toEqual([1, 2]);
  });

  it('refuses a newer format, other files and places without a journal, and says what to do', async () => {
    const { file } = await journalOf(1);
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(4, 8);
    writeFileSync(file, bytes);
    await expect(readBack(file)).rejects.toThrow(/has journal format 4; this Plumbline reads formats up to 3/);
    writeFileSync(file, 'kind: List\napiVersion: v1\n');
    await expect(readBack(file)).rejects.toMatchObject({ code: 'not-a-journal' });
    await expect(readBack(temporaryDirectory())).rejects.toThrow(/holds no journal: expected files like 00000001\.plj/);
    await expect(readBack(join(temporaryDirectory(), 'nowhere'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('reads the format before', async () => {
    const { file } = await journalOf(3);
    const written = await readBack(file);
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(1, 8);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 12)), 12);
    writeFileSync(file, bytes);
    expect(await readBack(file)).toEqual({ records: written.records, damages: [] });
  });

  it('takes a segment without a whole header for one whose writer was killed at once', async () => {
    const { file } = await journalOf(1);
    truncateSync(file, 7);
    expect(await readBack(file)).toMatchObject({
      records: [],
      damages: [{ kind: 'torn-tail', offset: 0, lostBytes: 7 }],
    });
  });
});

async function journalOf(calls: number): Promise<{ directory: string; file: string }> {
  const directory = temporaryDirectory();
  const writer = await openJournalWriter(directory, { fsync: false });
  for (let seq = 1; seq <= calls; seq++) {
    await writer.append(callRecord(seq));
  }
  await writer.close();
  return { directory, file: join(directory, '00000001.plj') };
}

/** Where the records of `journalOf(3)` end, learnt from shorter journals. */
async function recordEnds(): Promise<readonly number[]> {
  return Promise.all([1, 2, 3].map(async (calls) => readFileSync((await journalOf(calls)).file).length));
}

function flip(bytes: Buffer, at: number, mask = 0xff): void {
  bytes[at] = (bytes[at] ?? 0) ^ mask;
}

describe('a start record', () => {
  it('is read back as it was', async () => {
    const directory = temporaryDirectory();
    const writer = await openJournalWriter(directory, { fsync: false });
    await writer.append({ ...startRecord, teams: ['t-1'] });
    await writer.close();
    expect((await readBack(directory)).records).toEqual([{ ...startRecord, teams: ['t-1'] }]);
  });
});
