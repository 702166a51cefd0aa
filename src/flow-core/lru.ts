// A table of bounded size whose least recently used entry gives way to a new one. Keys are three words, values one.

import { mix, powerOfTwo, SPREAD } from './bytes';

const ENTRIES: usize = 0;
const BUCKETS: usize = 4;
const MASK: usize = 8;
const LIMIT: usize = 12;
const COUNT: usize = 16;
const NEWEST: usize = 20;
const OLDEST: usize = 24;

// An entry. Links are addresses, 0 is none.
const ENTRY: usize = 40;
const CHAIN: usize = 24;
const NEWER: usize = 28;
const OLDER: usize = 32;
const VALUE: usize = 36;

export function layOutList(list: usize, at: usize, limit: u32): usize {
  const buckets = powerOfTwo(limit << 1);
  const entries = (at + 7) & ~7;
  store<u32>(list, entries as u32, ENTRIES);
  store<u32>(list, (entries + (limit as usize) * ENTRY) as u32, BUCKETS);
  store<u32>(list, buckets - 1, MASK);
  store<u32>(list, limit, LIMIT);
  return entries + (limit as usize) * ENTRY + ((buckets as usize) << 2);
}

function bucketOf(list: usize, a: u64, b: u64, c: u64): usize {
  const hash = mix(mix(a ^ (b * SPREAD)) ^ c) as u32;
  return (load<u32>(list, BUCKETS) as usize) + (((hash & load<u32>(list, MASK)) as usize) << 2);
}

function find(bucket: usize, a: u64, b: u64, c: u64): usize {
  let entry = load<u32>(bucket) as usize;
  while (entry !== 0) {
    if (load<u64>(entry) === a && load<u64>(entry, 8) === b && load<u64>(entry, 16) === c) return entry;
    entry = load<u32>(entry, CHAIN) as usize;
  }
  return 0;
}

function unlink(list: usize, entry: usize): void {
  const newer = load<u32>(entry, NEWER);
  const older = load<u32>(entry, OLDER);
  if (newer !== 0) store<u32>(newer as usize, older, OLDER);
  else store<u32>(list, older, NEWEST);
  if (older !== 0) store<u32>(older as usize, newer, NEWER);
  else store<u32>(list, newer, OLDEST);
}

function putFirst(list: usize, entry: usize): void {
  const newest = load<u32>(list, NEWEST);
  store<u32>(entry, 0, NEWER);
  store<u32>(entry, newest, OLDER);
  if (newest !== 0) store<u32>(newest as usize, entry as u32, NEWER);
  else store<u32>(list, entry as u32, OLDEST);
  store<u32>(list, entry as u32, NEWEST);
}

function dropFromChain(list: usize, entry: usize): void {
  let at = bucketOf(list, load<u64>(entry), load<u64>(entry, 8), load<u64>(entry, 16));
  while (true) {
    const found = load<u32>(at) as usize;
    if (found === entry) {
      store<u32>(at, load<u32>(entry, CHAIN));
      return;
    }
    if (found === 0) return;
    at = found + CHAIN;
  }
}

/** The value, now the most recently used; 0 where there is none. */
export function recall(list: usize, a: u64, b: u64, c: u64): u32 {
  if (load<u32>(list, COUNT) === 0) return 0;
  const entry = find(bucketOf(list, a, b, c), a, b, c);
  if (entry === 0) return 0;
  if (load<u32>(list, NEWEST) !== (entry as u32)) {
    unlink(list, entry);
    putFirst(list, entry);
  }
  return load<u32>(entry, VALUE);
}

export function remember(list: usize, a: u64, b: u64, c: u64, value: u32): void {
  const bucket = bucketOf(list, a, b, c);
  let entry = find(bucket, a, b, c);
  if (entry !== 0) {
    unlink(list, entry);
  } else {
    const count = load<u32>(list, COUNT);
    if (count < load<u32>(list, LIMIT)) {
      entry = (load<u32>(list, ENTRIES) as usize) + (count as usize) * ENTRY;
      store<u32>(list, count + 1, COUNT);
    } else {
      entry = load<u32>(list, OLDEST) as usize;
      unlink(list, entry);
      dropFromChain(list, entry);
    }
    store<u64>(entry, a);
    store<u64>(entry, b, 8);
    store<u64>(entry, c, 16);
    store<u32>(entry, load<u32>(bucket), CHAIN);
    store<u32>(bucket, entry as u32);
  }
  putFirst(list, entry);
  store<u32>(entry, value, VALUE);
}

/** Sets the value to 0 where there is an entry, which is the same as having none. */
export function forget(list: usize, a: u64, b: u64, c: u64): void {
  if (load<u32>(list, COUNT) === 0) return;
  const entry = find(bucketOf(list, a, b, c), a, b, c);
  if (entry !== 0) store<u32>(entry, 0, VALUE);
}
