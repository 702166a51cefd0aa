// IPv4 with options and fragments, IPv6 with extension headers. Lengths come from the IP header, bounded by the wire.

import { be16 } from './bytes';
import { count, NOTE_IP_LENGTH_LARGE, NOTE_IP_LENGTH_ZERO } from './counters';
import { shortOf } from './link';
import {
  P_DST,
  P_FAMILY,
  P_FRAGMENT,
  P_IPID,
  P_L2_LENGTH,
  P_L3_PAYLOAD,
  P_L4,
  P_L4_END,
  P_L4_LENGTH,
  P_LENGTH,
  P_PROTOCOL,
  P_SRC,
} from './packet';
import { IN_FLOW, MALFORMED_IP } from './reasons';

const HEADER_4: u32 = 20;
const HEADER_6: u32 = 40;
/** No real packet has more extension headers; a longer chain is taken for an attack on readers like this one. */
const EXTENSION_LIMIT: u32 = 16;
/** P_IPID where IPv6 has none. */
export const NO_IPID: u32 = 0xffffffff;

/** `end` is that of the captured bytes, `wire` the bytes from `at` on as they were sent. Returns the reason. */
export function readIpv4(at: usize, end: usize, wire: u32): u32 {
  const captured = (end - at) as u32;
  if (captured < HEADER_4) return shortOf(HEADER_4, wire, MALFORMED_IP);
  const first = load<u8>(at) as u32;
  const header = (first & 0xf) << 2;
  if (first >> 4 !== 4 || header < HEADER_4) return MALFORMED_IP;
  let total = be16(at + 2);
  if (total === 0) {
    total = wire;
    count(NOTE_IP_LENGTH_ZERO);
  } else if (total > wire) {
    total = wire;
    count(NOTE_IP_LENGTH_LARGE);
  }
  if (total < header) return MALFORMED_IP;
  if (captured < header) return shortOf(header, wire, MALFORMED_IP);
  store<u32>(P_FAMILY, 4);
  store<u64>(P_SRC, load<u32>(at, 12) as u64);
  store<u64>(P_SRC, 0, 8);
  store<u64>(P_DST, load<u32>(at, 16) as u64);
  store<u64>(P_DST, 0, 8);
  store<u32>(P_PROTOCOL, load<u8>(at, 9) as u32);
  store<u32>(P_IPID, be16(at + 4));
  store<u32>(P_FRAGMENT, (be16(at + 6) & 0x1fff) !== 0 ? 1 : 0);
  store<u32>(P_LENGTH, load<u32>(P_L2_LENGTH) + total);
  store<u32>(P_L3_PAYLOAD, total - header);
  store<u32>(P_L4, (at as u32) + header);
  store<u32>(P_L4_LENGTH, total - header);
  store<u32>(P_L4_END, (at as u32) + min(captured, total));
  return IN_FLOW;
}

const HOP_BY_HOP: u32 = 0;
const ROUTING: u32 = 43;
const FRAGMENT: u32 = 44;
const AUTHENTICATION: u32 = 51;
const NO_NEXT: u32 = 59;
const DESTINATION: u32 = 60;
const MOBILITY: u32 = 135;

/** Walks the extension headers from P_L4 on; leaves P_PROTOCOL, P_L4 and P_L4_LENGTH at the first other header. */
function walkExtensions(): u32 {
  const end = load<u32>(P_L4_END);
  let at = load<u32>(P_L4);
  let length = load<u32>(P_L4_LENGTH);
  let next = load<u32>(P_PROTOCOL);
  for (let i: u32 = 0; ; i++) {
    const isWalked =
      next === HOP_BY_HOP ||
      next === ROUTING ||
      next === FRAGMENT ||
      next === AUTHENTICATION ||
      next === DESTINATION ||
      next === MOBILITY;
    if (!isWalked) break;
    if (i === EXTENSION_LIMIT) return MALFORMED_IP;
    if (end - at < 8) return shortOf(8, length, MALFORMED_IP);
    let size: u32 = 8;
    const units = load<u8>(at as usize, 1) as u32;
    if (next === AUTHENTICATION) size = (units + 2) << 2;
    else if (next !== FRAGMENT) size = (units + 1) << 3;
    else if ((be16((at as usize) + 2) & 0xfff8) !== 0) store<u32>(P_FRAGMENT, 1);
    if (end - at < size) return shortOf(size, length, MALFORMED_IP);
    next = load<u8>(at as usize) as u32;
    at += size;
    length -= size;
    // What follows the header of a later fragment is payload, whatever the header calls it.
    if (load<u32>(P_FRAGMENT) !== 0) break;
  }
  store<u32>(P_PROTOCOL, next);
  store<u32>(P_L4, at);
  store<u32>(P_L4_LENGTH, next === NO_NEXT ? 0 : length);
  return IN_FLOW;
}

export function readIpv6(at: usize, end: usize, wire: u32): u32 {
  const captured = (end - at) as u32;
  if (captured < HEADER_6) return shortOf(HEADER_6, wire, MALFORMED_IP);
  if ((load<u8>(at) as u32) >> 4 !== 6) return MALFORMED_IP;
  let payload = be16(at + 4);
  const room = wire - HEADER_6;
  if (payload === 0 && load<u8>(at, 6) !== (NO_NEXT as u8)) {
    payload = room;
    count(NOTE_IP_LENGTH_ZERO);
  } else if (payload > room) {
    payload = room;
    count(NOTE_IP_LENGTH_LARGE);
  }
  store<u32>(P_FAMILY, 6);
  store<u64>(P_SRC, load<u64>(at, 8));
  store<u64>(P_SRC, load<u64>(at, 16), 8);
  store<u64>(P_DST, load<u64>(at, 24));
  store<u64>(P_DST, load<u64>(at, 32), 8);
  store<u32>(P_PROTOCOL, load<u8>(at, 6) as u32);
  store<u32>(P_IPID, NO_IPID);
  store<u32>(P_FRAGMENT, 0);
  store<u32>(P_LENGTH, load<u32>(P_L2_LENGTH) + HEADER_6 + payload);
  store<u32>(P_L3_PAYLOAD, payload);
  store<u32>(P_L4, (at as u32) + HEADER_6);
  store<u32>(P_L4_LENGTH, payload);
  store<u32>(P_L4_END, (at as u32) + min(captured, HEADER_6 + payload));
  return walkExtensions();
}
