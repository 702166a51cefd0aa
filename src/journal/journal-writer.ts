import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lockDirectory } from './directory-lock.js';
import { encodeFrame, encodeSmallFrame, type MetadataTexts } from './frame.js';
import { highestSeq } from './highest-seq.js';
import { causeText, JournalError } from './journal-error.js';
import { makeDirectory } from './make-directory.js';
import type { JournalRecord } from './record.js';
import { encodeSegmentHeader, segmentHeaderSize, segmentName, segmentNumber } from './segment.js';
import { type OpenSegmentFile, openSegmentFile, type SegmentFile } from './segment-file.js';

export interface JournalWriterOptions {
  /** Wait until the medium has the bytes; without it they survive the death of the process, not that of the machine. */
  readonly fsync: boolean;
  /** A segment that has grown beyond this, in bytes, is followed by the next one. Default 1 GiB. */
  readonly segmentBytes?: number;
  readonly openSegmentFile?: OpenSegmentFile;
}

export interface JournalWriter {
  readonly directory: string;
  /** The highest call number that the directory held when it was opened; 0 where it held none. */
  readonly lastSeq: number;
  /**
   * Resolves once the operating system (with `fsync`: the medium) has the record. Records are written in the order of
   * the calls of `append`.
   *
   * @throws JournalError `io` where it could not be written: the record is lost, the journal stays whole, later records
   * are tried again
   */
  append(record: JournalRecord): Promise<void>;
  /** Bytes that wait to be written. */
  pendingBytes(): number;
  /** Waits for what was appended, then gives the directory free. */
  close(): Promise<void>;
}

interface Pending {
  readonly pieces: readonly Uint8Array[];
  readonly size: number;
  readonly resolve: () => void;
  readonly reject: (error: JournalError) => void;
}

/** Up to this many bytes a direct write (about 1 us for 400 bytes) is cheaper than a trip to the thread pool (about 15 us). */
const directWriteBytes = 64 * 1024;

const batchBytes = 64 * 1024 * 1024;

/**
 * Opens a new segment in `directory`, which is made where it does not exist.
 *
 * @throws JournalError `locked` while another process writes there, `io` where it cannot be written
 */
export async function openJournalWriter(directory: string, options: JournalWriterOptions): Promise<JournalWriter> {
  try {
    makeDirectory(directory);
  } catch (error) {
    throw new JournalError('io', `Cannot make the journal directory ${directory}: ${causeText(error)}.`, {
      cause: error,
    });
  }
  const lock = lockDirectory(directory);
  try {
    const lastSeq = await highestSeq(directory);
    return createWriter(directory, lastSeq, options, lock.release);
  } catch (error) {
    lock.release();
    if (error instanceof JournalError) {
      throw error;
    }
    throw new JournalError('io', `Cannot write the journal in ${directory}: ${causeText(error)}.`, { cause: error });
  }
}

function createWriter(
  directory: string,
  lastSeq: number,
  options: JournalWriterOptions,
  release: () => void,
): JournalWriter {
  const open = options.openSegmentFile ?? openSegmentFile;
  const segmentBytes = options.segmentBytes ?? 1024 ** 3;
  let number = Math.max(0, ...readdirSync(directory).map((name) => segmentNumber(name) ?? 0));
  let file = openNext();
  let end = segmentHeaderSize;
  const metadataTexts: MetadataTexts = new WeakMap();
  let queue: Pending[] = [];
  let queuedBytes = 0;
  let draining: Promise<void> | null = null;
  let closing: Promise<void> | null = null;

  function openNext(): SegmentFile {
    const next = open(join(directory, segmentName(number + 1)));
    number += 1;
    try {
      next.writeSync(encodeSegmentHeader(), 0);
    } catch (error) {
      next.closeSync();
      throw error;
    }
    return next;
  }

  function turnSegment(): void {
    if (end > segmentBytes) {
      const next = openNext();
      file.closeSync();
      file = next;
      end = segmentHeaderSize;
    }
  }

  function failure(cause: unknown): JournalError {
    try {
      // What was written of it would look like damage.
      file.truncateSync(end);
    } catch {
      // The next record is written over it; at worst the reader names a torn tail.
    }
    const path = join(directory, segmentName(number));
    return new JournalError('io', `Cannot write to the journal ${path}: ${causeText(cause)}. The record is lost.`, {
      cause,
    });
  }

  async function writeBatch(batch: readonly Pending[]): Promise<void> {
    const size = sizeOf(batch);
    const pieces = batch.flatMap((pending) => pending.pieces);
    try {
      turnSegment();
      if (size <= directWriteBytes && !options.fsync) {
        file.writeSync(Buffer.concat(pieces, size), end);
      } else {
        await file.write(pieces, end);
        if (options.fsync) await file.sync();
      }
      end += size;
    } catch (cause) {
      const error = failure(cause);
      for (const pending of batch) {
        pending.reject(error);
      }
      return;
    }
    for (const pending of batch) {
      pending.resolve();
    }
  }

  async function drain(): Promise<void> {
    // What one turn of the loop brings is written at once: a write for each call takes longer than all else about it.
    await nextTurn();
    while (queue.length > 0) {
      const batch = firstBatch(queue);
      queue = queue.slice(batch.length);
      await writeBatch(batch);
      queuedBytes -= sizeOf(batch);
    }
    draining = null;
  }

  async function finish(): Promise<void> {
    await draining;
    try {
      await file.close();
    } finally {
      release();
    }
  }

  return {
    directory,
    lastSeq,
    append: (record) => {
      if (closing !== null) {
        return Promise.reject(new JournalError('closed', `The journal ${directory} is closed; the record is lost.`));
      }
      const pieces = isSmall(record) ? [encodeSmallFrame(record, metadataTexts)] : encodeFrame(record, metadataTexts);
      const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
      return new Promise((resolve, reject) => {
        queue.push({ pieces, size, resolve, reject });
        queuedBytes += size;
        draining ??= drain();
      });
    },
    pendingBytes: () => queuedBytes,
    close: () => {
      closing ??= finish();
      return closing;
    },
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function isSmall(record: JournalRecord): boolean {
  if (record.kind === 'call') return record.request.length + record.response.length <= directWriteBytes;
  return !('request' in record) || record.request.length <= directWriteBytes;
}

/** At least one, and no more than one write should carry. */
function firstBatch(queue: readonly Pending[]): readonly Pending[] {
  let bytes = 0;
  const end = queue.findIndex((pending, index) => {
    bytes += pending.size;
    return index > 0 && bytes > batchBytes;
  });
  return end === -1 ? queue : queue.slice(0, end);
}

function sizeOf(batch: readonly Pending[]): number {
  return batch.reduce((sum, pending) => sum + pending.size, 0);
}
