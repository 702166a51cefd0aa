// A packet's flow is seldom in the processor's cache when tens of thousands are alive, and waiting for memory would
// take longer than all the work. So the next packets are glanced at together, and the memory of their flows is
// touched, which overlaps the waits. A glance decides nothing: one that guesses wrong costs a little time.

import { hashOfEnds } from './flow-hash';
import { DELAYS, F_BUCKETS, F_COUNTER, F_MASK, N_HASH, N_NEXT, SIDE_SIZE, SIDES } from './flow-node';
import { TABLE } from './layout';
import { S_DECAP, S_TAP_MAC, setting } from './settings';

/** Keeps the compiler from leaving out loads whose values nobody wants. */
const W_SINK: usize = TABLE + 0xdc; // u32
/** Node and hash of the packets glanced at, u32 each. */
const W_ENTRIES: usize = TABLE + 0x200;

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

function isVxlanPort(raw: u32): bool {
  return raw === 0xb512 || raw === 0x1821 || raw === 0x801a;
}

/** Hash of an Ethernet frame with a plain IPv4 header and ports, in VXLAN or not; 0 where it is something else. */
function glance(frame: usize, captured: u32, nic: u64): u32 {
  let at = frame;
  let left = captured;
  for (let tier = 0; tier < 2; tier++) {
    if (left < 42 || (load<u16>(at, IPV4_AT) as u32) !== IPV4 || load<u8>(at, 14) !== PLAIN_HEADER) return 0;
    const protocol = load<u8>(at, 23) as u32;
    if (protocol !== TCP && protocol !== UDP) return 0;
    const ports = load<u32>(at, 34);
    if (protocol === TCP || !isVxlanPort(ports >> 16) || (setting(S_DECAP) & VXLAN_BIT) === 0) {
      return hashOfEnds(load<u32>(at, 26) as u64, load<u32>(at, 30) as u64, ports, protocol, setting(S_TAP_MAC), nic);
    }
    at += 50;
    left = left < 50 ? 0 : left - 50;
  }
  return 0;
}

/** First part: finds the bucket of the `number`th packet. */
export function glanceAt(number: u32, frame: usize, captured: u32, nic: u64): void {
  const hash = glance(frame, captured, nic);
  const bucket = (load<u32>(F_BUCKETS) as usize) + (((hash & load<u32>(F_MASK)) as usize) << 2);
  const entry = W_ENTRIES + ((number as usize) << 3);
  store<u32>(entry, hash === 0 ? 0 : load<u32>(bucket));
  store<u32>(entry, hash, 4);
}

/** Second part: touches the first node of each bucket, then what is behind it, or the node after it. */
export function touch(count: u32): void {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const node = load<u32>(W_ENTRIES + ((i as usize) << 3)) as usize;
    if (node !== 0) sum += load<u32>(node, N_HASH);
  }
  for (let i: u32 = 0; i < count; i++) {
    const entry = W_ENTRIES + ((i as usize) << 3);
    let node = load<u32>(entry) as usize;
    if (node === 0) continue;
    if (load<u32>(node, N_HASH) !== load<u32>(entry, 4)) {
      node = load<u32>(node, N_NEXT) as usize;
      store<u32>(entry, node as u32);
      if (node === 0) continue;
    }
    sum += load<u32>(node, N_HASH) + load<u32>(node, SIDES);
    sum += load<u32>(node, SIDES + SIDE_SIZE) + load<u32>(node, DELAYS);
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
  return load<u32>(W_ENTRIES + ((load<u32>(W_COUNT) - left) << 3));
}
