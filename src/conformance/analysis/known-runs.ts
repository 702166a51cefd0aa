import type { EntryCursor } from '../../wire/wire-format.js';
import type { KnownEntry } from './entry-cache.js';

/**
 * Finds runs of entries that stand in an upload as they stood in the one before. Most of an upload does, and comparing some
 * entries at once takes a fraction of the time of looking them up one by one.
 */
export interface KnownRuns {
  /** An upload begins; `pass` and `add` tell of its entries in their order. `number` as in `KnownEntry.usedBy`. */
  begin(request: Buffer, number: number): void;
  /**
   * Passes over a run whose bytes begin at this offset, telling of each entry and of the offset of its content.
   *
   * @returns where it ends; the offset itself where there is no run
   */
  pass(offset: number, visit: (known: KnownEntry, start: number) => void): number;
  /**
   * An entry that is in no run. To be left out where what the bytes mean depends on where they stand. To be called before
   * `usedBy` is set.
   */
  add(known: KnownEntry, place: FieldPlace): void;
  /** The upload is over. */
  end(): void;
}

/** Where an entry's field lies in a request, tag included, and where its content does. */
export type FieldPlace = Pick<EntryCursor, 'from' | 'to' | 'start'>;

/** Short enough that most runs of a cluster at work hold no change. */
const runLength = 16;

/** Entries in their order; several lists, as one object for each of 100,000 entries costs more. */
interface Sequence {
  readonly number: number;
  readonly request: Buffer;
  readonly entries: KnownEntry[];
  /** Offsets of their fields, of what follows these, and of their contents. */
  readonly froms: number[];
  readonly tos: number[];
  readonly starts: number[];
}

export function createKnownRuns(): KnownRuns {
  let before = createSequence(0, Buffer.alloc(0));
  let now = before;
  /** Position in `before` of what is expected next. */
  let next = 0;

  const push = (known: KnownEntry, from: number, to: number, start: number): void => {
    known.position = now.entries.push(known) - 1;
    now.froms.push(from);
    now.tos.push(to);
    now.starts.push(start);
  };

  return {
    begin(request, number) {
      before = now;
      now = createSequence(number, request);
      next = 0;
    },
    pass(offset, visit) {
      const { entries, froms, tos, starts } = before;
      if (next >= entries.length) return offset;
      const first = froms[next] as number;
      let stop = next + 1;
      while (stop < entries.length && stop < next + runLength && froms[stop] === tos[stop - 1]) stop += 1;
      const last = tos[stop - 1] as number;
      const shift = offset - first;
      if (last + shift > now.request.length) return offset;
      if (before.request.compare(now.request, offset, last + shift, first, last) !== 0) return offset;
      for (; next < stop; next++) {
        const known = entries[next] as KnownEntry;
        const start = (starts[next] as number) + shift;
        push(known, (froms[next] as number) + shift, (tos[next] as number) + shift, start);
        visit(known, start);
      }
      return last + shift;
    },
    add(known, { from, to, start }) {
      next = known.usedBy === before.number ? known.position + 1 : next + 1;
      push(known, from, to, start);
    },
    end() {
      // Its memory can go.
      before = createSequence(0, Buffer.alloc(0));
    },
  };
}

function createSequence(number: number, request: Buffer): Sequence {
  return { number, request, entries: [], froms: [], tos: [], starts: [] };
}
