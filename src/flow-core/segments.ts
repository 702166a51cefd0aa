// Which parts of a side's sequence space were seen: up to 16 segments, highest first. The end of the highest one is
// kept in the hot part of the node, so that data in order touches nothing else.

import { H_MARKS, H_SEQ_END, K_MEMORY, K_SEGMENTS, MARK_SEQ } from './flow-node';

export const IN_ORDER: u32 = 0;
export const AHEAD: u32 = 1;
export const RETRANSMITTED: u32 = 2;
export const OUT_OF_ORDER: u32 = 3;

const LIMIT: u32 = 16;
const START: usize = 0;
const END: usize = 4;

function segment(cold: usize, index: u32): usize {
  return cold + K_MEMORY + ((index as usize) << 3);
}

function isBefore(a: u32, b: u32): bool {
  return ((a - b) as i32) < 0;
}

/** Forgets all but [start, end). */
export function startSegments(hot: usize, cold: usize, start: u32, end: u32): void {
  store<u8>(hot, load<u8>(hot, H_MARKS) | (MARK_SEQ as u8), H_MARKS);
  store<u32>(hot, end, H_SEQ_END);
  store<u32>(cold, 1, K_SEGMENTS);
  store<u32>(segment(cold, 0), start, START);
  store<u32>(segment(cold, 0), end, END);
}

/** Makes a place at `index`; when there is no more room, the two lowest segments become one. */
function insert(cold: usize, index: u32, start: u32, end: u32): void {
  let count = load<u32>(cold, K_SEGMENTS);
  let place = index;
  if (count === LIMIT) {
    const low = segment(cold, LIMIT - 1);
    const above = segment(cold, LIMIT - 2);
    store<u32>(above, load<u32>(low, START), START);
    count--;
    if (place >= count) {
      // What was to go below or between those two is inside of them now.
      if (isBefore(start, load<u32>(above, START))) store<u32>(above, start, START);
      store<u32>(cold, count, K_SEGMENTS);
      return;
    }
  }
  if (place > count) place = count;
  memory.copy(segment(cold, place + 1), segment(cold, place), ((count - place) as usize) << 3);
  store<u32>(segment(cold, place), start, START);
  store<u32>(segment(cold, place), end, END);
  store<u32>(cold, count + 1, K_SEGMENTS);
}

/** Joins segments that came to touch or overlap, from `index` upwards. */
function join(cold: usize, from: u32): void {
  let index = from;
  while (index > 0) {
    const low = segment(cold, index);
    const above = segment(cold, index - 1);
    if (isBefore(load<u32>(low, END), load<u32>(above, START))) return;
    store<u32>(above, load<u32>(low, START), START);
    if (isBefore(load<u32>(above, END), load<u32>(low, END))) store<u32>(above, load<u32>(low, END), END);
    const count = load<u32>(cold, K_SEGMENTS);
    memory.copy(low, segment(cold, index + 1), ((count - index - 1) as usize) << 3);
    store<u32>(cold, count - 1, K_SEGMENTS);
    index--;
  }
}

function place(cold: usize, start: u32, end: u32): u32 {
  const count = load<u32>(cold, K_SEGMENTS);
  for (let i: u32 = 0; i < count; i++) {
    const at = segment(cold, i);
    if (!isBefore(start, load<u32>(at, END))) {
      if (i === 0) {
        insert(cold, 0, start, end);
        return AHEAD;
      }
      if (start === load<u32>(at, END)) {
        store<u32>(at, end, END);
        join(cold, i);
      } else {
        insert(cold, i, start, end);
        if (i < load<u32>(cold, K_SEGMENTS)) join(cold, i);
      }
      return OUT_OF_ORDER;
    }
    if (!isBefore(start, load<u32>(at, START))) {
      if (isBefore(load<u32>(at, END), end)) {
        store<u32>(at, end, END);
        join(cold, i);
      }
      return RETRANSMITTED;
    }
  }
  insert(cold, count, start, end);
  const last = load<u32>(cold, K_SEGMENTS) - 1;
  join(cold, last);
  return OUT_OF_ORDER;
}

/** Notes `length` bytes of payload from `start` on and tells what they are to those before. */
export function noteSegment(hot: usize, cold: usize, start: u32, length: u32): u32 {
  const end = start + length;
  if (((load<u8>(hot, H_MARKS) as u32) & MARK_SEQ) === 0) {
    startSegments(hot, cold, start, end);
    return IN_ORDER;
  }
  if (start === load<u32>(hot, H_SEQ_END)) {
    store<u32>(hot, end, H_SEQ_END);
    return IN_ORDER;
  }
  store<u32>(segment(cold, 0), load<u32>(hot, H_SEQ_END), END);
  const outcome = place(cold, start, end);
  store<u32>(hot, load<u32>(segment(cold, 0), END), H_SEQ_END);
  return outcome;
}
