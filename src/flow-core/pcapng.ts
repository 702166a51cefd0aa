// Blocks of pcapng: sections, interfaces, packets; other blocks are passed over and counted.

import {
  C_LAST_TIME,
  count,
  countBy,
  counted,
  NOTE_MALFORMED_BLOCK,
  NOTE_RESYNCHRONISED,
  NOTE_SECTIONS,
  NOTE_SKIPPED_BYTES,
  NOTE_UNKNOWN_BLOCK,
} from './counters';
import {
  declareInterface,
  forgetSection,
  I_LEFT_OUT,
  I_OFFSET,
  I_RESOLUTION,
  I_SNAPLEN,
  interfaceRow,
  NO_INTERFACE,
  rowOf,
} from './interfaces';
import { RECORD_LIMIT } from './layout';
import { takePacket } from './pipeline';
import {
  advance,
  FAULT_SECTION,
  FORMAT_PCAPNG,
  FORMAT_UNKNOWN,
  file16,
  file32,
  file64,
  NEED_MORE,
  OUTPUT_FULL,
  R_AT,
  R_FAULT,
  R_FORMAT,
  R_LAST_BYTES,
  R_SEARCHING,
  R_SKIP,
  R_SWAPPED,
  STEPPED,
  unread,
} from './reader-state';
import { IN_FLOW, OTHER_INTERFACE, OVERSIZE_RECORD, UNKNOWN_INTERFACE } from './reasons';
import { nanosOf, secondsOf } from './resolution';

export const SECTION_HEADER: u32 = 0x0a0d0d0a;
const INTERFACE: u32 = 1;
const OLD_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;
const LAST_KNOWN: u32 = 10;
const BYTE_ORDER: u32 = 0x1a2b3c4d;
/** Larger blocks are not held in memory. */
const BLOCK_LIMIT: u32 = RECORD_LIMIT + 0x10000;
/** A longer block's length is not believed. */
const SKIP_LIMIT: u32 = 0x4000000;

const OPTION_NAME: u32 = 2;
const OPTION_RESOLUTION: u32 = 9;
const OPTION_OFFSET: u32 = 14;

function isPacketBlock(type: u32): bool {
  return type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OLD_PACKET;
}

/** Sets the byte order from a section header; false when there is none at its place. */
function readByteOrder(at: usize): bool {
  const magic = load<u32>(at + 8);
  if (magic !== BYTE_ORDER && bswap<u32>(magic) !== BYTE_ORDER) return false;
  store<u32>(R_SWAPPED, magic === BYTE_ORDER ? 0 : 1);
  return true;
}

function startSearch(): i32 {
  count(NOTE_MALFORMED_BLOCK);
  advance(4);
  countBy(NOTE_SKIPPED_BYTES, 4);
  store<u32>(R_SEARCHING, 1);
  return STEPPED;
}

/** Looks, four bytes at a time, for a block of a known type whose two lengths agree. */
function search(): i32 {
  let skipped: u64 = 0;
  let outcome = NEED_MORE;
  while (true) {
    const left = unread();
    if (left < 12) break;
    const at = load<u32>(R_AT) as usize;
    const type = file32(at);
    if (type === SECTION_HEADER ? readByteOrder(at) : type !== 0 && type <= LAST_KNOWN) {
      const length = file32(at + 4);
      if (length >= 12 && (length & 3) === 0 && length <= BLOCK_LIMIT) {
        if (left < (length as usize) && load<u32>(R_LAST_BYTES) === 0) break;
        if (left >= (length as usize) && file32(at + (length as usize) - 4) === length) {
          store<u32>(R_SEARCHING, 0);
          count(NOTE_RESYNCHRONISED);
          outcome = STEPPED;
          break;
        }
      }
    }
    advance(4);
    skipped += 4;
  }
  countBy(NOTE_SKIPPED_BYTES, skipped);
  return outcome;
}

function readInterface(at: usize, length: u32): bool {
  if (length < 20) return false;
  let resolution: u32 = 6;
  let offset: i64 = 0;
  let name: usize = 0;
  let nameLength: u32 = 0;
  const end = at + (length as usize) - 4;
  let option = at + 16;
  while (option + 4 <= end) {
    const code = file16(option);
    const size = file16(option + 2);
    const value = option + 4;
    if (code === 0 || value + (size as usize) > end) break;
    if (code === OPTION_NAME) {
      name = value;
      nameLength = size;
    } else if (code === OPTION_RESOLUTION && size >= 1) {
      resolution = load<u8>(value) as u32;
    } else if (code === OPTION_OFFSET && size >= 8) {
      offset = file64(value) as i64;
    }
    option = value + (((size + 3) & ~3) as usize);
  }
  declareInterface(file16(at + 8), file32(at + 12), resolution, offset, name, nameLength);
  return true;
}

/** Counted, so that the numbers of packets are those of the file; its bytes and its time are of another capture. */
function takeOther(row: u32, at: usize): bool {
  return takePacket(row, at, 0, 0, 0, 0, OTHER_INTERFACE);
}

