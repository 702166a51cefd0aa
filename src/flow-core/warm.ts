// A packet's flow is seldom in the processor's cache when tens of thousands are alive, and waiting for memory would
// take longer than all the work. So the next packets are glanced at together, and the memory of their flows is
// touched, which overlaps the waits. A glance decides nothing: one that guesses wrong costs a little time.

import { hashOfEnds } from './flow-hash';
import { F_BUCKETS, F_MASK, N_HASH, SIDES } from './flow-node';
import { TABLE } from './layout';
import { S_DECAP, S_TAP_MAC, setting } from './settings';

/** Keeps the compiler from leaving out loads whose values nobody wants. */
const W_SINK: usize = TABLE + 0xdc; // u32
/** Nodes of the packets glanced at. */
const W_NODES: usize = TABLE + 0x200; // u32 each

export const GLANCES: u32 = 16;

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

/** First half: finds the bucket of the `number`th packet. */
export function glanceAt(number: u32, frame: usize, captured: u32, nic: u64): void {
  const hash = glance(frame, captured, nic);
  const bucket = (load<u32>(F_BUCKETS) as usize) + (((hash & load<u32>(F_MASK)) as usize) << 2);
  store<u32>(W_NODES + ((number as usize) << 2), hash === 0 ? 0 : load<u32>(bucket));
}

/** Second half: touches the nodes. */
export function touch(count: u32): void {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const node = load<u32>(W_NODES + ((i as usize) << 2)) as usize;
    if (node === 0) continue;
    sum += load<u32>(node, N_HASH) + load<u32>(node, SIDES);
  }
  store<u32>(W_SINK, sum);
}
