// Delays: sum, count and maximum in microseconds.

import { K_MEMORY } from './flow-node';

export const RTT_BOUND: u64 = 30000000;
export const ART_BOUND: u64 = 30000000;
export const SRT_BOUND: u64 = 10000000;
export const NO_BOUND: u64 = 0xffffffff;

const COUNT: usize = 8;
const MAX: usize = 12;

/** Dividing by multiplying, for less than 2^35 ns, which is exact there and several times faster. */
function microseconds(nanoseconds: u64): u64 {
  return nanoseconds < 0x800000000 ? ((nanoseconds >> 3) * 274877907) >> 35 : nanoseconds / 1000;
}

/** Adds the time from `from` to `to` (ns) to the delay at `at`, unless it is longer than `bound` (us). */
export function noteDelay(at: usize, from: u64, to: u64, bound: u64): void {
  if (to < from) return;
  const delay = microseconds(to - from);
  if (delay > bound) return;
  store<u64>(at, load<u64>(at) + delay);
  store<u32>(at, load<u32>(at, COUNT) + 1, COUNT);
  if ((delay as u32) > load<u32>(at, MAX)) store<u32>(at, delay as u32, MAX);
}

const ECHO_LIMIT: u32 = 16;
/** Microseconds, as many as fit; 0 is no entry. */
const TIME: usize = 4;

function clockOf(time: u64): u32 {
  const clock = (time / 1000) as u32;
  return clock === 0 ? 1 : clock;
}

/** Remembers an echo request (identifier and sequence) among the last 16 of its side. */
export function noteRequest(cold: usize, echo: u32, time: u64): void {
  let oldest = cold + K_MEMORY;
  const now = clockOf(time);
  let age: u32 = 0;
  for (let i: u32 = 0; i < ECHO_LIMIT; i++) {
    const at = cold + K_MEMORY + ((i as usize) << 3);
    const then = load<u32>(at, TIME);
    if (then === 0) {
      oldest = at;
      break;
    }
    if (now - then >= age) {
      age = now - then;
      oldest = at;
    }
  }
  store<u32>(oldest, echo);
  store<u32>(oldest, now, TIME);
}

/** Time (ns) from the request that `echo` answers to `time`; -1 where none is remembered. Takes the request out. */
export function answerRequest(cold: usize, echo: u32, time: u64): i64 {
  for (let i: u32 = 0; i < ECHO_LIMIT; i++) {
    const at = cold + K_MEMORY + ((i as usize) << 3);
    const then = load<u32>(at, TIME);
    if (then === 0 || load<u32>(at) !== echo) continue;
    store<u32>(at, 0, TIME);
    return ((clockOf(time) - then) as i64) * 1000;
  }
  return -1;
}
