// GRE: Ethernet inside (TEB), IP inside (TencentGRE), and ERSPAN of its three types.

import { be16, be32 } from './bytes';
import { ETHER_IPV4, ETHER_IPV6, ETHER_TEB } from './packet';
import { ERSPAN, found, INNER_ETHERNET, INNER_IPV4, INNER_IPV6, TEB, TENCENT_GRE } from './tunnel';

const CHECKSUM: u32 = 0x8000;
const ROUTING: u32 = 0x4000;
const KEY: u32 = 0x2000;
const SEQUENCE: u32 = 0x1000;
const VERSION: u32 = 0x0007;
const ERSPAN_1_2: u32 = 0x88be;
const ERSPAN_3: u32 = 0x22eb;
const ERSPAN_2_HEADER: usize = 8;
const ERSPAN_3_HEADER: usize = 12;
const ERSPAN_3_SUBHEADER: usize = 8;

function erspan3(at: usize, end: usize): void {
  if (end - at < ERSPAN_3_HEADER) return;
  const session = be16(at + 2) & 0x3ff;
  const last = be16(at + 10);
  const subheader = (last & 1) !== 0 ? ERSPAN_3_SUBHEADER : 0;
  const frame = at + ERSPAN_3_HEADER + subheader;
  // Frame type 0 is Ethernet, 2 is IP.
  const type = (last >> 10) & 0x1f;
  if (type === 0) found(ERSPAN, session, frame, INNER_ETHERNET);
  else if (type === 2 && frame < end) {
    found(ERSPAN, session, frame, (load<u8>(frame) as u32) >> 4 === 6 ? INNER_IPV6 : INNER_IPV4);
  }
}

export function greInner(at: usize, end: usize): void {
  if (end - at < 4) return;
  const flags = be16(at);
  if ((flags & (VERSION | ROUTING)) !== 0) return;
  const type = be16(at + 2);
  let next = at + 4;
  if ((flags & CHECKSUM) !== 0) next += 4;
  const keyAt = next;
  if ((flags & KEY) !== 0) next += 4;
  if ((flags & SEQUENCE) !== 0) next += 4;
  if (next > end) return;
  const key: u32 = (flags & KEY) !== 0 ? be32(keyAt) : 0;
  if (type === ETHER_TEB) found(TEB, key, next, INNER_ETHERNET);
  else if (type === ETHER_IPV4) found(TENCENT_GRE, key, next, INNER_IPV4);
  else if (type === ETHER_IPV6) found(TENCENT_GRE, key, next, INNER_IPV6);
  else if (type === ERSPAN_3) erspan3(next, end);
  else if (type === ERSPAN_1_2 && (flags & SEQUENCE) === 0) found(ERSPAN, 0, next, INNER_ETHERNET);
  else if (type === ERSPAN_1_2 && end - next >= ERSPAN_2_HEADER) {
    found(ERSPAN, be16(next + 2) & 0x3ff, next + ERSPAN_2_HEADER, INNER_ETHERNET);
  }
}
