// The packet that most captures consist of: TCP or UDP over IPv4, in VXLAN or not, in order, in a flow that is under way. Its
// way through link.ts, ip.ts, l4.ts, tunnel.ts, ends.ts, flow-table.ts, flow-update.ts and tcp-perf.ts is gone here in
// one go, without the stops in memory in between, in a third of the time. First come all questions, which change
// nothing: whatever is unusual about a packet, or would change more than counts and times, sends it the general way.

import { be16, be32, rawMac } from './bytes';
import {
  C_CAPTURED,
  C_DECAPSULATED,
  C_IN_FLOWS,
  C_INJECTIONS,
  C_LAST_TIME,
  C_PACKETS,
  C_WIRE,
  countBy,
  counted,
  setCounter,
} from './counters';
import { ART_BOUND, noteDelay } from './delays';
import { recheckDirection } from './direction';
import { CAPTURE_VIRTUAL_MIRROR, DST, endsByMacs, SRC } from './ends';
import { hashOfEnds } from './flow-hash';
import {
  clientOf,
  coldOf,
  F_BACKWARDS,
  F_BUCKETS,
  F_CLOSING,
  F_MASK,
  F_NOW,
  F_PAIR_GENERATION,
  F_UNTIL,
  F_WINDOW,
  FLAG_HANDSHAKE,
  FLAG_LAST_SIDE,
  FLAG_SEEN,
  FLAG_TUNNEL,
  H_DIGEST,
  H_LAST_TIME,
  H_MARKS,
  H_PUSH_END,
  H_PUSH_TIME,
  H_SEQ_END,
  H_TCP_FLAGS,
  hotOf,
  M_ART,
  MARK_ART,
  MARK_AWAITED,
  MARK_HANDSHAKE_ACK,
  MARK_PAYLOAD,
  MARK_SEQ,
  MARK_SRT,
  measuresOf,
  N_ENDS,
  N_FAMILY,
  N_FLAGS,
  N_HASH,
  N_KEYS,
  N_LAST_TUNNEL,
  N_MAC,
  N_NEXT,
  N_PAIRS_SEEN,
  N_PENDING,
  N_PORTS,
  N_PROTOCOL,
  N_STATE,
  N_TAP_KEY,
  N_TIER,
  N_TIMEOUT,
  N_TUNNEL_TYPE,
  N_VLAN,
} from './flow-node';
import { bySide, tapKey } from './flow-table';
import { COPY_DISTANCE, countPacket, digestOf, digestOfTcp } from './flow-update';
import { countInterface, I_LINK_TYPE, interfaceRow } from './interfaces';
import { ETHERNET } from './link';
import { PROTOCOL_TCP, PROTOCOL_UDP } from './packet';
import { INTERVAL_TOTAL, S_CAPTURE_MODE, S_EXPRESS, S_INTERVAL, S_TAP_MAC, setting, TIMEOUT_OPENING } from './settings';
import { SECOND, streamOf } from './stream';
import { ACK, CLASS_ACK, CLASS_PUSH, KNOWN, PSH } from './tcp-flags';
import { noteAnswer, noteIdle } from './tcp-perf';
import { nextState } from './tcp-state';
import { isTunnelPort, isVxlanPort, VXLAN } from './tunnel';
import { W_CANDIDATE } from './warm';

const L2: u32 = 14;
const IP: u32 = 20;
const TCP: u32 = 20;
const UDP: u32 = 8;
const TCP_WITH_TIME_STAMP: u32 = 32;
/** Ethernet, IPv4, UDP and VXLAN. */
const OUTER: u32 = L2 + IP + 16;
/** Bytes of payload from which on UDP may look like VXLAN. */
const LOOKALIKE: u32 = 22;
// As they lie on the wire, read little-endian.
const RAW_IPV4: u16 = 0x0008;
const RAW_FRAGMENT: u16 = 0xff3f;
const TIME_STAMP_ONLY: u32 = 0x0a080101;
const BOTH_SEEN: u32 = FLAG_SEEN * 3;

/** An Ethernet frame with IPv4, no tags, no options, no fragment, of which all is there. */
function isPlainIpv4(frame: usize, length: u32): bool {
  if (length < L2 + IP || load<u16>(frame, 12) !== RAW_IPV4 || load<u8>(frame, 14) !== 0x45) return false;
  return (load<u16>(frame, 20) & RAW_FRAGMENT) === 0 && L2 + be16(frame + 16) <= length;
}

/** UDP that is no tunnel and does not look like one. */
function isPlainUdp(frame: usize, total: u32): bool {
  if (total < IP + UDP || isTunnelPort(load<u16>(frame, 36))) return false;
  return total < IP + UDP + LOOKALIKE || load<u32>(frame, 42) !== 8;
}

/** A TCP header without options, or with time stamps only. `header` is what it says of its length. */
function isPlainTcp(frame: usize, total: u32, header: u32): bool {
  if (total < IP + header) return false;
  return header === TCP || (header === TCP_WITH_TIME_STAMP && load<u32>(frame, 54) === TIME_STAMP_ONLY);
}

