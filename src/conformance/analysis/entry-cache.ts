import { crc32 } from 'node:zlib';
import type { DecodedEntry } from '../../kube/entry.js';
import type { DigestPart } from './content-digest.js';
import type { JudgedEntry } from './entry-judging.js';

/**
 * What is known of one distinct (type, bytes). One flat object, as there are perhaps 100,000 of them. The bytes are not
 * copied but looked at in the newest upload that had them, so that the memory of older uploads can go.
 */
export interface KnownEntry extends JudgedEntry, DigestPart {
  readonly type: string;
  readonly decoded: DecodedEntry;
  request: Buffer;
  start: number;
  stop: number;
  /** Number of the upload that used it last; 0: none did yet. */
  usedBy: number;
  /** Its place among the entries of that upload. */
  position: number;
  /** Another content of the same sum. */
  next: KnownEntry | null;
}

/** What is found out about an entry. */
export type EntryResult = Pick<KnownEntry, 'decoded' | 'outcome' | 'failures' | 'high' | 'low'>;

/** Where the content of an entry lies in a request: from `start` up to, not including, `stop`; `start` -1: nowhere. */
export interface ContentPlace {
  readonly type: string;
  readonly start: number;
  readonly stop: number;
}

/** Remembers entries by content, so that the same bytes are decoded and judged once. */
export interface EntryCache {
  /** Null where the content is new. */
  find(request: Buffer, place: ContentPlace): KnownEntry | null;
  /** To be called for what was not found. An entry without content is not remembered: it is cheap to judge again. */
  add(request: Buffer, place: ContentPlace, result: EntryResult): KnownEntry;
  /** Drops what none of these uploads used. */
  keepOnly(uploads: readonly number[]): void;
  readonly size: number;
}

/** Contents of one quick sum; further ones go by a sum of all bytes. */
const longestChain = 8;

export function createEntryCache(): EntryCache {
  /** By `quickSum`, or by `wholeSum`, which is negative. */
  const slots = new Map<number, KnownEntry>();
  let size = 0;

  const findIn = (
    first: KnownEntry | null,
    request: Buffer,
    { type, start, stop }: ContentPlace,
  ): KnownEntry | null => {
    for (let slot = first; slot !== null; slot = slot.next) {
      if (slot.type !== type || slot.stop - slot.start !== stop - start) continue;
      if (slot.request.compare(request, start, stop, slot.start, slot.stop) === 0) return slot;
    }
    return null;
  };

  return {
    find(request, place) {
      if (place.start < 0) return null;
      const first = slots.get(quickSum(request, place)) ?? null;
      let slot = findIn(first, request, place);
      if (slot === null && isLong(first)) {
        slot = findIn(slots.get(wholeSum(request, place)) ?? null, request, place);
      }
      if (slot === null) return null;
      slot.request = request;
      slot.start = place.start;
      slot.stop = place.stop;
      return slot;
    },
    add(request, { type, start, stop }, { decoded, outcome, failures, high, low }) {
      const slot: KnownEntry = {
        type,
        decoded,
        outcome,
        failures,
        high,
        low,
        request,
        start,
        stop,
        usedBy: 0,
        position: 0,
        next: null,
      };
      if (start < 0) return slot;
      const quick = quickSum(request, slot);
      const sum = isLong(slots.get(quick) ?? null) ? wholeSum(request, slot) : quick;
      slot.next = slots.get(sum) ?? null;
      slots.set(sum, slot);
      size += 1;
      return slot;
    },
    keepOnly(uploads) {
      const isKept = ({ usedBy }: KnownEntry): boolean => uploads.includes(usedBy);
      for (const [sum, first] of slots) {
        if (first.next === null && isKept(first)) continue;
        let kept: KnownEntry | null = null;
        for (let slot: KnownEntry | null = first; slot !== null; ) {
          const { next }: KnownEntry = slot;
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

function isLong(first: KnownEntry | null): boolean {
  let length = 0;
  for (let slot = first; slot !== null; slot = slot.next) length += 1;
  return length >= longestChain;
}

/** Of the length, the checksum that a zlib stream ends with, and some bytes from all over: 30 bits. */
function quickSum(request: Buffer, { start, stop }: ContentPlace): number {
  let sum = stop - start;
  for (let at = Math.max(start, stop - 4); at < stop; at++) sum = Math.imul(sum ^ (request[at] as number), 0x01000193);
  const step = ((stop - start) >>> 3) + 1;
  for (let at = start + 2; at < stop; at += step) sum = Math.imul(sum ^ (request[at] as number), 0x01000193);
  return (sum ^ (sum >>> 15)) & 0x3fff_ffff;
}

/** Of all bytes; negative, so that it is no quick sum. */
function wholeSum(request: Buffer, { start, stop }: ContentPlace): number {
  return -1 - (crc32(request.subarray(start, stop)) & 0x3fff_ffff);
}
