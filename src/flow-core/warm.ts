// A packet's flow is seldom in the processor's cache when tens of thousands are alive, and waiting for memory would
// take longer than all the work. So the next packets are glanced at together, and the memory of their flows is
// touched, which overlaps the waits. A glance decides nothing: one that guesses wrong costs a little time.

import { hashOfEnds } from './flow-hash';
import { F_BUCKETS, F_COUNTER, F_MASK, MEASURES, N_HASH, N_NEXT, N_PORTS, SIDES } from './flow-node';
import { TABLE } from './layout';
import { S_DECAP, S_TAP_MAC, setting } from './settings';
import { isVxlanPort } from './tunnel';

/** Keeps the compiler from leaving out loads whose values nobody wants. */
const W_SINK: usize = TABLE + 0xdc; // u32
const W_PORTS_AT_HAND: usize = TABLE + 0xcc; // u32
/** The packets glanced at. Node 0 is none; its memory is there and means nothing. */
const W_ENTRIES: usize = TABLE + 0x200;
const W_SHIFT: usize = 4;
const W_NODE: usize = 0; // u32
const W_HASH: usize = 4; // u32: 0 where a packet is no plain one
const W_PORTS: usize = 8; // u32

/** How many packets were glanced at, and how many flows had begun then. */
const W_COUNT: usize = TABLE + 0xd4; // u32
const W_GENERATION: usize = TABLE + 0xd0; // u32
/** The node that the packet at hand is likely to belong to, 0 without. */
export const W_CANDIDATE: usize = TABLE + 0xd8; // u32

export const GLANCES: u32 = 32;

const IPV4_AT: u32 = 12;
const TCP: u32 = 6;
const UDP: u32 = 17;
const IPV4: u32 = 0x0008; // EtherType as read little-endian
const PLAIN_HEADER: u8 = 0x45;
const VXLAN_BIT: u64 = 2;

/** Hash of an Ethernet frame with a plain IPv4 header and ports, in VXLAN or not; 0 where it is something else. */
function glance(frame: usize, captured: u32, nic: u64): u32 {
  let at = frame;
  let left = captured;
  for (let tier = 0; tier < 2; tier++) {
    if (left < 42 || (load<u16>(at, IPV4_AT) as u32) !== IPV4 || load<u8>(at, 14) !== PLAIN_HEADER) return 0;
    const protocol = load<u8>(at, 23) as u32;
    if (protocol !== TCP && protocol !== UDP) return 0;
    const ports = load<u32>(at, 34);
    store<u32>(W_PORTS_AT_HAND, ports);
    if (protocol === TCP || !isVxlanPort(ports >> 16) || (setting(S_DECAP) & VXLAN_BIT) === 0) {
      return hashOfEnds(load<u32>(at, 26) as u64, load<u32>(at, 30) as u64, ports, protocol, setting(S_TAP_MAC), nic);
    }
    at += 50;
    left = left < 50 ? 0 : left - 50;
  }
  return 0;
}

/** First part: reads the `number`th packet. */
export function glanceAt(number: u32, frame: usize, captured: u32, nic: u64): void {
  const entry = W_ENTRIES + ((number as usize) << W_SHIFT);
  store<u32>(entry, glance(frame, captured, nic), W_HASH);
  store<u32>(entry, load<u32>(W_PORTS_AT_HAND), W_PORTS);
}

/**
 * Second part: touches the buckets, then the first node of each, then what is behind it, or the node after it. Without
 * branches, since a processor that guesses one wrong begins to wait anew.
 */
export function touch(count: u32): void {
  const buckets = load<u32>(F_BUCKETS) as usize;
  const mask = load<u32>(F_MASK);
  const end = W_ENTRIES + ((count as usize) << W_SHIFT);
  let sum: u32 = 0;
  for (let entry = W_ENTRIES; entry < end; entry += 1 << W_SHIFT) {
    store<u32>(entry, load<u32>(buckets + (((load<u32>(entry, W_HASH) & mask) as usize) << 2)), W_NODE);
  }
  for (let entry = W_ENTRIES; entry < end; entry += 1 << W_SHIFT) {
    sum += load<u32>(load<u32>(entry, W_NODE) as usize, N_HASH);
  }
  for (let entry = W_ENTRIES; entry < end; entry += 1 << W_SHIFT) {
    const first = load<u32>(entry, W_NODE);
    const isSame = load<u32>(first as usize, N_HASH) === load<u32>(entry, W_HASH);
    const node = select<u32>(first, load<u32>(first as usize, N_NEXT), isSame);
    const isSide1 = load<u32>(node as usize, N_PORTS) !== load<u32>(entry, W_PORTS);
    sum += load<u32>(node as usize, SIDES);
    sum += load<u32>((node as usize) + ((isSide1 as usize) << 6), MEASURES);
    store<u32>(entry, node, W_NODE);
  }
  store<u32>(W_SINK, sum);
  store<u32>(W_COUNT, count);
  store<u32>(W_GENERATION, load<u32>(F_COUNTER));
}

/**
 * The node that the glance found for the packet `left` before the last one glanced at, 0 without. Flows that began in
 * between may stand before it in its bucket, so that then it must be looked for again.
 */
export function glanced(left: u32): u32 {
  if (load<u32>(W_GENERATION) !== load<u32>(F_COUNTER)) return 0;
  return load<u32>(W_ENTRIES + (((load<u32>(W_COUNT) - left) as usize) << W_SHIFT));
}
