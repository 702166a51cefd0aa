// Records of the classic capture format, microseconds or nanoseconds, either byte order.

import { count, countBy, NOTE_OVER_SNAPLEN, NOTE_RESYNCHRONISED, NOTE_SKIPPED_BYTES } from './counters';
import { F_BUCKETS } from './flow-node';
import { declareInterface, forgetSection } from './interfaces';
import { RECORD_LIMIT } from './layout';
import { takePacket } from './pipeline';
import {
  advance,
  FAULT_VERSION,
  FORMAT_PCAP,
  file16,
  file32,
  NEED_MORE,
  OUTPUT_FULL,
  R_AT,
  R_END,
  R_FAULT,
  R_FORMAT,
  R_INTERFACE,
  R_LAST_BYTES,
  R_LAST_SECOND,
  R_NANO,
  R_SEARCHING,
  R_SNAPLEN,
  R_SWAPPED,
  R_TIMED,
  R_WARM,
  STEPPED,
  unread,
} from './reader-state';
import { IN_FLOW, OVERSIZE_RECORD } from './reasons';
import { GLANCES, glanceAt, glanced, touch, W_CANDIDATE } from './warm';

const FILE_HEADER: usize = 24;
const HEADER: u32 = 16;
const MICRO: u32 = 0xa1b2c3d4;
const NANO: u32 = 0xa1b23c4d;
const DAY: u64 = 86400;

/** Whether the four bytes that a file starts with are those of this format; notes its byte order and precision. */
export function isPcap(magic: u32): bool {
  const other = bswap<u32>(magic);
  if (magic !== MICRO && magic !== NANO && other !== MICRO && other !== NANO) return false;
  store<u32>(R_SWAPPED, other === MICRO || other === NANO ? 1 : 0);
  store<u32>(R_NANO, magic === NANO || other === NANO ? 1 : 0);
  return true;
}

export function startPcap(): i32 {
  if (unread() < FILE_HEADER) return NEED_MORE;
  const at = load<u32>(R_AT) as usize;
  if (file16(at + 4) !== 2) {
    store<i32>(R_FAULT, FAULT_VERSION);
    return FAULT_VERSION;
  }
  const snaplen = file32(at + 16);
  store<u32>(R_SNAPLEN, snaplen);
  forgetSection();
  // The upper half of the link type tells the length of a frame check sequence, which IP lengths leave out anyway.
  const linkType = file32(at + 20) & 0xffff;
  const resolution: u32 = load<u32>(R_NANO) !== 0 ? 9 : 6;
  store<u32>(R_INTERFACE, declareInterface(linkType, snaplen, resolution, 0, 0, 0));
  store<u32>(R_FORMAT, FORMAT_PCAP);
  advance(FILE_HEADER);
  return STEPPED;
}

/** Whether a record header could stand here, by its lengths and by its distance in time from the last one. */
function isPlausible(at: usize, least: u32): bool {
  const captured = file32(at + 8);
  const wire = file32(at + 12);
  if (captured < least || captured > RECORD_LIMIT || captured > wire || wire > RECORD_LIMIT << 4) return false;
  if (file32(at + 4) >= (load<u32>(R_NANO) !== 0 ? 1000000000 : 1000000)) return false;
  if (load<u32>(R_TIMED) === 0) return true;
  const second = file32(at) as u64;
  const last = load<u64>(R_LAST_SECOND);
  return second + DAY >= last && second <= last + DAY;
}

function isFollowed(at: usize, left: usize, total: usize): bool {
  if (left >= total + HEADER) return isPlausible(at + total, 0);
  return load<u32>(R_LAST_BYTES) !== 0 && left >= total;
}

/** Looks byte by byte for a record header that another one follows. */
function search(): i32 {
  let skipped: u64 = 0;
  let outcome = NEED_MORE;
  while (true) {
    const left = unread();
    if (left < (HEADER as usize)) break;
    const at = load<u32>(R_AT) as usize;
    if (isPlausible(at, 14)) {
      const total = (HEADER + file32(at + 8)) as usize;
      if (left < total + HEADER && load<u32>(R_LAST_BYTES) === 0) break;
      if (isFollowed(at, left, total)) {
        store<u32>(R_SEARCHING, 0);
        count(NOTE_RESYNCHRONISED);
        outcome = STEPPED;
        break;
      }
    }
    advance(1);
    skipped++;
  }
  countBy(NOTE_SKIPPED_BYTES, skipped);
  return outcome;
}

function refuse(at: usize): i32 {
  // The length cannot be believed, so neither can where the next record starts.
  if (!takePacket(load<u32>(R_INTERFACE), at + HEADER, 0, 0, 0, 0, OVERSIZE_RECORD)) return OUTPUT_FULL;
  advance(HEADER);
  store<u32>(R_SEARCHING, 1);
  store<u32>(R_WARM, 0);
  return STEPPED;
}

/** Glances at the packets from `at` on. */
function warmUp(at: usize): void {
  const end = load<u32>(R_END) as usize;
  const row = load<u32>(R_INTERFACE);
  let next = at;
  let packets: u32 = 0;
  while (packets < GLANCES && end - next >= (HEADER as usize)) {
    const captured = file32(next + 8);
    const data = next + HEADER;
    if (captured > RECORD_LIMIT || data + captured > end) break;
    glanceAt(packets, data, captured, row as u64);
    packets++;
    next = data + captured;
  }
  touch(packets);
  store<u32>(R_WARM, packets);
}

function stepPcap(): i32 {
  if (load<u32>(R_SEARCHING) !== 0) return search();
  const left = unread();
  if (left < (HEADER as usize)) return NEED_MORE;
  const at = load<u32>(R_AT) as usize;
  if (load<u32>(R_WARM) === 0 && load<u32>(F_BUCKETS) !== 0) warmUp(at);
  const warm = load<u32>(R_WARM);
  store<u32>(W_CANDIDATE, warm === 0 ? 0 : glanced(warm));
  const captured = file32(at + 8);
  if (captured > RECORD_LIMIT) return refuse(at);
  const total = (HEADER + captured) as usize;
  const snaplen = load<u32>(R_SNAPLEN);
  const isOver = snaplen !== 0 && captured > snaplen;
  if (isOver) {
    if (left < total + HEADER && load<u32>(R_LAST_BYTES) === 0) return NEED_MORE;
    if (!isFollowed(at, left, total)) return refuse(at);
  }
  if (left < total) return NEED_MORE;
  let second = file32(at) as u64;
  let fraction = file32(at + 4) as u64;
  if (load<u32>(R_NANO) === 0) fraction *= 1000;
  if (fraction >= 1000000000) {
    second += fraction / 1000000000;
    fraction %= 1000000000;
  }
  if (!takePacket(load<u32>(R_INTERFACE), at + HEADER, captured, file32(at + 12), second, fraction, IN_FLOW)) {
    return OUTPUT_FULL;
  }
  store<u64>(R_LAST_SECOND, second);
  store<u32>(R_TIMED, 1);
  if (isOver) count(NOTE_OVER_SNAPLEN);
  if (warm !== 0) store<u32>(R_WARM, warm - 1);
  advance(total);
  return STEPPED;
}

/** Reads records until bytes, or room for what comes of them, run out. */
export function readPcap(): i32 {
  let outcome = STEPPED;
  while (outcome === STEPPED) outcome = stepPcap();
  return outcome;
}
