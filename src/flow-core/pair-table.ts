// A set of (MAC, address) pairs; with MAC zero, a set of addresses. Open addressing, at most half full.

import { mix, SPREAD } from './bytes';

const ENTRIES: usize = 0;
const MASK: usize = 4;
const COUNT: usize = 8;
const ENTRY: usize = 24;
const USED: u64 = 1 << 63;

export function layOutPairs(table: usize, at: usize, slots: u32): usize {
  store<u32>(table, at as u32, ENTRIES);
  store<u32>(table, slots - 1, MASK);
  store<u32>(table, 0, COUNT);
  return at + (slots as usize) * ENTRY;
}

/** MAC and family in one word, so that an IPv6 address of mostly zeros is not an IPv4 one. */
export function macOfFamily(mac: u64, family: u32): u64 {
  return mac | ((family as u64) << 48) | USED;
}

function slotOf(table: usize, mac: u64, low: u64, high: u64): usize {
  const mask = load<u32>(table, MASK);
  const entries = load<u32>(table, ENTRIES) as usize;
  let slot = (mix(mix(mac ^ (low * SPREAD)) ^ high) as u32) & mask;
  while (true) {
    const at = entries + (slot as usize) * ENTRY;
    const found = load<u64>(at);
    if (found === 0 || (found === mac && load<u64>(at, 8) === low && load<u64>(at, 16) === high)) return at;
    slot = (slot + 1) & mask;
  }
}

export function addPair(table: usize, mac: u64, family: u32, low: u64, high: u64): void {
  const key = macOfFamily(mac, family);
  const at = slotOf(table, key, low, high);
  if (load<u64>(at) !== 0) return;
  if (load<u32>(table, COUNT) >= load<u32>(table, MASK)) return;
  store<u64>(at, key);
  store<u64>(at, low, 8);
  store<u64>(at, high, 16);
  store<u32>(table, load<u32>(table, COUNT) + 1, COUNT);
}

export function hasPair(table: usize, mac: u64, family: u32, low: u64, high: u64): bool {
  if (load<u32>(table, COUNT) === 0) return false;
  return load<u64>(slotOf(table, macOfFamily(mac, family), low, high)) !== 0;
}
