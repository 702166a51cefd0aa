// The capture's clock. Seconds behind the window are closed: their flows are reported, and those whose timeout has
// passed end. A flow hangs in the wheel at the second of its end or earlier; it is looked at again when that comes.

import { C_FLOWS, count } from './counters';
import { checkDirection, recheckDirection } from './direction';
import {
  F_BACKWARDS,
  F_BUCKETS,
  F_CLOSING,
  F_CURSOR,
  F_FREE,
  F_LIMIT,
  F_LIVE,
  F_MASK,
  F_NOW,
  F_STARTED,
  F_TICK_AT,
  F_TICK_COUNTS,
  F_TICKS,
  F_TOUCHED,
  F_UNTIL,
  F_WHEEL,
  F_WINDOW,
  FLAG_LAST_SIDE,
  FLAG_SEEN,
  H_LAST_TIME,
  hotOf,
  indexOf,
  M_PACKETS,
  measuresOf,
  N_CUT_BY_END,
  N_FAMILY,
  N_FLAGS,
  N_HASH,
  N_INTERVAL_SECOND,
  N_NEXT,
  N_PENDING,
  N_START_TIME,
  N_TIMEOUT,
  N_WHEEL_NEXT,
  N_WHEEL_PREVIOUS,
  N_WHEEL_SECOND,
  NODE_SIZE,
  nodeAt,
  RARE_SIZE,
  rareOf,
  TICK_LISTS,
  WHEEL_SLOTS,
} from './flow-node';
import { writeEnd, writeInterval } from './flow-record';
import { STREAM_COUNT, STREAMS } from './layout';
import { hasRoomFor } from './output';
import {
  INTERVAL_MINUTE,
  INTERVAL_SECOND,
  S_INTERVAL,
  S_PACKET_DELAY,
  setting,
  TIMEOUT_SINGLE_DIRECTION,
  timeoutOf,
} from './settings';

const SECOND: u64 = 1000000000;
const BOTH_SEEN: u32 = FLAG_SEEN * 3;

function lastTimeOf(node: usize): u64 {
  const lastSide: u32 = ((load<u8>(node, N_FLAGS) as u32) & FLAG_LAST_SIDE) !== 0 ? 1 : 0;
  return load<u64>(hotOf(node, lastSide), H_LAST_TIME);
}

/** The timeout that holds, in ns: as long as one direction has no packets, that of a single direction. */
export function timeoutNow(flags: u32, kind: u32): u64 {
  return timeoutOf((flags & BOTH_SEEN) === BOTH_SEEN ? kind : TIMEOUT_SINGLE_DIRECTION);
}

/** When the flow ends if nothing more comes, in ns. */
export function endOf(node: usize): u64 {
  return lastTimeOf(node) + timeoutNow(load<u8>(node, N_FLAGS) as u32, load<u8>(node, N_TIMEOUT) as u32);
}

function slotAt(second: u64): usize {
  return (load<u32>(F_WHEEL) as usize) + (((second as usize) & ((WHEEL_SLOTS as usize) - 1)) << 2);
}

export function hang(node: usize): void {
  const window = load<u64>(F_WINDOW);
  const second = min(max(endOf(node) / SECOND, window), window + (WHEEL_SLOTS as u64) - 1);
  const slot = slotAt(second);
  const first = load<u32>(slot);
  store<u32>(rareOf(node), first, N_WHEEL_NEXT);
  store<u32>(rareOf(node), 0, N_WHEEL_PREVIOUS);
  store<u32>(rareOf(node), second as u32, N_WHEEL_SECOND);
  if (first !== 0) store<u32>(rareOf(first as usize), node as u32, N_WHEEL_PREVIOUS);
  store<u32>(slot, node as u32);
}

function unhang(node: usize): void {
  const next = load<u32>(rareOf(node), N_WHEEL_NEXT);
  const previous = load<u32>(rareOf(node), N_WHEEL_PREVIOUS);
  if (next !== 0) store<u32>(rareOf(next as usize), previous, N_WHEEL_PREVIOUS);
  if (previous !== 0) store<u32>(rareOf(previous as usize), next, N_WHEEL_NEXT);
  else store<u32>(slotAt(load<u32>(rareOf(node), N_WHEEL_SECOND) as u64), next);
}

