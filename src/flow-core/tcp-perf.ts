// Delays, retransmissions, reordering and zero windows of a TCP flow, packet by packet.

import { ART_BOUND, NO_BOUND, noteDelay, RTT_BOUND, SRT_BOUND } from './delays';
import {
  coldOf,
  H_LAST_TIME,
  H_MARKS,
  H_PUSH_END,
  H_PUSH_TIME,
  H_SEQ_END,
  hotOf,
  K_OOO,
  K_RETRANS,
  K_RTT,
  K_SRT,
  K_ZERO_WINDOW,
  M_ART,
  M_CIT,
  MARK_ART,
  MARK_AWAITED,
  MARK_HANDSHAKE_ACK,
  MARK_PAYLOAD,
  MARK_SEQ,
  MARK_SRT,
  measuresOf,
  N_FIN_COUNT,
  N_KEEPALIVE_ACK,
  N_KEEPALIVE_SEQ,
  N_RETRANS_SYN,
  N_RETRANS_SYN_ACK,
  N_RTT,
  N_RTT_KNOWN,
  N_SYN_ACK_COUNT,
  N_SYN_ACK_SEQ,
  N_SYN_ACK_SIDE,
  N_SYN_ACK_TIME,
  N_SYN_COUNT,
  N_SYN_SEQ,
  N_SYN_SIDE,
  N_SYN_TIME,
  rareOf,
} from './flow-node';
import { P_ACK, P_FLAGS, P_L4_PAYLOAD, P_SEQ, P_TIME, P_WINDOW } from './packet';
import { IN_ORDER, noteSegment, OUT_OF_ORDER, RETRANSMITTED, startSegments } from './segments';
import {
  ACK,
  CLASS_ACK,
  CLASS_FIN,
  CLASS_ILLEGAL,
  CLASS_PUSH,
  CLASS_RST,
  CLASS_SYN,
  CLASS_SYN_ACK,
  FIN,
  KNOWN,
  PSH,
} from './tcp-flags';

function countUp(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}

function mark(hot: usize, marks: u32): void {
  store<u8>(hot, load<u8>(hot, H_MARKS) | (marks as u8), H_MARKS);
}

function unmark(hot: usize, marks: u32): void {
  store<u8>(hot, load<u8>(hot, H_MARKS) & (~marks as u8), H_MARKS);
}

function hasMark(hot: usize, marks: u32): bool {
  return ((load<u8>(hot, H_MARKS) as u32) & marks) !== 0;
}

function noteSyn(node: usize, side: u32, hot: usize, cold: usize): void {
  const rare = rareOf(node);
  const seq = load<u32>(P_SEQ);
  countUp(rare + N_SYN_COUNT);
  if ((load<u8>(rare, N_SYN_SIDE) as u32) === side + 1 && load<u32>(rare, N_SYN_SEQ) === seq) {
    countUp(rare + N_RETRANS_SYN);
    countUp(cold + K_RETRANS);
    return;
  }
  // The first SYN, or that of a new connection on the same ports.
  store<u8>(rare, (side + 1) as u8, N_SYN_SIDE);
  store<u32>(rare, seq, N_SYN_SEQ);
  store<u64>(rare, load<u64>(P_TIME), N_SYN_TIME);
  if (load<u8>(rare, N_SYN_ACK_SIDE) !== 0 && load<u64>(rare, N_SYN_ACK_TIME) < load<u64>(P_TIME)) {
    store<u8>(rare, 0, N_SYN_ACK_SIDE);
  }
  startSegments(hot, cold, seq, seq + 1 + load<u32>(P_L4_PAYLOAD));
}

function noteSynAck(node: usize, side: u32, hot: usize, cold: usize): void {
  const rare = rareOf(node);
  const seq = load<u32>(P_SEQ);
  const now = load<u64>(P_TIME);
  const synSide = load<u8>(rare, N_SYN_SIDE) as u32;
  countUp(rare + N_SYN_ACK_COUNT);
  if ((load<u8>(rare, N_SYN_ACK_SIDE) as u32) === side + 1 && load<u32>(rare, N_SYN_ACK_SEQ) === seq) {
    countUp(rare + N_RETRANS_SYN_ACK);
    countUp(cold + K_RETRANS);
  } else {
    store<u8>(rare, (side + 1) as u8, N_SYN_ACK_SIDE);
    store<u32>(rare, seq, N_SYN_ACK_SEQ);
    store<u64>(rare, now, N_SYN_ACK_TIME);
    mark(hotOf(node, 1 - side), MARK_AWAITED);
    startSegments(hot, cold, seq, seq + 1 + load<u32>(P_L4_PAYLOAD));
  }
  if (synSide === 2 - side && load<u32>(P_ACK) === load<u32>(rare, N_SYN_SEQ) + 1) {
    noteDelay(cold + K_RTT, load<u64>(rare, N_SYN_TIME), now, RTT_BOUND);
  }
  if (synSide === 0 && load<u32>(P_WINDOW) === 0) countUp(cold + K_ZERO_WINDOW);
}

