// One flow is 1 KiB: 256 bytes that packets touch (a cache line of identity and state, one of the exchange, and one of
// measures per side), and 768 bytes elsewhere that only some packets do, so that what is in use lies close together.
// Side 0 sent the first packet; which side is the client is a flag, so that a reversal moves nothing.

import { powerOfTwo } from './bytes';
import { TABLE } from './layout';

// Identity: the first cache line.
export const N_NEXT: usize = 0; // u32: next in the bucket, or next free
export const N_HASH: usize = 4; // u32
export const N_PORTS: usize = 8; // u32: side 0 in the low half, as on the wire
export const N_PROTOCOL: usize = 12; // u8
export const N_FAMILY: usize = 13; // u8: 0 marks a free node
export const N_PAIRS_SEEN: usize = 14; // u8: generation of the pair tables that N_ENDS was taken from
export const N_TUNNEL_TYPE: usize = 15; // u8: of the first packet
export const N_KEYS: usize = 16; // u64 per side: an IPv4 address, or an IPv6 address folded
export const N_TAP_KEY: usize = 32; // u32: last four bytes of the tap MAC, interface and ifindex folded
export const N_PENDING: usize = 36; // u32: second with packets that no report has closed, plus 1; 0 without
export const N_MAC: usize = 40; // u64 per side

// State: the rest of that line.
export const N_ENDS: usize = 56; // u8: l2 of side 0, of side 1, l3 of side 0, of side 1
export const N_STATE: usize = 57; // u8: STATE_*
export const N_FLAGS: usize = 58; // u8: FLAG_*
export const N_TIER: usize = 59; // u8: of the last packet
export const N_LAST_TUNNEL: usize = 60; // u8: type, of the last packet
export const N_TIMEOUT: usize = 61; // u8: TIMEOUT_*
export const N_VLAN: usize = 62; // u16

export const FLAG_REVERSED: u32 = 1;
export const FLAG_HANDSHAKE: u32 = 2;
/** Packets of side 0 came; of side 1 the next bit. */
export const FLAG_SEEN: u32 = 4;
export const FLAG_INFERRED: u32 = 16;
/** Side 1 sent the last packet. */
export const FLAG_LAST_SIDE: u32 = 32;
/** Tunnel ends of side 0 are filled in; of side 1 the next bit. */
export const FLAG_TUNNEL: u32 = 64;

// The exchange: the second cache line, half of it per side, since what one side sends answers the other.
export const SIDES: usize = 64;
export const SIDE_SIZE: usize = 32;
export const H_LAST_TIME: usize = 0; // u64
export const H_PUSH_TIME: usize = 8; // u64: last PSH+ACK with payload
export const H_PUSH_END: usize = 16; // u32: sequence number after it
export const H_SEQ_END: usize = 20; // u32: sequence number after the highest segment
export const H_DIGEST: usize = 24; // u32: of the last packet, to know a copy of it
export const H_TCP_FLAGS: usize = 28; // u8
export const H_MARKS: usize = 29; // u8: MARK_*
export const H_SCORE: usize = 30; // u8: as a server, when last looked up

export const MARK_SEQ: u32 = 1;
export const MARK_SRT: u32 = 2;
export const MARK_ART: u32 = 4;
export const MARK_HANDSHAKE_ACK: u32 = 8;
/** The other side sent SYN+ACK, which this side has not acknowledged. */
export const MARK_AWAITED: u32 = 16;
/** The last packet had payload. */
export const MARK_PAYLOAD: u32 = 32;

// What is measured of each side: a cache line per side.
export const MEASURES: usize = 128;
export const MEASURES_SIZE: usize = 64;
export const M_BYTES: usize = 0; // u64
export const M_L3_BYTES: usize = 8; // u64
export const M_L4_BYTES: usize = 16; // u64
export const M_PACKETS: usize = 24; // u32
export const M_LAST_INDEX: usize = 28; // u32: number of the last packet
/** Delays that nearly every exchange adds to: sum u64, count u32, max u32. */
export const M_ART: usize = 32;
export const M_CIT: usize = 48;

