// State of the capture reader and the two windows of the file that are in memory: while the packets of one are read,
// the host may fill the other one.

import { READER } from './layout';

export const R_INPUT: usize = READER; // u32: start of the windows
export const R_AT: usize = READER + 4; // u32: next byte to read
export const R_END: usize = READER + 8; // u32: end of the bytes that came
export const R_FORMAT: usize = READER + 12; // u32: FORMAT_*
export const R_SWAPPED: usize = READER + 16; // u32: 1 when the file's byte order is big-endian
export const R_NANO: usize = READER + 20; // u32: 1 for pcap with nanoseconds
export const R_SNAPLEN: usize = READER + 24; // u32
export const R_INTERFACE: usize = READER + 28; // u32: row of pcap's one interface
export const R_SEARCHING: usize = READER + 32; // u32: 1 while looking for the next record after a bad one
export const R_LAST_BYTES: usize = READER + 36; // u32: 1 once no more bytes will come
export const R_FAULT: usize = READER + 40; // i32: FAULT_* once reading has failed for good
export const R_SKIP: usize = READER + 48; // u64: bytes to pass over
export const R_OFFSET: usize = READER + 56; // u64: file offset of R_AT
export const R_SECTION_INTERFACES: usize = READER + 64; // u32: interfaces of this section
export const R_TIMED: usize = READER + 68; // u32: 1 once a record had a time
export const R_LAST_SECOND: usize = READER + 72; // u64: of the last record
export const R_INTERFACE_ROWS: usize = READER + 88; // u32: rows of INTERFACES in use, over all files
export const R_CHOSEN_NAMES: usize = READER + 92; // u32: names by which interfaces are chosen
export const R_SKIPPED: usize = READER + 96; // u64: bytes passed over of what R_SKIP still wants

export const R_WARM: usize = READER + 104; // u32: packets from R_AT on that were glanced at, see warm.ts
export const R_WINDOW: usize = READER + 108; // u32: which of the two windows is at hand

export const FORMAT_UNKNOWN: u32 = 0;
export const FORMAT_PCAP: u32 = 1;
export const FORMAT_PCAPNG: u32 = 2;

export const FAULT_MAGIC: i32 = -1;
export const FAULT_SHORT: i32 = -2;
export const FAULT_SECTION: i32 = -3;
export const FAULT_VERSION: i32 = -4;

/** What one step of reading came to. */
export const NEED_MORE: i32 = 0;
export const OUTPUT_FULL: i32 = 1;
export const STEPPED: i32 = 2;

/** More than the longest block that waits for its end, see pcapng.ts. */
const HEAD_SIZE: usize = 0x60000;
/** What one reading of the file gives at most. */
export const ROOM_SIZE: usize = 0x100000;
const WINDOW_SIZE: usize = HEAD_SIZE + ROOM_SIZE;

export function layOutInput(at: usize): usize {
  store<u32>(R_INPUT, at as u32);
  startWindow(0);
  // Some reads take a whole word where the last few bytes of a packet are wanted.
  return at + (WINDOW_SIZE << 1) + 64;
}

/** An empty window. */
export function startWindow(number: u32): void {
  const at = roomAt(number) as u32;
  store<u32>(R_WINDOW, number);
  store<u32>(R_AT, at);
  store<u32>(R_END, at);
}

/** Where bytes of the file may be written in the window of this number, 0 or 1. */
export function roomAt(number: u32): usize {
  return (load<u32>(R_INPUT) as usize) + HEAD_SIZE + (number as usize) * WINDOW_SIZE;
}

/**
 * Goes on in the other window: what is unread moves to right before its room, which the next bytes of the file may be
 * on their way to meanwhile. The room of the window at hand is free then.
 */
export function turn(): void {
  const at = load<u32>(R_AT) as usize;
  const left = unread();
  startWindow(1 - load<u32>(R_WINDOW));
  const from = (load<u32>(R_AT) as usize) - left;
  memory.copy(from, at, left);
  store<u32>(R_AT, from as u32);
}

export function unread(): usize {
  return load<u32>(R_END) - load<u32>(R_AT);
}

export function advance(bytes: usize): void {
  store<u32>(R_AT, load<u32>(R_AT) + (bytes as u32));
  store<u64>(R_OFFSET, load<u64>(R_OFFSET) + (bytes as u64));
}

export function file16(at: usize): u32 {
  const raw = load<u16>(at) as u32;
  return load<u32>(R_SWAPPED) !== 0 ? ((raw & 0xff) << 8) | (raw >> 8) : raw;
}

export function file32(at: usize): u32 {
  const raw = load<u32>(at);
  return load<u32>(R_SWAPPED) !== 0 ? bswap<u32>(raw) : raw;
}

export function file64(at: usize): u64 {
  const raw = load<u64>(at);
  return load<u32>(R_SWAPPED) !== 0 ? bswap<u64>(raw) : raw;
}
