import { createProblemList, malformed, type ProblemList, unexpectedField } from './problem-list.js';
import { readText } from './text-field.js';
import type { WireProblem } from './wire-problem.js';
import { WireReader, wireTypes } from './wire-reader.js';

/** One element of `entries` (KubernetesAPIInfo), before its content is looked at. */
export interface RawEntry {
  /** Position in the request, from 0. */
  readonly index: number;
  /** The type string; "" where absent. */
  readonly type: string;
  /** The plain text that no server reads; null where absent. */
  readonly info: string | null;
  /** zlib of JSON, as a view of the request's bytes; null where absent. */
  readonly compressedInfo: Uint8Array | null;
  /** Offsets are those in the request. */
  readonly problems: readonly WireProblem[];
}

/** A `RawEntry` as it lies in the request. One object for all entries: it changes when the next one is visited. */
export interface EntryCursor extends Omit<RawEntry, 'compressedInfo'> {
  /** compressed_info is what lies from `start` up to, not including, `stop`; -1 where it is absent. */
  readonly start: number;
  readonly stop: number;
  /** The entry's whole field, tag included, is what lies from `from` up to, not including, `to`. */
  readonly from: number;
  readonly to: number;
}

/**
 * Asked at the offset of each field for entries that are known already. They are counted, and not visited.
 *
 * @param there the bytes up to, not including, this offset are there
 * @returns how many stand there one behind the other, and where they end; null where more bytes must be there to tell
 */
export type PassOver = (offset: number, there: number) => { readonly entries: number; readonly end: number } | null;

const passNothing: PassOver = (offset) => ({ entries: 0, end: offset });

/** A walk along the entries of a request that may still be on its way. */
export interface EntryWalk {
  /**
   * Goes on as far as it can.
   *
   * @param there the bytes up to, not including, this offset are there; all of them for the last step
   */
  advance(there: number): void;
}

/** A tag and a length, or a tag and a number, at their longest. */
const longestHead = 20;

const entriesField = 10;
const fieldNames: Readonly<Record<number, string>> = { 1: 'type', 2: 'info', 3: 'compressed_info' };

/**
 * Visits the entries of a KubernetesAPISyncRequest of either package, in order. Never throws by itself. Entries that
 * stand before a break of the request are visited; an entry that is broken inside gives what stands before the break and
 * a problem of kind `malformed`, and the entries behind it are visited as well.
 */
export function splitEntries(bytes: Uint8Array, visit: (entry: RawEntry) => void): void {
  const walk = createEntryWalk(bytes, (cursor) => {
    const { index, type, info, problems } = cursor;
    visit({ index, type, info, compressedInfo: contentAt(bytes, cursor), problems });
  });
  walk.advance(bytes.length);
}

/** `splitEntries` in steps, and without an object and a view for each of perhaps 100,000 entries. */
export function createEntryWalk(
  bytes: Uint8Array,
  visit: (cursor: EntryCursor) => void,
  passOver: PassOver = passNothing,
): EntryWalk {
  const reader = new WireReader(bytes);
  const readEntry = createEntryReader(bytes);
  let index = 0;

  /** False where it has to wait for more bytes. */
  const pass = (there: number): boolean => {
    for (;;) {
      const run = passOver(reader.position, there);
      if (run === null) return false;
      if (run.entries === 0) return reader.position + longestHead <= there || there === bytes.length;
      index += run.entries;
      reader.reset(run.end, bytes.length);
    }
  };
  return {
    advance(there) {
      while (reader.fault === null && pass(there)) {
        const from = reader.position;
        if (!reader.next()) return;
        if (reader.field === entriesField && reader.wireType === wireTypes.bytes) {
          if (!reader.payload()) return;
          if (reader.stop > there) {
            reader.reset(from, bytes.length);
            return;
          }
          visit(readEntry(index, reader));
          index++;
        } else if (reader.wireType === wireTypes.groupStart && there < bytes.length) {
          // Where a group ends is not known before its end is there.
          reader.reset(from, bytes.length);
          return;
        } else {
          reader.skip();
        }
      }
    },
  };
}

/** The compressed_info that the cursor tells of, as a view of the request's bytes; null where absent. */
export function contentAt(bytes: Uint8Array, { start, stop }: Pick<EntryCursor, 'start' | 'stop'>): Uint8Array | null {
  return start < 0 ? null : new Uint8Array(bytes.buffer, bytes.byteOffset + start, stop - start);
}

/** The field that `reader` stands at, inside an entry, where the schema has no such field; else null. */
export function unexpectedInEntry(reader: WireReader, index: number): WireProblem | null {
  const name = fieldNames[reader.field];
  return name !== undefined && reader.wireType === wireTypes.bytes
    ? null
    : unexpectedField(reader, `entry ${index}`, name, wireTypes.bytes);
}

function createEntryReader(bytes: Uint8Array): (index: number, field: WireReader) => EntryCursor {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = new WireReader(bytes);
  const problems = createProblemList();
  const readType = createTypeReader(buffer, problems);
  const place = { start: -1, stop: -1, from: 0, to: 0 };
  const cursor = { index: 0, type: '', info: null as string | null, problems: problems.take(), ...place };

  return (index, field) => {
    cursor.index = index;
    cursor.from = field.offset;
    cursor.to = field.stop;
    cursor.type = '';
    cursor.info = null;
    cursor.start = -1;
    cursor.stop = -1;
    reader.reset(field.start, field.stop);
    while (reader.next()) {
      const unexpected = unexpectedInEntry(reader, index);
      if (unexpected !== null) {
        problems.add(unexpected);
        reader.skip();
      } else if (reader.payload()) {
        const number = reader.field;
        if (number === 1) cursor.type = readType(reader, index);
        else if (number === 2) cursor.info = readText(buffer, reader, `info of entry ${index}`, problems);
        else {
          cursor.start = reader.start;
          cursor.stop = reader.stop;
        }
      }
    }
    if (reader.fault !== null) {
      problems.add(malformed(`entry ${index}`, reader.fault));
    }
    cursor.problems = problems.take();
    return cursor;
  };
}

/** Neighbours are mostly of one type: its text is made once. */
function createTypeReader(buffer: Buffer, problems: ProblemList): (reader: WireReader, index: number) => string {
  let last = '';
  let lastStart = 0;
  let lastStop = 0;
  let lastIsText = false;
  return (reader, index) => {
    const { start, stop } = reader;
    if (!lastIsText || !sameBytes(buffer, start, stop, lastStart, lastStop)) {
      last = readText(buffer, reader, `type of entry ${index}`, problems);
      lastIsText = !last.includes('\ufffd');
      lastStart = start;
      lastStop = stop;
    }
    return last;
  };
}

function sameBytes(bytes: Uint8Array, start: number, stop: number, otherStart: number, otherStop: number): boolean {
  if (stop - start !== otherStop - otherStart) {
    return false;
  }
  for (let index = start, other = otherStart; index < stop; index++, other++) {
    if (bytes[index] !== bytes[other]) {
      return false;
    }
  }
  return true;
}