function takeTimed(id: u32, at: usize, high: usize, captured: u32, wire: u32, reason: u32): bool {
  const row = rowOf(id);
  if (row === NO_INTERFACE) {
    return takePacket(0, at, captured, wire, 0, 0, reason === IN_FLOW ? UNKNOWN_INTERFACE : reason);
  }
  if (load<u8>(interfaceRow(row), I_LEFT_OUT) !== 0) return takeOther(row, at);
  const ticks = ((file32(high) as u64) << 32) | (file32(high + 4) as u64);
  const it = interfaceRow(row);
  const resolution = load<u32>(it, I_RESOLUTION);
  const second = secondsOf(ticks, resolution, load<i64>(it, I_OFFSET));
  return takePacket(row, at, captured, wire, second, nanosOf(ticks, resolution), reason);
}

function readEnhanced(at: usize, length: u32): i32 {
  if (length < 32) return startSearch();
  const captured = file32(at + 20);
  const isTooLong = captured > RECORD_LIMIT || captured > length - 32;
  const reason = isTooLong ? OVERSIZE_RECORD : IN_FLOW;
  if (!takeTimed(file32(at + 8), at + 28, at + 12, isTooLong ? 0 : captured, file32(at + 24), reason))
    return OUTPUT_FULL;
  advance(length);
  return STEPPED;
}

function readOld(at: usize, length: u32): i32 {
  if (length < 32) return startSearch();
  const captured = file32(at + 20);
  const isTooLong = captured > RECORD_LIMIT || captured > length - 32;
  const reason = isTooLong ? OVERSIZE_RECORD : IN_FLOW;
  if (!takeTimed(file16(at + 8), at + 28, at + 12, isTooLong ? 0 : captured, file32(at + 24), reason))
    return OUTPUT_FULL;
  advance(length);
  return STEPPED;
}

/** A simple packet has neither interface nor time: it belongs to the section's first one, at the last known time. */
function readSimple(at: usize, length: u32): i32 {
  if (length < 16) return startSearch();
  const wire = file32(at + 8);
  const row = rowOf(0);
  const room = length - 16;
  let captured = min(wire, room);
  if (row !== NO_INTERFACE) {
    const snaplen = load<u32>(interfaceRow(row), I_SNAPLEN);
    if (snaplen !== 0) captured = min(captured, snaplen);
  }
  // The counter is one more than the time, so that 0 is none.
  const latest = counted(C_LAST_TIME);
  const last: u64 = latest === 0 ? 0 : latest - 1;
  if (row !== NO_INTERFACE && load<u8>(interfaceRow(row), I_LEFT_OUT) !== 0) {
    if (!takeOther(row, at + 12)) return OUTPUT_FULL;
    advance(length);
    return STEPPED;
  }
  const reason = row === NO_INTERFACE ? UNKNOWN_INTERFACE : captured > RECORD_LIMIT ? OVERSIZE_RECORD : IN_FLOW;
  const at12 = at + 12;
  const number: u32 = row === NO_INTERFACE ? 0 : row;
  if (!takePacket(number, at12, captured, wire, last / 1000000000, last % 1000000000, reason)) return OUTPUT_FULL;
  advance(length);
  return STEPPED;
}

export function stepPcapng(): i32 {
  if (load<u32>(R_SEARCHING) !== 0) return search();
  const left = unread();
  if (left < 12) return NEED_MORE;
  const at = load<u32>(R_AT) as usize;
  const type = file32(at);
  if (type === SECTION_HEADER && !readByteOrder(at)) {
    if (load<u32>(R_FORMAT) !== FORMAT_UNKNOWN) return startSearch();
    store<i32>(R_FAULT, FAULT_SECTION);
    return FAULT_SECTION;
  }
  store<u32>(R_FORMAT, FORMAT_PCAPNG);
  const length = file32(at + 4);
  if (length < 12 || (length & 3) !== 0 || length > SKIP_LIMIT) return startSearch();
  if (length > BLOCK_LIMIT) {
    if (isPacketBlock(type)) {
      if (!takePacket(0, at, 0, 0, 0, 0, OVERSIZE_RECORD)) return OUTPUT_FULL;
    } else {
      count(NOTE_UNKNOWN_BLOCK);
    }
    store<u64>(R_SKIP, length as u64);
    return STEPPED;
  }
  if (left < (length as usize)) return NEED_MORE;
  if (file32(at + (length as usize) - 4) !== length) return startSearch();
  if (type === ENHANCED_PACKET) return readEnhanced(at, length);
  if (type === SIMPLE_PACKET) return readSimple(at, length);
  if (type === OLD_PACKET) return readOld(at, length);
  if (type === SECTION_HEADER) {
    count(NOTE_SECTIONS);
    forgetSection();
  } else if (type !== INTERFACE) {
    count(NOTE_UNKNOWN_BLOCK);
  } else if (!readInterface(at, length)) {
    return startSearch();
  }
  advance(length);
  return STEPPED;
}
