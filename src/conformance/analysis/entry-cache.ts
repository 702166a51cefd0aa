import { crc32 } from 'node:zlib';
import type { DecodedEntry } from '../../kube/entry.js';
import type { DigestPart } from './content-digest.js';
import type { JudgedEntry } from './entry-judging.js';

/** All that is kept of one distinct (type, bytes). */
export interface CachedEntry {
  readonly decoded: DecodedEntry;
  readonly judged: JudgedEntry;
  readonly digest: DigestPart;
  /** Number of the upload that used it last. */
  usedBy: number;
}

/** Where the content of an entry lies: from `start` up to, not including, `stop`. */
export interface ContentPlace {
  readonly type: string;
  readonly source: Buffer;
  readonly start: number;
  readonly stop: number;
}

/** Remembers entries by content, so that the same bytes are decoded and judged once. */
export interface EntryCache {
  /** `make` is called where the content is new. */
  get(place: ContentPlace, make: () => CachedEntry): CachedEntry;
  /** Drops what none of these uploads used. */
  keepOnly(uploads: readonly number[]): void;
  readonly size: number;
}

/**
 * A content that is remembered. It is not copied but looked at in the newest upload that had it, so that the memory of
 * older uploads can go.
 */
interface Slot {
  readonly type: string;
  source: Buffer;
  start: number;
  stop: number;
  readonly entry: CachedEntry;
  /** Another content of the same sum. */
  next: Slot | null;
}

/** Slots of one quick sum; further ones go by a sum of all bytes. */
const longestChain = 8;

export function createEntryCache(): EntryCache {
  /** By `quickSum`, or by `wholeSum`, which is negative. */
  const slots = new Map<number, Slot>();
  let size = 0;

  const find = (first: Slot | null, { type, source, start, stop }: ContentPlace): Slot | null => {
    for (let slot = first; slot !== null; slot = slot.next) {
      if (slot.type !== type || slot.stop - slot.start !== stop - start) continue;
      if (slot.source.compare(source, start, stop, slot.start, slot.stop) === 0) return slot;
    }
    return null;
  };

  const use = (slot: Slot, { source, start, stop }: ContentPlace): CachedEntry => {
    slot.source = source;
    slot.start = start;
    slot.stop = stop;
    return slot.entry;
  };

  return {
    get(place, make) {
      let sum = quickSum(place);
      let first = slots.get(sum) ?? null;
      let known = find(first, place);
      if (known !== null) return use(known, place);
      if (lengthOf(first) >= longestChain) {
        sum = wholeSum(place);
        first = slots.get(sum) ?? null;
        known = find(first, place);
        if (known !== null) return use(known, place);
      }
      const { type, source, start, stop } = place;
      const entry = make();
      slots.set(sum, { type, source, start, stop, entry, next: first });
      size += 1;
      return entry;
    },
    keepOnly(uploads) {
      const isKept = ({ entry }: Slot): boolean => uploads.includes(entry.usedBy);
      for (const [sum, first] of slots) {
        if (first.next === null && isKept(first)) continue;
        let kept: Slot | null = null;
        for (let slot: Slot | null = first; slot !== null; ) {
          const { next }: Slot = slot;
          if (isKept(slot)) {
            slot.next = kept;
            kept = slot;
          } else {
            size -= 1;
          }
          slot = next;
        }
        if (kept === null) slots.delete(sum);
        else slots.set(sum, kept);
      }
    },
    get size() {
      return size;
    },
  };
}

function lengthOf(first: Slot | null): number {
  let length = 0;
  for (let slot = first; slot !== null; slot = slot.next) length += 1;
  return length;
}

/** Of the length, the checksum that a zlib stream ends with, and some bytes from all over: 30 bits. */
function quickSum({ source, start, stop }: ContentPlace): number {
  let sum = stop - start;
  for (let at = Math.max(start, stop - 4); at < stop; at++) sum = Math.imul(sum ^ (source[at] as number), 0x01000193);
  const step = ((stop - start) >>> 3) + 1;
  for (let at = start + 2; at < stop; at += step) sum = Math.imul(sum ^ (source[at] as number), 0x01000193);
  return (sum ^ (sum >>> 15)) & 0x3fff_ffff;
}

/** Of all bytes; negative, so that it is no quick sum. */
function wholeSum({ source, start, stop }: ContentPlace): number {
  return -1 - (crc32(source.subarray(start, stop)) & 0x3fff_ffff);
}