/** Whether this is the ACK that ends the handshake; notes its delays if so. */
function noteHandshakeAck(node: usize, side: u32, cold: usize): bool {
  const rare = rareOf(node);
  if ((load<u8>(rare, N_SYN_ACK_SIDE) as u32) !== 2 - side) return false;
  if (load<u32>(P_ACK) !== load<u32>(rare, N_SYN_ACK_SEQ) + 1) return false;
  const hasSyn = (load<u8>(rare, N_SYN_SIDE) as u32) === side + 1;
  if (hasSyn && load<u32>(P_SEQ) !== load<u32>(rare, N_SYN_SEQ) + 1) return false;
  unmark(hotOf(node, side), MARK_AWAITED);
  const now = load<u64>(P_TIME);
  const synAckTime = load<u64>(rare, N_SYN_ACK_TIME);
  noteDelay(cold + K_RTT, synAckTime, now, RTT_BOUND);
  const synTime = load<u64>(rare, N_SYN_TIME);
  if (hasSyn && synTime <= synAckTime) {
    const delay = (now - synTime) / 1000;
    if (delay <= RTT_BOUND) {
      store<u32>(rare, delay as u32, N_RTT);
      store<u8>(rare, 1, N_RTT_KNOWN);
    }
  }
  return true;
}

/** A probe of an idle connection repeats the byte before the next one. */
function isKeepalive(hot: usize, payload: u32): bool {
  return payload <= 1 && hasMark(hot, MARK_SEQ) && load<u32>(P_SEQ) === load<u32>(hot, H_SEQ_END) - 1;
}

/** Time that the client took to go on: since the end of the handshake, or since the server's last data. */
export function noteIdle(hot: usize, measures: usize, other: usize, now: u64): void {
  if (hasMark(hot, MARK_HANDSHAKE_ACK)) {
    noteDelay(measures + M_CIT, max(load<u64>(hot, H_LAST_TIME), load<u64>(other, H_LAST_TIME)), now, NO_BOUND);
  } else if (hasMark(other, MARK_PAYLOAD)) {
    noteDelay(measures + M_CIT, load<u64>(other, H_LAST_TIME), now, NO_BOUND);
  }
}

function noteData(side: u32, node: usize, hot: usize, cold: usize, flags: u32, payload: u32): void {
  const other = hotOf(node, 1 - side);
  const now = load<u64>(P_TIME);
  const seq = load<u32>(P_SEQ);
  const outcome = noteSegment(hot, cold, seq, payload);
  if (outcome === RETRANSMITTED) countUp(cold + K_RETRANS);
  else if (outcome === OUT_OF_ORDER) countUp(cold + K_OOO);
  if (payload <= 1) return;
  if (hasMark(other, MARK_ART)) {
    if (outcome === IN_ORDER) noteDelay(measuresOf(node, side) + M_ART, load<u64>(other, H_PUSH_TIME), now, ART_BOUND);
    unmark(other, MARK_ART | MARK_SRT);
  }
  if ((flags & (PSH | ACK)) !== (PSH | ACK) || (flags & FIN) !== 0) return;
  noteIdle(hot, measuresOf(node, side), other, now);
  store<u64>(hot, now, H_PUSH_TIME);
  store<u32>(hot, seq + payload, H_PUSH_END);
  mark(hot, MARK_SRT | MARK_ART);
}

/** An ACK without payload from the side whose cold part is given: time since the data that it acknowledges. */
export function noteAnswer(other: usize, cold: usize, ack: u32, now: u64): void {
  if (!hasMark(other, MARK_SRT) || ack !== load<u32>(other, H_PUSH_END)) return;
  noteDelay(cold + K_SRT, load<u64>(other, H_PUSH_TIME), now, SRT_BOUND);
  unmark(other, MARK_SRT);
}

/** `side` sent the packet at hand. */
export function noteTcp(node: usize, side: u32, flagClass: u32): void {
  const hot = hotOf(node, side);
  const payload = load<u32>(P_L4_PAYLOAD);
  const flags = load<u32>(P_FLAGS) & KNOWN;
  if (flagClass === CLASS_ACK || flagClass === CLASS_PUSH || flagClass === CLASS_FIN) {
    const cold = coldOf(node, side);
    let isHandshakeAck = false;
    if (flagClass === CLASS_FIN) countUp(rareOf(node) + N_FIN_COUNT);
    if (load<u32>(P_WINDOW) === 0) countUp(cold + K_ZERO_WINDOW);
    if (flagClass === CLASS_ACK && payload <= 1) {
      if (payload === 0 && hasMark(hot, MARK_AWAITED)) isHandshakeAck = noteHandshakeAck(node, side, cold);
      if (isKeepalive(hot, payload)) {
        store<u32>(rareOf(node), load<u32>(P_SEQ), N_KEEPALIVE_SEQ);
        store<u32>(rareOf(node), load<u32>(P_ACK), N_KEEPALIVE_ACK);
      } else if (payload !== 0) {
        noteData(side, node, hot, cold, flags, payload);
      } else {
        noteAnswer(hotOf(node, 1 - side), cold, load<u32>(P_ACK), load<u64>(P_TIME));
      }
    } else if (payload !== 0) {
      noteData(side, node, hot, cold, flags, payload);
    }
    if (isHandshakeAck) mark(hot, MARK_HANDSHAKE_ACK);
    else unmark(hot, MARK_HANDSHAKE_ACK);
    return;
  }
  unmark(hot, MARK_HANDSHAKE_ACK);
  if (flagClass === CLASS_SYN) noteSyn(node, side, hot, coldOf(node, side));
  else if (flagClass === CLASS_SYN_ACK) noteSynAck(node, side, hot, coldOf(node, side));
  else if (flagClass === CLASS_RST || flagClass === CLASS_ILLEGAL) {
    unmark(hot, MARK_SRT | MARK_ART);
    unmark(hotOf(node, 1 - side), MARK_SRT | MARK_ART);
  }
}
