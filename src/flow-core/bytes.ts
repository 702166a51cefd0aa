// Integers as they stand on the wire, and the mixing function of every hash table.

export function be16(at: usize): u32 {
  const raw = load<u16>(at) as u32;
  return ((raw & 0xff) << 8) | (raw >> 8);
}

export function be24(at: usize): u32 {
  return ((load<u8>(at) as u32) << 16) | ((load<u8>(at, 1) as u32) << 8) | (load<u8>(at, 2) as u32);
}

export function be32(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}

/** Copies an address. Copying so little by memory.copy would take a call out of the module. */
export function copy16(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from));
  store<u64>(to, load<u64>(from, 8), 8);
}

/** A MAC as six bytes read little-endian, the form in which every table keeps it. Reads two bytes past the MAC. */
export function rawMac(at: usize): u64 {
  return load<u64>(at) & 0xffffffffffff;
}

// Written as halves, since whole they are more than a number of JavaScript, which the linter reads here, can hold.
/** Odd numbers without pattern, for multiplying. */
export const SPREAD: u64 = (0x9e3779b9 << 32) | 0x7f4a7c15;
export const STIR: u64 = (0xd6e8feb8 << 32) | 0x6659fd93;

export function mix(value: u64): u64 {
  let x = value;
  x ^= x >> 32;
  x *= STIR;
  x ^= x >> 29;
  return x;
}

/** Smallest power of two that is at least `least`. */
export function powerOfTwo(least: u32): u32 {
  let size: u32 = 8;
  while (size < least) size <<= 1;
  return size;
}