// Cold, from rareOf.
export const N_FLOW_ID: usize = 0; // u64
export const N_FIRST_INDEX: usize = 8; // u64
export const N_INTERVAL_SECOND: usize = 16; // u64
export const N_SYN_TIME: usize = 24; // u64
export const N_SYN_ACK_TIME: usize = 32; // u64
export const N_SYN_SEQ: usize = 40; // u32
export const N_SYN_ACK_SEQ: usize = 44; // u32
export const N_SYN_COUNT: usize = 48; // u32
export const N_SYN_ACK_COUNT: usize = 52; // u32
export const N_FIN_COUNT: usize = 56; // u32
export const N_RETRANS_SYN: usize = 60; // u32
export const N_RETRANS_SYN_ACK: usize = 64; // u32
export const N_KEEPALIVE_SEQ: usize = 68; // u32
export const N_KEEPALIVE_ACK: usize = 72; // u32
export const N_IPID: usize = 76; // u16
export const N_SNAPLEN_CUT: usize = 80; // u32
export const N_DUPLICATES: usize = 84; // u32
export const N_HIDDEN_TYPE: usize = 88; // u8
export const N_SYN_SIDE: usize = 89; // u8: side + 1, 0 without a SYN
export const N_SYN_ACK_SIDE: usize = 90; // u8
export const N_HIDDEN_COUNT: usize = 92; // u32
export const N_RTT: usize = 96; // u32, us
export const N_RTT_KNOWN: usize = 100; // u8
export const N_CUT_BY_END: usize = 101; // u8
export const N_NAT_SOURCE: usize = 102; // u8
export const N_CLOSE_TYPE: usize = 103; // u8, set when a record is written
export const N_END_CHANGES: usize = 104; // u32
export const N_REVERSALS: usize = 108; // u32
/** Outer addresses and MACs, per sending side. */
export const N_TUNNELS: usize = 112;
export const TUNNEL_SIZE: usize = 56;
export const TUN_SRC: usize = 0;
export const TUN_DST: usize = 16;
export const TUN_MAC_SRC: usize = 32; // u64
export const TUN_MAC_DST: usize = 40; // u64
export const TUN_ID: usize = 48; // u32
export const TUN_FAMILY: usize = 52; // u8

export const N_IP: usize = 224; // 16 bytes per side
export const N_TAP_MAC: usize = 256; // u64
export const N_NIC: usize = 264; // u64
export const N_START_TIME: usize = 272; // u64, ns
export const N_WHEEL_NEXT: usize = 280; // u32
export const N_WHEEL_PREVIOUS: usize = 284; // u32: 0 for the first of its slot
export const N_WHEEL_SECOND: usize = 288; // u32

// Per side, cold.
export const COLD: usize = 320;
export const COLD_SIZE: usize = 224;
export const K_TOTAL_PACKETS: usize = 0; // u32: of intervals that were reported
export const K_RETRANS: usize = 4; // u32
export const K_OOO: usize = 8; // u32
export const K_ZERO_WINDOW: usize = 12; // u32
export const K_TOTAL_BYTES: usize = 16; // u64
export const K_SEGMENTS: usize = 24; // u32: how many are remembered
export const K_TOTAL_FLAGS: usize = 28; // u8
export const K_TOA_FAMILY: usize = 29; // u8
export const K_TOA_PORT: usize = 30; // u16
/** Delays: sum u64, count u32, max u32. */
export const K_RTT: usize = 32;
export const K_SRT: usize = 48;
export const K_TOA_ADDRESS: usize = 64; // 16 bytes
/** What a record copies of each side's cold part. */
export const K_REPORTED: usize = 96;
/** Remembered segments, highest first, or remembered echo requests: 16 of 8 bytes. */
export const K_MEMORY: usize = 96;

