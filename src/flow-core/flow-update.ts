// What a packet changes in its flow.

import { copy16 } from './bytes';
import { noteIcmp, noteUdp } from './datagram-perf';
import { checkDirection, noteHandshake } from './direction';
import { l3Ends } from './ends';
import { rehang, timeoutNow } from './flow-clock';
import {
  clientOf,
  coldOf,
  F_PAIR_GENERATION,
  FLAG_LAST_SIDE,
  FLAG_SEEN,
  FLAG_TUNNEL,
  H_DIGEST,
  H_LAST_TIME,
  H_MARKS,
  H_TCP_FLAGS,
  hotOf,
  K_TOA_ADDRESS,
  K_TOA_FAMILY,
  K_TOA_PORT,
  M_BYTES,
  M_L3_BYTES,
  M_L4_BYTES,
  M_LAST_INDEX,
  M_PACKETS,
  MARK_PAYLOAD,
  measuresOf,
  N_DUPLICATES,
  N_END_CHANGES,
  N_ENDS,
  N_FLAGS,
  N_HIDDEN_COUNT,
  N_HIDDEN_TYPE,
  N_LAST_TUNNEL,
  N_MAC,
  N_NAT_SOURCE,
  N_PAIRS_SEEN,
  N_SNAPLEN_CUT,
  N_STATE,
  N_TIER,
  N_TIMEOUT,
  N_TUNNELS,
  N_VLAN,
  rareOf,
  TUN_DST,
  TUN_FAMILY,
  TUN_ID,
  TUN_MAC_DST,
  TUN_MAC_SRC,
  TUN_SRC,
  TUNNEL_SIZE,
} from './flow-node';
import { bySide, vlanAtHand } from './flow-table';
import {
  P_ACK,
  P_CAPTURED,
  P_FLAGS,
  P_HIDDEN,
  P_INDEX,
  P_IPID,
  P_L3_PAYLOAD,
  P_L4_PAYLOAD,
  P_LENGTH,
  P_MAC_DST,
  P_MAC_SRC,
  P_PROTOCOL,
  P_SEQ,
  P_TIER,
  P_TIME,
  P_TOA_ADDRESS,
  P_TOA_FAMILY,
  P_TOA_PORT,
  P_TUNNEL_DST,
  P_TUNNEL_FAMILY,
  P_TUNNEL_ID,
  P_TUNNEL_MAC_DST,
  P_TUNNEL_MAC_SRC,
  P_TUNNEL_SRC,
  P_TUNNEL_TYPE,
  P_VLAN_COUNT,
  P_WIRE,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from './packet';
import { S_IGNORE_TUNNEL_TYPE, setting, TIMEOUT_ESTABLISHED_RST, TIMEOUT_OPENING } from './settings';
import { CLASS_SYN, CLASS_SYN_ACK } from './tcp-flags';
import { noteTcp } from './tcp-perf';
import { nextState, stateOf, timeoutKindOf } from './tcp-state';

/** A copy of a packet follows it at once. */
export const COPY_DISTANCE: u64 = 1000000;
const NAT_TOA: u8 = 6;

function noteEnds(node: usize, side: u32, l2: u32, isFirst: bool): void {
  const old = load<u8>(node, N_ENDS) as u32;
  const macs = node + N_MAC;
  const src = macs + ((side as usize) << 3);
  const dst = macs + (((1 - side) as usize) << 3);
  const generation = load<u32>(F_PAIR_GENERATION) & 0xff;
  const l2BySide = bySide(l2, side);
  if (
    !isFirst &&
    (old & 3) === l2BySide &&
    (load<u8>(node, N_PAIRS_SEEN) as u32) === generation &&
    load<u64>(src) === load<u64>(P_MAC_SRC) &&
    load<u64>(dst) === load<u64>(P_MAC_DST)
  ) {
    return;
  }
  // Where the capture has only the sender's MAC, each direction fills in its own.
  if (load<u64>(src) === 0) store<u64>(src, load<u64>(P_MAC_SRC));
  if (load<u64>(dst) === 0) store<u64>(dst, load<u64>(P_MAC_DST));
  const ends = l2BySide | (bySide(l3Ends(l2), side) << 2);
  store<u8>(node, ends as u8, N_ENDS);
  // Ends of other MACs hold for this packet only: another generation makes the next one look again.
  const isOwn = load<u64>(src) === load<u64>(P_MAC_SRC) && load<u64>(dst) === load<u64>(P_MAC_DST);
  store<u8>(node, (isOwn ? generation : generation - 1) as u8, N_PAIRS_SEEN);
  if (!isFirst && ends !== old) store<u32>(rareOf(node), load<u32>(rareOf(node), N_END_CHANGES) + 1, N_END_CHANGES);
}

function noteTunnel(node: usize, side: u32, flags: u32): u32 {
  store<u8>(node, load<u32>(P_TIER) as u8, N_TIER);
  store<u8>(node, load<u32>(P_TUNNEL_TYPE) as u8, N_LAST_TUNNEL);
  const mark = FLAG_TUNNEL << side;
  if ((flags & mark) !== 0) return flags;
  const at = rareOf(node) + N_TUNNELS + (side as usize) * TUNNEL_SIZE;
  copy16(at + TUN_SRC, P_TUNNEL_SRC);
  copy16(at + TUN_DST, P_TUNNEL_DST);
  store<u64>(at, load<u64>(P_TUNNEL_MAC_SRC), TUN_MAC_SRC);
  store<u64>(at, load<u64>(P_TUNNEL_MAC_DST), TUN_MAC_DST);
  store<u32>(at, load<u32>(P_TUNNEL_ID), TUN_ID);
  store<u8>(at, load<u32>(P_TUNNEL_FAMILY) as u8, TUN_FAMILY);
  return flags | mark;
}

function noteToa(node: usize, side: u32): void {
  const cold = coldOf(node, side);
  if (load<u8>(cold, K_TOA_FAMILY) !== 0) return;
  store<u8>(cold, load<u32>(P_TOA_FAMILY) as u8, K_TOA_FAMILY);
  store<u16>(cold, load<u32>(P_TOA_PORT) as u16, K_TOA_PORT);
  copy16(cold + K_TOA_ADDRESS, P_TOA_ADDRESS);
  store<u8>(rareOf(node), NAT_TOA, N_NAT_SOURCE);
  noteHandshake(node, side, false);
  checkDirection(node);
}

/**
 * What tells a packet from the one before it; the lowest bit is to be set. Sequence numbers grow by lengths, so a length
 * is spread before the two meet.
 */
export function digestOf(ipid: u32, payload: u32): u32 {
  return (ipid << 16) ^ (payload * 0x85ebca6b);
}

export function digestOfTcp(seq: u32, ack: u32, flags: u32): u32 {
  return seq ^ (ack * 0x9e3779b1) ^ (flags << 24);
}

/** `length` with the L2 header, `l3` and `l4` without the headers of those. */
export function countPacket(measures: usize, index: u32, length: u32, l3: u32, l4: u32): void {
  store<u32>(measures, load<u32>(measures, M_PACKETS) + 1, M_PACKETS);
  store<u64>(measures, load<u64>(measures, M_BYTES) + (length as u64), M_BYTES);
  store<u64>(measures, load<u64>(measures, M_L3_BYTES) + (l3 as u64), M_L3_BYTES);
  store<u64>(measures, load<u64>(measures, M_L4_BYTES) + (l4 as u64), M_L4_BYTES);
  store<u32>(measures, index, M_LAST_INDEX);
}

/** Counts a packet that repeats the last one of its side bit by bit, as where a bridge and its port are captured. */
function noteCopy(node: usize, hot: usize, isTcp: bool): void {
  const payload = load<u32>(P_L4_PAYLOAD);
  const ipid = load<u32>(P_IPID);
  let digest = digestOf(ipid, payload);
  if (isTcp) digest ^= digestOfTcp(load<u32>(P_SEQ), load<u32>(P_ACK), load<u32>(P_FLAGS));
  digest |= 1;
  const isTelling = (ipid !== 0 && ipid !== 0xffffffff) || (isTcp && payload !== 0);
  if (
    isTelling &&
    load<u32>(hot, H_DIGEST) === digest &&
    load<u64>(P_TIME) - load<u64>(hot, H_LAST_TIME) <= COPY_DISTANCE
  ) {
    store<u32>(rareOf(node), load<u32>(rareOf(node), N_DUPLICATES) + 1, N_DUPLICATES);
  }
  store<u32>(hot, digest, H_DIGEST);
}

/** The timeout kind of a flow that is not TCP. */
function timeoutOfOther(protocol: u32): u32 {
  return protocol === PROTOCOL_UDP ? TIMEOUT_OPENING : TIMEOUT_ESTABLISHED_RST;
}

/** The packet at hand comes from `side` of `node`; `l2` are its local ends as source and destination. */
export function addPacket(node: usize, side: u32, l2: u32, flagClass: u32, isFirst: bool): void {
  const hot = hotOf(node, side);
  const measures = measuresOf(node, side);
  const now = load<u64>(P_TIME);
  const protocol = load<u32>(P_PROTOCOL);
  const isTcp = protocol === PROTOCOL_TCP;
  let flags = load<u8>(node, N_FLAGS) as u32;
  noteEnds(node, side, l2, isFirst);
  noteCopy(node, hot, isTcp);
  if (load<u32>(P_TIER) !== 0) {
    flags = noteTunnel(node, side, flags);
    store<u8>(node, flags as u8, N_FLAGS);
  } else if (load<u8>(node, N_TIER) !== 0 && setting(S_IGNORE_TUNNEL_TYPE) !== 0) {
    store<u8>(node, 0, N_TIER);
  }
  if (load<u32>(P_VLAN_COUNT) !== 0) store<u16>(node, vlanAtHand() as u16, N_VLAN);
  if (load<u32>(P_CAPTURED) < load<u32>(P_WIRE))
    store<u32>(rareOf(node), load<u32>(rareOf(node), N_SNAPLEN_CUT) + 1, N_SNAPLEN_CUT);
  if (load<u32>(P_HIDDEN) !== 0) {
    store<u8>(rareOf(node), load<u32>(P_HIDDEN) as u8, N_HIDDEN_TYPE);
    store<u32>(rareOf(node), load<u32>(rareOf(node), N_HIDDEN_COUNT) + 1, N_HIDDEN_COUNT);
  }
  let timeout = timeoutOfOther(protocol);
  if (isTcp) {
    if (!isFirst && (flagClass === CLASS_SYN || flagClass === CLASS_SYN_ACK)) {
      noteHandshake(node, side, flagClass === CLASS_SYN_ACK);
      checkDirection(node);
    }
    if (load<u32>(P_TOA_FAMILY) !== 0) noteToa(node, side);
    const cell = nextState(load<u8>(node, N_STATE) as u32, flagClass, side !== clientOf(node));
    store<u8>(node, stateOf(cell) as u8, N_STATE);
    timeout = timeoutKindOf(cell);
    noteTcp(node, side, flagClass);
    store<u8>(hot, load<u8>(hot, H_TCP_FLAGS) | (load<u32>(P_FLAGS) as u8), H_TCP_FLAGS);
  } else if (protocol === PROTOCOL_UDP) {
    noteUdp(node, side);
  } else if (protocol === PROTOCOL_ICMP || protocol === PROTOCOL_ICMPV6) {
    noteIcmp(node, side);
  }
  const payload = load<u32>(P_L4_PAYLOAD);
  countPacket(measures, load<u64>(P_INDEX) as u32, load<u32>(P_LENGTH), load<u32>(P_L3_PAYLOAD), payload);
  store<u64>(hot, now, H_LAST_TIME);
  const marks = load<u8>(hot, H_MARKS) as u32;
  store<u8>(hot, (payload !== 0 ? marks | MARK_PAYLOAD : marks & ~MARK_PAYLOAD) as u8, H_MARKS);
  // Noting a handshake or a tunnel has changed the flags, so they are read again.
  flags = load<u8>(node, N_FLAGS) as u32;
  const seen = flags | (FLAG_SEEN << side);
  const before = timeoutNow(flags, load<u8>(node, N_TIMEOUT) as u32);
  store<u8>(node, timeout as u8, N_TIMEOUT);
  store<u8>(node, (side === 0 ? seen & ~FLAG_LAST_SIDE : seen | FLAG_LAST_SIDE) as u8, N_FLAGS);
  // Where the timeout is not shorter than before, the flow ends later than it was to be looked at anyway.
  if (!isFirst && timeoutNow(seen, timeout) < before) rehang(node);
}
