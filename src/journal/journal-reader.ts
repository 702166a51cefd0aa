import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type ByteSource, createByteSource } from './byte-source.js';
import { decodeFrameBody, decodeFrameHead, frameBodyLength, frameHeadSize } from './frame.js';
import type { JournalDamage } from './journal-damage.js';
import { causeText, JournalError } from './journal-error.js';
import type { JournalRecord } from './record.js';
import { decodeSegmentHeader, segmentFormatVersion, segmentHeaderSize, segmentName, segmentNumber } from './segment.js';

type OnDamage = (damage: JournalDamage) => void;

/**
 * Reads a journal directory, or one segment of it, in the order in which it was written. Whatever cannot be read is given
 * to `onDamage`, and the rest is read.
 *
 * @throws JournalError `not-found`, `not-a-journal` or `newer-format`
 */
export async function* readJournal(directoryOrFile: string, onDamage: OnDamage): AsyncGenerator<JournalRecord> {
  const segments = await segmentsOf(directoryOrFile);
  let expected = segments[0]?.number ?? 0;
  for (const { path, number } of segments) {
    if (number !== expected) {
      const missing =
        number - expected === 1 ? segmentName(expected) : `${segmentName(expected)} to ${segmentName(number - 1)}`;
      onDamage({
        kind: 'missing-segment',
        file: path,
        offset: 0,
        lostBytes: 0,
        message: `${missing} of the journal is missing.`,
      });
    }
    expected = number + 1;
    yield* readSegment(path, onDamage);
  }
}

/** The segments of a directory in order. */
export async function listSegments(directory: string): Promise<{ path: string; number: number }[]> {
  const names = await readdir(directory);
  return names
    .map((name) => ({ path: join(directory, name), number: segmentNumber(name) ?? -1 }))
    .filter(({ number }) => number >= 0)
    .sort((a, b) => a.number - b.number);
}

async function segmentsOf(path: string): Promise<{ path: string; number: number }[]> {
  let isDirectory: boolean;
  try {
    isDirectory = (await stat(path)).isDirectory();
  } catch (error) {
    throw new JournalError('not-found', `There is no journal at ${path}: ${causeText(error)}.`, { cause: error });
  }
  if (!isDirectory) {
    return [{ path, number: segmentNumber(basename(path)) ?? 0 }];
  }
  const segments = await listSegments(path);
  if (segments.length === 0) {
    throw new JournalError(
      'not-found',
      `${path} holds no journal: expected files like ${segmentName(1)}, as "serve --journal ${path}" writes them.`,
    );
  }
  return segments;
}

async function* readSegment(path: string, onDamage: OnDamage): AsyncGenerator<JournalRecord> {
  const file = await open(path, 'r');
  try {
    const size = (await file.stat()).size;
    const source = createByteSource(file);
    const header = await source.take(segmentHeaderSize);
    if (header.length < segmentHeaderSize) {
      onDamage(tornTail(path, 0, header.length, 'its header'));
      return;
    }
    checkHeader(path, header);
    yield* readFrames(path, size, file, source, onDamage);
  } finally {
    await file.close();
  }
}

function checkHeader(path: string, bytes: Buffer): void {
  const header = decodeSegmentHeader(bytes);
  if (header.kind === 'newer') {
    throw new JournalError(
      'newer-format',
      `${path} has journal format ${header.version}; this Plumbline reads formats up to ${segmentFormatVersion}. Use the Plumbline that wrote it, or a newer one.`,
    );
  }
  if (header.kind === 'foreign') {
    throw new JournalError(
      'not-a-journal',
      `${path} is not a journal: its first ${segmentHeaderSize} bytes are not those of one.`,
    );
  }
}

async function* readFrames(
  path: string,
  size: number,
  file: FileHandle,
  source: ByteSource,
  onDamage: OnDamage,
): AsyncGenerator<JournalRecord> {
  for (;;) {
    const start = source.offset();
    const headBytes = await source.take(frameHeadSize);
    if (headBytes.length === 0) {
      return;
    }
    if (headBytes.length < frameHeadSize) {
      onDamage(tornTail(path, start, headBytes.length, 'a record'));
      return;
    }
    const head = decodeFrameHead(headBytes);
    if (head === null) {
      onDamage(await damagedHead(path, start, size, file));
      return;
    }
    const length = frameBodyLength(head);
    const rest = (await file.stat()).size - source.offset();
    const body = length > rest ? null : await source.take(length);
    if (body === null || body.length < length) {
      onDamage(tornTail(path, start, frameHeadSize + rest, `a record of ${frameHeadSize + length} bytes`));
      return;
    }
    const record = decodeFrameBody(head, body);
    if (record === null) {
      const lostBytes = frameHeadSize + length;
      onDamage({
        kind: 'corrupt-record',
        file: path,
        offset: start,
        lostBytes,
        message: `${path}: the record at byte ${start} (${lostBytes} bytes) was damaged; it is left out.`,
      });
    } else {
      yield record;
    }
  }
}

/** Zeros up to the end are what a machine leaves that lost its power; anything else is damage. */
async function damagedHead(path: string, offset: number, size: number, file: FileHandle): Promise<JournalDamage> {
  const lostBytes = size - offset;
  if (await isZeroFrom(file, offset)) {
    return tornTail(path, offset, lostBytes, 'zeros');
  }
  return {
    kind: 'corrupt-rest',
    file: path,
    offset,
    lostBytes,
    message: `${path}: damaged at byte ${offset}; the ${lostBytes} bytes from there to the end of the file are left out.`,
  };
}

async function isZeroFrom(file: FileHandle, offset: number): Promise<boolean> {
  const chunk = Buffer.alloc(256 * 1024);
  for (let at = offset; ; ) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) {
      return true;
    }
    if (chunk.subarray(0, bytesRead).some((byte) => byte !== 0)) {
      return false;
    }
    at += bytesRead;
  }
}

function tornTail(file: string, offset: number, lostBytes: number, what: string): JournalDamage {
  return {
    kind: 'torn-tail',
    file,
    offset,
    lostBytes,
    message: `${file} ends inside ${what} that begins at byte ${offset}; the last ${lostBytes} bytes are left out. The writer was killed, or still writes.`,
  };
}