export const NODE_SHIFT: usize = 8;
export const NODE_SIZE: usize = 256;
export const RARE_SIZE: usize = 768;

// The table's own state.
export const F_NODES: usize = TABLE; // u32
export const F_BUCKETS: usize = TABLE + 4; // u32
export const F_RARE: usize = TABLE + 52; // u32: cold parts of the nodes
export const F_MASK: usize = TABLE + 8; // u32
export const F_LIMIT: usize = TABLE + 12; // u32
export const F_LIVE: usize = TABLE + 16; // u32
export const F_TOUCHED: usize = TABLE + 20; // u32: nodes that were ever used
export const F_FREE: usize = TABLE + 24; // u32: first free node among those
export const F_COUNTER: usize = TABLE + 28; // u32: for flow ids
export const F_TICKS: usize = TABLE + 36; // u32: lists of nodes with packets in a second
export const F_WHEEL: usize = TABLE + 40; // u32: per slot, the first node
export const F_PAIR_GENERATION: usize = TABLE + 44; // u32
export const F_STARTED: usize = TABLE + 48; // u32
export const F_WINDOW: usize = TABLE + 56; // u64: first second that is still open
export const F_NOW: usize = TABLE + 64; // u64, ns: latest packet
export const F_CLOSING: usize = TABLE + 72; // u32: 1 while all flows are being ended
export const F_CURSOR: usize = TABLE + 76; // u32: next node of that
export const F_TICK_AT: usize = TABLE + 80; // u32: next entry of the tick list at hand
export const F_BACKWARDS: usize = TABLE + 84; // u32: packets in a row that were too old
export const F_TICK_COUNTS: usize = TABLE + 0x400; // u32 per list
export const F_UNTIL: usize = TABLE + 88; // u64: first second that moves the window on

/** More than the longest packet delay in seconds, plus the two seconds that are open anyway. */
export const TICK_LISTS: u32 = 32;
export const WHEEL_SLOTS: u32 = 512;

export function nodeAt(index: u32): usize {
  return (load<u32>(F_NODES) as usize) + ((index as usize) << NODE_SHIFT);
}

export function indexOf(node: usize): u32 {
  return ((node - load<u32>(F_NODES)) >> NODE_SHIFT) as u32;
}

export function hotOf(node: usize, side: u32): usize {
  return node + SIDES + (side as usize) * SIDE_SIZE;
}

/** The cold part of a node. */
export function rareOf(node: usize): usize {
  return (load<u32>(F_RARE) as usize) + (node - (load<u32>(F_NODES) as usize)) * 3;
}

export function coldOf(node: usize, side: u32): usize {
  return rareOf(node) + COLD + (side as usize) * COLD_SIZE;
}

export function measuresOf(node: usize, side: u32): usize {
  return node + MEASURES + (side as usize) * MEASURES_SIZE;
}

export function clientOf(node: usize): u32 {
  return (load<u8>(node, N_FLAGS) as u32) & FLAG_REVERSED;
}

export function layOutFlows(from: usize, limit: u32): usize {
  const buckets = powerOfTwo(limit << 1);
  const list = (limit as usize) << 2;
  let at = from;
  store<u32>(F_LIMIT, limit);
  store<u32>(F_MASK, buckets - 1);
  store<u32>(F_BUCKETS, at as u32);
  at += (buckets as usize) << 2;
  store<u32>(F_TICKS, at as u32);
  at += list * (TICK_LISTS as usize);
  store<u32>(F_WHEEL, at as u32);
  at += (WHEEL_SLOTS as usize) << 2;
  at = (at + 63) & ~63;
  store<u32>(F_NODES, at as u32);
  at += (limit as usize) << NODE_SHIFT;
  store<u32>(F_RARE, at as u32);
  return at + (limit as usize) * RARE_SIZE;
}
