import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenSegmentFile, SegmentFile } from '../../journal/segment-file.js';
import { encodeLine, type StateHeader, whole } from './state-lines.js';
import type { StateOp } from './state-tables.js';
import { syncFolder } from './sync-folder.js';

/** A state file that is written to. */
export interface StateFile {
  readonly number: number;
  /** Its name once it counts. */
  readonly path: string;
  /** Bytes that are good. */
  size(): number;
  /** Bytes of the state that it begins with. */
  readonly begun: number;
  /**
   * Writes one line: all of it counts, or nothing. Small ones are in the hands of the system when the call returns.
   *
   * @throws on any error of the system
   */
  append(ops: readonly StateOp[]): Promise<void> | null;
  sync(): Promise<void>;
  /** Puts it in the place of all files with lower numbers. */
  publish(): Promise<void>;
  close(): Promise<void>;
  /** Closes and removes it. Never throws. */
  discard(): Promise<void>;
}

export interface NewStateFile {
  readonly directory: string;
  readonly number: number;
  readonly header: StateHeader;
  readonly ops: Iterable<StateOp>;
  readonly open: OpenSegmentFile;
}

const namePattern = /^state-(\d+)\.log$/;

export function stateName(number: number): string {
  return `state-${String(number).padStart(8, '0')}.log`;
}

/** The number in the name of a state file; null for any other file. */
export function stateNumber(name: string): number | null {
  const match = namePattern.exec(name);
  return match === null ? null : Number(match[1]);
}

/** A direct write of so much is cheaper than a trip to the thread pool. */
const directBytes = 64 * 1024;

/** Ops in one line of the state that a file begins with: made in one turn of the event loop, in about 1 ms. */
const opsPerLine = 50;

/** Begins a file; it does not count before `publish`. */
export async function beginStateFile({ directory, number, header, ops, open }: NewStateFile): Promise<StateFile> {
  const path = join(directory, stateName(number));
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  const file = open(draft);
  let size = 0;
  let isOpen = true;
  const discard = async (): Promise<void> => {
    if (isOpen) await file.close().catch(() => {});
    isOpen = false;
    await rm(draft, { force: true }).catch(() => {});
    await rm(path, { force: true }).catch(() => {});
  };
  try {
    for (const value of contentOf(header, ops)) {
      const line = encodeLine(value);
      await file.write([line], size);
      size += line.length;
    }
    await file.sync();
  } catch (error) {
    await discard();
    throw error;
  }
  const begun = size;
  return {
    ...{ number, path, begun, discard },
    size: () => size,
    append: (added) => {
      const line = encodeLine(added);
      if (line.length <= directBytes) {
        writeWhole(file, line, size);
        size += line.length;
        return null;
      }
      return writeLong(line);
    },
    sync: () => file.sync(),
    publish: async () => {
      await rename(draft, path);
      await syncFolder(directory);
    },
    close: async () => {
      isOpen = false;
      await file.close();
    },
  };

  async function writeLong(line: Buffer): Promise<void> {
    try {
      await file.write([line], size);
    } catch (error) {
      cutOff(file, size);
      throw error;
    }
    size += line.length;
  }
}

function writeWhole(file: SegmentFile, line: Buffer, at: number): void {
  try {
    file.writeSync(line, at);
  } catch (error) {
    cutOff(file, at);
    throw error;
  }
}

function cutOff(file: SegmentFile, size: number): void {
  try {
    file.truncateSync(size);
  } catch {
    // Then it ends with a torn line, which is no damage.
  }
}

function* linesOf(ops: Iterable<StateOp>): Generator<readonly StateOp[]> {
  let line: StateOp[] = [];
  for (const op of ops) {
    line.push(op);
    if (line.length === opsPerLine) {
      yield line;
      line = [];
    }
  }
  if (line.length > 0) yield line;
}

function* contentOf(header: StateHeader, ops: Iterable<StateOp>): Generator<unknown> {
  yield header;
  yield* linesOf(ops);
  yield whole;
}
