import type { EntryCursor } from '../../wire/wire-format.js';
import type { KnownEntry, Origin } from './entry-cache.js';

/**
 * Finds runs of entries that stand in an upload as they stood in the one before. Most of an upload does, and comparing some
 * entries at once takes a fraction of the time of looking them up one by one.
 */
export interface KnownRuns {
  /** An upload begins; `pass` and `add` tell of its entries in their order. */
  begin(request: Buffer, origin: Origin): void;
  /**
   * Passes over a run whose bytes begin at this offset, telling of each entry and of the offset of its content.
   *
   * @param there the request's bytes up to, not including, this offset are there
   * @returns where it ends; the offset itself where there is no run; -1 where more bytes must be there to tell
   */
  pass(offset: number, there: number, visit: (known: KnownEntry, start: number) => void): number;
  /**
   * An entry that is in no run. To be left out where what the bytes mean depends on where they stand. To be called before
   * its `origin` is set.
   */
  add(known: KnownEntry, place: FieldPlace): void;
  /** The upload is over. */
  end(): void;
  /** The upload does not count: the next one is held against the one before it. */
  abandon(): void;
}

/** Where an entry's field lies in a request, tag included, and where its content does. */
export type FieldPlace = Pick<EntryCursor, 'from' | 'to' | 'start'>;

/** Short enough that most runs of a cluster at work hold no change. */
const runLength = 16;

/** Entries in their order. */
interface Sequence {
  readonly request: Buffer;
  readonly origin: Origin | null;
  readonly entries: KnownEntry[];
  /** Of each entry the offsets of its field, of what follows that, and of its content. One list, as an object for each of 100,000 entries costs more. */
  places: Int32Array;
}

export function createKnownRuns(): KnownRuns {
  let before = createSequence(Buffer.alloc(0), null, 0);
  let now = before;
  /** Position in `before` of what is expected next. */
  let next = 0;

  const push = (known: KnownEntry, from: number, to: number, start: number): void => {
    const position = now.entries.push(known) - 1;
    known.position = position;
    const at = position * 3;
    if (at >= now.places.length) now.places = grown(now.places);
    now.places[at] = from;
    now.places[at + 1] = to;
    now.places[at + 2] = start;
  };

  return {
    begin(request, origin) {
      before = now;
      now = createSequence(request, origin, before.entries.length);
      next = 0;
    },
    pass(offset, there, visit) {
      const { entries, places } = before;
      if (next >= entries.length) return offset;
      const first = places[next * 3] as number;
      let stop = next + 1;
      while (stop < entries.length && stop < next + runLength && places[stop * 3] === places[stop * 3 - 2]) stop += 1;
      const last = places[stop * 3 - 2] as number;
      const shift = offset - first;
      if (last + shift > now.request.length) return offset;
      if (last + shift > there) return -1;
      if (before.request.compare(now.request, offset, last + shift, first, last) !== 0) return offset;
      for (; next < stop; next++) {
        const known = entries[next] as KnownEntry;
        const at = next * 3;
        const start = (places[at + 2] as number) + shift;
        push(known, (places[at] as number) + shift, (places[at + 1] as number) + shift, start);
        visit(known, start);
      }
      return last + shift;
    },
    add(known, { from, to, start }) {
      next = known.origin === before.origin ? known.position + 1 : next + 1;
      push(known, from, to, start);
    },
    end() {
      // Its memory can go.
      before = createSequence(Buffer.alloc(0), null, 0);
    },
    abandon() {
      now = before;
    },
  };
}

/** @param expected number of entries; more are welcome */
function createSequence(request: Buffer, origin: Origin | null, expected: number): Sequence {
  return { request, origin, entries: [], places: new Int32Array((expected + 1024) * 3) };
}

function grown(places: Int32Array): Int32Array {
  const larger = new Int32Array(places.length * 2);
  larger.set(places);
  return larger;
}
