// The book of the capture: 64-bit counters at fixed places. The host reads them by the numbers below.

import { COUNTERS } from './layout';

export const C_PACKETS: u32 = 0;
export const C_CAPTURED: u32 = 1;
export const C_WIRE: u32 = 2;
export const C_IN_FLOWS: u32 = 3;
export const C_TWICE: u32 = 4;
export const C_INJECTIONS: u32 = 5;
export const C_INJECTIONS_OVER_LIMIT: u32 = 6;
export const C_FLOWS: u32 = 7;
export const C_PEAK_FLOWS: u32 = 8;
export const C_RECORDS: u32 = 9;
export const C_DECAPSULATED: u32 = 10;
export const C_FIRST_TIME: u32 = 11;
export const C_LAST_TIME: u32 = 12;
/** Reasons follow, the first one (number 1) at C_REASONS + 1. */
export const C_REASONS: u32 = 15;
/** Notes follow, in the order of `captureNotes`. */
export const C_NOTES: u32 = 32;
export const NOTE_OVER_SNAPLEN: u32 = C_NOTES;
export const NOTE_SNAPLEN_CUT: u32 = C_NOTES + 1;
export const NOTE_IP_LENGTH_ZERO: u32 = C_NOTES + 2;
export const NOTE_IP_LENGTH_LARGE: u32 = C_NOTES + 3;
export const NOTE_TIME_RAISED: u32 = C_NOTES + 4;
export const NOTE_TIME_RESTARTED: u32 = C_NOTES + 5;
export const NOTE_UNKNOWN_BLOCK: u32 = C_NOTES + 6;
export const NOTE_MALFORMED_BLOCK: u32 = C_NOTES + 7;
export const NOTE_RESYNCHRONISED: u32 = C_NOTES + 8;
export const NOTE_SKIPPED_BYTES: u32 = C_NOTES + 9;
export const NOTE_TAIL_BYTES: u32 = C_NOTES + 10;
export const NOTE_SECTIONS: u32 = C_NOTES + 11;
export const NOTE_INTERFACES: u32 = C_NOTES + 12;
export const NOTE_INTERFACE_LIMIT: u32 = C_NOTES + 13;
export const NOTE_LAYERS_LEFT: u32 = C_NOTES + 14;
export const NOTE_LEARN_LIMIT: u32 = C_NOTES + 15;

export function count(counter: u32): void {
  const at = COUNTERS + ((counter as usize) << 3);
  store<u64>(at, load<u64>(at) + 1);
}

export function countBy(counter: u32, amount: u64): void {
  const at = COUNTERS + ((counter as usize) << 3);
  store<u64>(at, load<u64>(at) + amount);
}

export function counted(counter: u32): u64 {
  return load<u64>(COUNTERS + ((counter as usize) << 3));
}

export function setCounter(counter: u32, value: u64): void {
  store<u64>(COUNTERS + ((counter as usize) << 3), value);
}
