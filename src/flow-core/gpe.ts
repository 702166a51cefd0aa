// VXLAN-GPE (UDP 4790), with a network service header in between or without.

import { be16, be24 } from './bytes';
import { found, INNER_ETHERNET, INNER_IPV4, INNER_IPV6, VXLAN_NSH } from './tunnel';

const HEADER: usize = 8;
const NEXT_PROTOCOL: u32 = 0x04;
const IPV4: u32 = 1;
const IPV6: u32 = 2;
const ETHERNET: u32 = 3;
const NSH: u32 = 4;
/** Service headers one after another; more are left as payload. */
const NSH_LIMIT: u32 = 2;

export function gpeInner(at: usize, end: usize): void {
  if (end - at < HEADER) return;
  const flags = load<u8>(at) as u32;
  // The two version bits.
  if ((flags & 0x30) !== 0) return;
  const id = be24(at + 4);
  let next = (flags & NEXT_PROTOCOL) !== 0 ? (load<u8>(at, 3) as u32) : ETHERNET;
  let inner = at + HEADER;
  for (let i: u32 = 0; next === NSH; i++) {
    if (i === NSH_LIMIT || end - inner < 8) return;
    const length = ((be16(inner) & 0x3f) << 2) as usize;
    if (length < 8 || end - inner < length) return;
    next = load<u8>(inner, 3) as u32;
    inner += length;
  }
  if (next === ETHERNET) found(VXLAN_NSH, id, inner, INNER_ETHERNET);
  else if (next === IPV4) found(VXLAN_NSH, id, inner, INNER_IPV4);
  else if (next === IPV6) found(VXLAN_NSH, id, inner, INNER_IPV6);
}