/** The timeout has become shorter: the flow may have to be looked at earlier. */
export function rehang(node: usize): void {
  if (endOf(node) / SECOND >= (load<u32>(rareOf(node), N_WHEEL_SECOND) as u64)) return;
  unhang(node);
  hang(node);
}

function removeFlow(node: usize): void {
  unhang(node);
  let link = (load<u32>(F_BUCKETS) as usize) + (((load<u32>(node, N_HASH) & load<u32>(F_MASK)) as usize) << 2);
  while ((load<u32>(link) as usize) !== node) link = (load<u32>(link) as usize) + N_NEXT;
  store<u32>(link, load<u32>(node, N_NEXT));
  store<u32>(node, 0, N_PENDING);
  store<u8>(node, 0, N_FAMILY);
  store<u32>(node, load<u32>(F_FREE), N_NEXT);
  store<u32>(F_FREE, node as u32);
  store<u32>(F_LIVE, load<u32>(F_LIVE) - 1);
}

function minuteOf(node: usize, second: u64): u64 {
  const start = load<u64>(rareOf(node), N_START_TIME) / SECOND;
  return second < start ? start : start + ((second - start) / 60) * 60;
}

function hasPackets(node: usize): bool {
  return (load<u32>(measuresOf(node, 0), M_PACKETS) | load<u32>(measuresOf(node, 1), M_PACKETS)) !== 0;
}

/** Writes what is left of the flow and frees its node. Needs room for two records. */
function endFlow(node: usize, second: u64): void {
  checkDirection(node);
  if (setting(S_INTERVAL) === INTERVAL_MINUTE) {
    const minute = minuteOf(node, second);
    if (minute > load<u64>(rareOf(node), N_INTERVAL_SECOND) && hasPackets(node)) {
      writeInterval(node);
      store<u64>(rareOf(node), minute, N_INTERVAL_SECOND);
    }
  }
  writeEnd(node);
  removeFlow(node);
}

/** A packet of `second` is about to be added: closes the flow's last second or minute. Needs room for one record. */
export function enterSecond(node: usize, second: u64): void {
  const last = load<u32>(node, N_PENDING);
  // Second 0 is a second, so 0 for none needs one more.
  const mark = (second as u32) + 1;
  if (last === mark) return;
  const interval = setting(S_INTERVAL);
  if (last !== 0) {
    recheckDirection(node);
    if (interval === INTERVAL_SECOND) writeInterval(node);
  }
  if (interval === INTERVAL_SECOND) {
    store<u64>(rareOf(node), second, N_INTERVAL_SECOND);
  } else if (interval === INTERVAL_MINUTE) {
    const minute = minuteOf(node, second);
    if (minute > load<u64>(rareOf(node), N_INTERVAL_SECOND)) {
      writeInterval(node);
      store<u64>(rareOf(node), minute, N_INTERVAL_SECOND);
    }
  }
  store<u32>(node, mark, N_PENDING);
  // The other intervals wait for the flow's next packet or its end, which spares a visit to each flow each second.
  if (interval !== INTERVAL_SECOND) return;
  const list = (second as u32) & (TICK_LISTS - 1);
  const counts = F_TICK_COUNTS + ((list as usize) << 2);
  const entries = load<u32>(counts);
  if (entries === load<u32>(F_LIMIT)) return;
  store<u32>(tickList(list) + ((entries as usize) << 2), indexOf(node));
  store<u32>(counts, entries + 1);
}

function tickList(list: u32): usize {
  return (load<u32>(F_TICKS) as usize) + (((list * load<u32>(F_LIMIT)) as usize) << 2);
}

/** Reports the flows that had packets in `second` and none since. False when the output is full. */
function closeSecond(second: u64): bool {
  const list = (second as u32) & (TICK_LISTS - 1);
  const counts = F_TICK_COUNTS + ((list as usize) << 2);
  const entries = load<u32>(counts);
  const mark = (second as u32) + 1;
  for (let i = load<u32>(F_TICK_AT); i < entries; i++) {
    const index = load<u32>(tickList(list) + ((i as usize) << 2));
    const node = nodeAt(index);
    if (load<u32>(node, N_PENDING) !== mark) continue;
    if (!hasRoomFor(1)) {
      store<u32>(F_TICK_AT, i);
      return false;
    }
    recheckDirection(node);
    store<u32>(node, 0, N_PENDING);
    writeInterval(node);
  }
  store<u32>(F_TICK_AT, 0);
  store<u32>(counts, 0);
  return true;
}

