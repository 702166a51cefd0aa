import { crc32 } from 'node:zlib';
import type { DecodedEntry } from '../../kube/entry.js';
import type { DigestPart } from './content-digest.js';
import type { JudgedEntry } from './entry-judging.js';

/** An upload that known entries lie in. */
export interface Origin {
  /** Of the upload; 0: of none. */
  readonly number: number;
  /** Null once it is no longer needed. */
  request: Buffer | null;
  /** How many it has. */
  entries: number;
}

/**
 * What is known of one distinct (type, bytes). One flat object, as there are perhaps 100,000 of them. The bytes are not
 * copied but looked at in the newest upload that had them, so that the memory of older uploads can go.
 */
export interface KnownEntry extends JudgedEntry, DigestPart {
  readonly type: string;
  readonly decoded: DecodedEntry;
  /** The newest upload that had it. Whoever meets it in another one sets this, and where it lies there. */
  origin: Origin;
  start: number;
  stop: number;
  /** Its place among the entries of that upload. */
  position: number;
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
export interface EntryCache<Place extends ContentPlace> {
  /**
   * What is known of the content; where it is new, what `make` finds out, with an origin of number 0. An entry without content is not
   * remembered: it is cheap to judge again.
   */
  get(request: Buffer, place: Place): KnownEntry;
  /**
   * Forgets, sooner or later, the entries whose origins have no request any more.
   *
   * @param needed how many entries the others have
   */
  sweep(needed: number): void;
  /** Entries that are remembered, those included that will be forgotten. */
  readonly size: number;
}

/** Contents of one quick sum; further ones go by a sum of all bytes. */
const mostOfOneSum = 8;
const leastSlots = 1024;
const nowhere: Origin = Object.freeze({ number: 0, request: null, entries: 0 });

export function createEntryCache<Place extends ContentPlace>(
  make: (request: Buffer, place: Place) => EntryResult,
): EntryCache<Place> {
  // A hash table, half of it free: a Map of 100,000 numbers takes several times as long. A sum is never 0, which stands for a free slot.
  let sums = new Int32Array(leastSlots);
  let slots = freeSlots(leastSlots);
  let size = 0;
  /** Where the last search ended without success, and how many contents of this sum it met. */
  let free = 0;
  let met = 0;

  const find = (sum: number, request: Buffer, { type, start, stop }: ContentPlace): KnownEntry | null => {
    const mask = sums.length - 1;
    let slot = sum & mask;
    met = 0;
    for (; sums[slot] !== 0; slot = (slot + 1) & mask) {
      if (sums[slot] !== sum) continue;
      met += 1;
      const known = slots[slot] as KnownEntry;
      if (known.type !== type || known.stop - known.start !== stop - start) continue;
      if (known.origin.request?.compare(request, start, stop, known.start, known.stop) === 0) return known;
    }
    free = slot;
    return null;
  };

  const rebuild = (slotCount: number, isKept: (known: KnownEntry) => boolean): void => {
    const oldSums = sums;
    const oldSlots = slots;
    const mask = slotCount - 1;
    sums = new Int32Array(slotCount);
    slots = freeSlots(slotCount);
    size = 0;
    for (let old = 0; old < oldSums.length; old++) {
      const sum = oldSums[old] as number;
      if (sum === 0) continue;
      const known = oldSlots[old] as KnownEntry;
      if (!isKept(known)) continue;
      let slot = sum & mask;
      while (sums[slot] !== 0) slot = (slot + 1) & mask;
      sums[slot] = sum;
      slots[slot] = known;
      size += 1;
    }
  };

  return {
    get(request, place) {
      const { type, start, stop } = place;
      if (start < 0) return knownEntry(type, make(request, place));
      let sum = quickSum(request, start, stop);
      let known = find(sum, request, place);
      if (known === null && met >= mostOfOneSum) {
        sum = wholeSum(request, start, stop);
        known = find(sum, request, place);
      }
      if (known !== null) return known;
      const slot = free;
      const added = knownEntry(type, make(request, place));
      sums[slot] = sum;
      slots[slot] = added;
      size += 1;
      if (size * 2 > sums.length) rebuild(sums.length * 2, () => true);
      return added;
    },
    sweep(needed) {
      if (size <= needed * 1.25 + leastSlots / 4) return;
      rebuild(sums.length, ({ origin }) => origin.request !== null);
      let slotCount = sums.length;
      while (slotCount > leastSlots && size * 4 < slotCount) slotCount /= 2;
      if (slotCount < sums.length) rebuild(slotCount, () => true);
    },
    get size() {
      return size;
    },
  };
}

function freeSlots(count: number): (KnownEntry | null)[] {
  return new Array<KnownEntry | null>(count).fill(null);
}

function knownEntry(type: string, { decoded, outcome, failures, high, low }: EntryResult): KnownEntry {
  return { type, decoded, outcome, failures, high, low, origin: nowhere, start: -1, stop: -1, position: 0 };
}

/** Of the length, the checksum that a zlib stream ends with, and some bytes from all over: 30 bits, not 0. */
function quickSum(request: Buffer, start: number, stop: number): number {
  let sum = stop - start;
  for (let at = Math.max(start, stop - 4); at < stop; at++) sum = Math.imul(sum ^ (request[at] as number), 0x01000193);
  const step = ((stop - start) >>> 3) + 1;
  for (let at = start + 2; at < stop; at += step) sum = Math.imul(sum ^ (request[at] as number), 0x01000193);
  return (sum ^ (sum >>> 15)) & 0x3fff_ffff || 1;
}

/** Of all bytes; negative, so that it is no quick sum. */
function wholeSum(request: Buffer, start: number, stop: number): number {
  return -1 - (crc32(request.subarray(start, stop)) & 0x3fff_ffff);
}