/** The first node with this hash, which is the first that the general way looks at; 0 without. */
function firstOf(hash: u32): usize {
  let node = load<u32>((load<u32>(F_BUCKETS) as usize) + (((hash & load<u32>(F_MASK)) as usize) << 2)) as usize;
  while (node !== 0 && load<u32>(node, N_HASH) !== hash) node = load<u32>(node, N_NEXT) as usize;
  return node;
}

/** Takes the packet, or says false and has changed nothing. `captured` and `wire` are as in the record. */
export function takeExpress(row: u32, data: usize, captured: u32, wire: u32, second: u64, nanos: u64): bool {
  if (load<u32>(F_BUCKETS) === 0 || setting(S_EXPRESS) === 0) return false;
  if (load<u32>(interfaceRow(row), I_LINK_TYPE) !== ETHERNET) return false;
  if (captured !== wire || !isPlainIpv4(data, captured)) return false;

  // What the packet is.
  let frame = data;
  let tunnelType: u32 = 0;
  let protocol = load<u8>(frame, 23) as u32;
  if (protocol === PROTOCOL_UDP && isVxlanPort(load<u16>(frame, 36))) {
    const outer = be16(frame + 16);
    if (outer < OUTER - L2 || load<u8>(frame, 42) !== 8) return false;
    frame += OUTER;
    tunnelType = VXLAN;
    if (!isPlainIpv4(frame, L2 + outer - OUTER)) return false;
    protocol = load<u8>(frame, 23) as u32;
  }
  const total = be16(frame + 16);
  const isTcp = protocol === PROTOCOL_TCP;
  let tcpFlags: u32 = 0;
  let header = UDP;
  if (isTcp) {
    header = ((load<u8>(frame, 46) as u32) >> 4) << 2;
    if (!isPlainTcp(frame, total, header) || load<u16>(frame, 48) === 0) return false;
    tcpFlags = load<u8>(frame, 47) as u32;
    if ((tcpFlags & (KNOWN & ~PSH)) !== ACK) return false;
  } else if (protocol !== PROTOCOL_UDP || !isPlainUdp(frame, total)) {
    return false;
  }
  const payload = total - IP - header;

  // Whose it is.
  const l2 = endsByMacs(rawMac(data + 6), rawMac(data), tunnelType !== 0);
  let tapMac = setting(S_TAP_MAC);
  if (l2 !== 0 && setting(S_CAPTURE_MODE) === CAPTURE_VIRTUAL_MIRROR) {
    if (l2 === (SRC | DST)) return false;
    tapMac = rawMac(l2 === SRC ? data + 6 : data);
  }
  const ports = load<u32>(frame, 34);
  const src = load<u32>(frame, 26) as u64;
  const dst = load<u32>(frame, 30) as u64;
  const likely = load<u32>(W_CANDIDATE) as usize;
  const node = likely !== 0 ? likely : firstOf(hashOfEnds(src, dst, ports, protocol, tapMac, row as u64));
  if (node === 0) return false;
  const key0 = load<u64>(node, N_KEYS);
  const key1 = load<u64>(node, N_KEYS + 8);
  const own = load<u32>(node, N_PORTS);
  let side: u32 = 0;
  if (own !== ports || key0 !== src || key1 !== dst) {
    if (own !== ((ports << 16) | (ports >> 16)) || key0 !== dst || key1 !== src) return false;
    side = 1;
  }
  if ((load<u8>(node, N_PROTOCOL) as u32) !== protocol || load<u8>(node, N_FAMILY) !== 4) return false;
  const macSrc = rawMac(frame + 6);
  const macDst = rawMac(frame);
  const ofSrc = node + ((side as usize) << 3);
  const ofDst = node + (((1 - side) as usize) << 3);
  if (load<u64>(ofSrc, N_MAC) !== macSrc || load<u64>(ofDst, N_MAC) !== macDst) return false;
  if (load<u32>(node, N_TAP_KEY) !== tapKey(tapMac, row as u64)) return false;
  if ((load<u8>(node, N_TUNNEL_TYPE) as u32) !== tunnelType || load<u16>(node, N_VLAN) !== 0) return false;

  // Whether it leaves all but counts and times as it is.
  let flags = load<u8>(node, N_FLAGS) as u32;
  if ((flags & BOTH_SEEN) !== BOTH_SEEN) return false;
  if (tunnelType !== 0) {
    if (load<u8>(node, N_TIER) !== 1 || load<u8>(node, N_LAST_TUNNEL) !== (VXLAN as u8)) return false;
    if ((flags & (FLAG_TUNNEL << side)) === 0) return false;
  } else if (load<u8>(node, N_TIER) !== 0 || (macSrc | macDst) === 0) {
    return false;
  }
  if (((load<u8>(node, N_ENDS) as u32) & 3) !== bySide(l2, side)) return false;
  if (load<u8>(node, N_PAIRS_SEEN) !== (load<u32>(F_PAIR_GENERATION) as u8)) return false;
  const now = second * SECOND + nanos;
  const stream = streamOf(row as u64);
  if (now < load<u64>(stream) || load<u32>(F_CLOSING) !== 0) return false;
  if (second < load<u64>(F_WINDOW) || second >= load<u64>(F_UNTIL)) return false;
  const pending = (second as u32) + 1;
  const isNewSecond = load<u32>(node, N_PENDING) !== pending;
  if (isNewSecond && setting(S_INTERVAL) !== INTERVAL_TOTAL) return false;
  const hot = hotOf(node, side);
  const other = hotOf(node, 1 - side);
  const timeout = load<u8>(node, N_TIMEOUT) as u32;
  const ipid = be16(frame + 18);
  let marks = load<u8>(hot, H_MARKS) as u32;
  let digest = digestOf(ipid, payload);
  let isTelling = ipid !== 0;
  let seq: u32 = 0;
  let ack: u32 = 0;
  if (isTcp) {
    // A new second looks at the direction again, on which the state depends, unless a handshake has settled it.
    if (isNewSecond && (flags & FLAG_HANDSHAKE) === 0) return false;
    const state = load<u8>(node, N_STATE) as u32;
    const flagClass = (tcpFlags & PSH) !== 0 ? CLASS_PUSH : CLASS_ACK;
    if (nextState(state, flagClass, side !== clientOf(node)) !== ((timeout << 5) | state)) return false;
    seq = be32(frame + 38);
    ack = be32(frame + 42);
    const end = load<u32>(hot, H_SEQ_END);
    if ((marks & (MARK_SEQ | MARK_AWAITED)) !== MARK_SEQ) return false;
    if (payload === 0 ? seq === end - 1 : payload === 1 || seq !== end) return false;
    digest ^= digestOfTcp(seq, ack, tcpFlags);
    isTelling = isTelling || payload !== 0;
  } else if (timeout !== TIMEOUT_OPENING) {
    return false;
  }
  digest |= 1;
  if (isTelling && load<u32>(hot, H_DIGEST) === digest) {
    if (now - load<u64>(hot, H_LAST_TIME) <= COPY_DISTANCE) return false;
  }

  // Nothing is in its way.
  if (isNewSecond) {
    recheckDirection(node);
    flags = load<u8>(node, N_FLAGS) as u32;
    store<u32>(node, pending, N_PENDING);
  }
  const measures = measuresOf(node, side);
  const isPush = (tcpFlags & PSH) !== 0;
  if (!isTcp) {
    const lastSide: u32 = (flags & FLAG_LAST_SIDE) !== 0 ? 1 : 0;
    if (lastSide !== side) noteDelay(measures + M_ART, load<u64>(other, H_LAST_TIME), now, ART_BOUND);
  } else if (payload !== 0) {
    const otherMarks = load<u8>(other, H_MARKS) as u32;
    store<u32>(hot, seq + payload, H_SEQ_END);
    if ((otherMarks & MARK_ART) !== 0) {
      noteDelay(measures + M_ART, load<u64>(other, H_PUSH_TIME), now, ART_BOUND);
      store<u8>(other, (otherMarks & ~(MARK_ART | MARK_SRT)) as u8, H_MARKS);
    }
    if (isPush) {
      noteIdle(hot, measures, other, now);
      store<u64>(hot, now, H_PUSH_TIME);
      store<u32>(hot, seq + payload, H_PUSH_END);
      marks |= MARK_SRT | MARK_ART;
    }
  } else if (!isPush) {
    noteAnswer(other, coldOf(node, side), ack, now);
  }
  marks = payload !== 0 ? marks | MARK_PAYLOAD : marks & ~MARK_PAYLOAD;
  store<u8>(hot, (marks & ~MARK_HANDSHAKE_ACK) as u8, H_MARKS);
  store<u8>(hot, load<u8>(hot, H_TCP_FLAGS) | (tcpFlags as u8), H_TCP_FLAGS);
  store<u32>(hot, digest, H_DIGEST);
  store<u64>(hot, now, H_LAST_TIME);
  store<u8>(node, (side === 0 ? flags & ~FLAG_LAST_SIDE : flags | FLAG_LAST_SIDE) as u8, N_FLAGS);
  const index = counted(C_PACKETS);
  countPacket(measures, index as u32, L2 + total, total - IP, payload);
  store<u64>(stream, now);
  if (now > load<u64>(F_NOW)) store<u64>(F_NOW, now);
  store<u32>(F_BACKWARDS, 0);
  setCounter(C_PACKETS, index + 1);
  countBy(C_CAPTURED, captured as u64);
  countBy(C_WIRE, captured as u64);
  countBy(C_IN_FLOWS, 1);
  countBy(C_INJECTIONS, 1);
  if (tunnelType !== 0) countBy(C_DECAPSULATED, 1);
  if (now >= counted(C_LAST_TIME)) setCounter(C_LAST_TIME, now + 1);
  countInterface(row);
  return true;
}