/** Ends the flows of the wheel's slot whose time has come. False when the output is full. */
function closeSlot(second: u64): bool {
  const slot = slotAt(second);
  const end = (second + 1) * SECOND;
  while (true) {
    const node = load<u32>(slot) as usize;
    if (node === 0) return true;
    if (endOf(node) > end) {
      unhang(node);
      hang(node);
    } else if (hasRoomFor(2)) {
      endFlow(node, second + 1);
    } else {
      return false;
    }
  }
}

/** Whether `second` leaves the window where it is, which it does for nearly every packet. */
export function isWithinWindow(second: u64): bool {
  return second < load<u64>(F_UNTIL) && load<u32>(F_STARTED) !== 0;
}

/** Moves the window to the packet delay before `second`. False when the output is full: call again. */
export function advanceClock(second: u64): bool {
  const delay = setting(S_PACKET_DELAY);
  const target = second < delay ? 0 : second - delay;
  store<u64>(F_UNTIL, 0);
  if (load<u32>(F_STARTED) === 0) {
    store<u32>(F_STARTED, 1);
    store<u64>(F_WINDOW, target);
    store<u64>(F_UNTIL, target + delay + 1);
    return true;
  }
  while (load<u64>(F_WINDOW) < target) {
    if (load<u32>(F_LIVE) === 0) {
      for (let i: u32 = 0; i < TICK_LISTS; i++) store<u32>(F_TICK_COUNTS + ((i as usize) << 2), 0);
      store<u32>(F_TICK_AT, 0);
      store<u64>(F_WINDOW, target);
      break;
    }
    const window = load<u64>(F_WINDOW);
    if (!closeSecond(window) || !closeSlot(window)) return false;
    store<u64>(F_WINDOW, window + 1);
  }
  store<u64>(F_UNTIL, load<u64>(F_WINDOW) + delay + 1);
  return true;
}

/** Ends every flow. False when the output is full: call again. */
export function closeAll(): bool {
  store<u32>(F_CLOSING, 1);
  const touched = load<u32>(F_TOUCHED);
  const now = load<u64>(F_NOW);
  for (let i = load<u32>(F_CURSOR); i < touched; i++) {
    const node = nodeAt(i);
    if (load<u8>(node, N_FAMILY) === 0) continue;
    if (!hasRoomFor(2)) {
      store<u32>(F_CURSOR, i);
      return false;
    }
    store<u8>(rareOf(node), endOf(node) > now ? 1 : 0, N_CUT_BY_END);
    endFlow(node, now / SECOND);
  }
  store<u32>(F_CURSOR, 0);
  store<u32>(F_CLOSING, 0);
  store<u32>(F_STARTED, 0);
  store<u32>(F_BACKWARDS, 0);
  store<u64>(F_NOW, 0);
  memory.fill(STREAMS, 0, (STREAM_COUNT as usize) << 3);
  for (let i: u32 = 0; i < TICK_LISTS; i++) store<u32>(F_TICK_COUNTS + ((i as usize) << 2), 0);
  store<u32>(F_TICK_AT, 0);
  return true;
}

/** A node for a new flow, 0 when the limit is reached. Its bytes are zero. */
export function takeNode(): usize {
  if (load<u32>(F_LIVE) === load<u32>(F_LIMIT)) return 0;
  let node = load<u32>(F_FREE) as usize;
  if (node !== 0) {
    store<u32>(F_FREE, load<u32>(node, N_NEXT));
    memory.fill(node, 0, NODE_SIZE);
    memory.fill(rareOf(node), 0, RARE_SIZE);
  } else {
    const touched = load<u32>(F_TOUCHED);
    node = nodeAt(touched);
    store<u32>(F_TOUCHED, touched + 1);
  }
  store<u32>(F_LIVE, load<u32>(F_LIVE) + 1);
  count(C_FLOWS);
  return node;
}
