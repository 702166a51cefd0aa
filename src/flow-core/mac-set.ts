// A set of MACs, or of the part of a MAC that a capture mode compares. Open addressing, at most half full.

import { mix } from './bytes';

const ENTRIES: usize = 0;
const MASK: usize = 4;
const COUNT: usize = 8;
/** Tells an entry from an empty slot, as MAC zero is a MAC. */
const USED: u64 = 1 << 63;

export function layOutMacSet(set: usize, at: usize, slots: u32): usize {
  store<u32>(set, at as u32, ENTRIES);
  store<u32>(set, slots - 1, MASK);
  store<u32>(set, 0, COUNT);
  return at + ((slots as usize) << 3);
}

function slotOf(set: usize, key: u64): usize {
  const mask = load<u32>(set, MASK);
  const entries = load<u32>(set, ENTRIES) as usize;
  let slot = (mix(key) as u32) & mask;
  while (true) {
    const at = entries + ((slot as usize) << 3);
    const found = load<u64>(at);
    if (found === key || found === 0) return at;
    slot = (slot + 1) & mask;
  }
}

export function addMac(set: usize, mac: u64): void {
  const at = slotOf(set, mac | USED);
  if (load<u64>(at) !== 0) return;
  if (load<u32>(set, COUNT) >= load<u32>(set, MASK)) return;
  store<u64>(at, mac | USED);
  store<u32>(set, load<u32>(set, COUNT) + 1, COUNT);
}

export function hasMac(set: usize, mac: u64): bool {
  if (load<u32>(set, COUNT) === 0) return false;
  return load<u64>(slotOf(set, mac | USED)) !== 0;
}

export function sizeOfMacSet(set: usize): u32 {
  return load<u32>(set, COUNT);
}
