// Answer times of UDP, and of ICMP echoes.

import { ART_BOUND, answerRequest, noteDelay, noteRequest, SRT_BOUND } from './delays';
import {
  coldOf,
  FLAG_LAST_SIDE,
  FLAG_SEEN,
  H_LAST_TIME,
  hotOf,
  K_SRT,
  M_ART,
  measuresOf,
  N_FAMILY,
  N_FLAGS,
} from './flow-node';
import { P_ICMP_ECHO, P_ICMP_TYPE, P_TIME } from './packet';

/** The first packet of a burst answers the last one of the other side. Called before the packet is counted. */
export function noteUdp(node: usize, side: u32): void {
  const flags = load<u8>(node, N_FLAGS) as u32;
  if ((flags & (FLAG_SEEN << (1 - side))) === 0) return;
  const lastSide: u32 = (flags & FLAG_LAST_SIDE) !== 0 ? 1 : 0;
  if (lastSide === side) return;
  noteDelay(
    measuresOf(node, side) + M_ART,
    load<u64>(hotOf(node, 1 - side), H_LAST_TIME),
    load<u64>(P_TIME),
    ART_BOUND,
  );
}

export function noteIcmp(node: usize, side: u32): void {
  const is4 = load<u8>(node, N_FAMILY) === 4;
  const type = load<u32>(P_ICMP_TYPE);
  const now = load<u64>(P_TIME);
  if (type === (is4 ? 8 : 128)) {
    noteRequest(coldOf(node, side), load<u32>(P_ICMP_ECHO), now);
  } else if (type === (is4 ? 0 : 129)) {
    const delay = answerRequest(coldOf(node, 1 - side), load<u32>(P_ICMP_ECHO), now);
    if (delay >= 0) noteDelay(coldOf(node, side) + K_SRT, now - (delay as u64), now, SRT_BOUND);
  }
}
