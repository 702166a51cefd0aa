// What ARP and IPv6 neighbour discovery tell about who has which address.

import { be16 } from './bytes';
import { remember } from './lru';
import { P_DST, P_ICMP_TYPE, P_L4, P_L4_END, P_MAC_SRC, P_PROTOCOL, P_SRC, PROTOCOL_ICMPV6 } from './packet';
import { macOfFamily } from './pair-table';
import { LEARNT_PAIRS } from './tables';

const ROUTER_SOLICITATION: u32 = 133;
const ROUTER_ADVERTISEMENT: u32 = 134;
const NEIGHBOUR_SOLICITATION: u32 = 135;
const NEIGHBOUR_ADVERTISEMENT: u32 = 136;
const OPTION_SOURCE: u32 = 1;
const OPTION_TARGET: u32 = 2;

/** Raw low word of an address in fe80::/10. */
function isLinkLocal(address: usize): bool {
  return load<u8>(address) === 0xfe && (load<u8>(address, 1) & 0xc0) === 0x80;
}

/** An agent takes the source pair of a neighbour advertisement on sight. True when a new fact may have come in. */
export function learnFromAdvertisement(): bool {
  if (load<u32>(P_PROTOCOL) !== PROTOCOL_ICMPV6 || load<u32>(P_ICMP_TYPE) !== NEIGHBOUR_ADVERTISEMENT) return false;
  if (isLinkLocal(P_SRC) || load<u64>(P_MAC_SRC) === 0) return false;
  remember(LEARNT_PAIRS, macOfFamily(load<u64>(P_MAC_SRC), 6), load<u64>(P_SRC), load<u64>(P_SRC, 8), 1);
  return true;
}

/** Address of the sender's MAC in an ARP packet for Ethernet and IPv4, which its IPv4 address follows; 0 if none. */
export function arpSender(at: usize, end: usize): usize {
  if (end - at < 28) return 0;
  if (be16(at) !== 1 || be16(at + 2) !== 0x0800 || load<u8>(at, 4) !== 6 || load<u8>(at, 5) !== 4) return 0;
  if (load<u32>(at, 14) === 0) return 0;
  return at + 8;
}

/** Address of the MAC that a discovery message gives for `discoveredAddress`; 0 if it gives none. */
export function discoveredMac(): usize {
  if (load<u32>(P_PROTOCOL) !== PROTOCOL_ICMPV6) return 0;
  const type = load<u32>(P_ICMP_TYPE);
  let options: usize = 0;
  if (type === ROUTER_SOLICITATION) options = 8;
  else if (type === ROUTER_ADVERTISEMENT) options = 16;
  else if (type === NEIGHBOUR_SOLICITATION || type === NEIGHBOUR_ADVERTISEMENT) options = 24;
  else return 0;
  const wanted = type === NEIGHBOUR_ADVERTISEMENT ? OPTION_TARGET : OPTION_SOURCE;
  const end = load<u32>(P_L4_END) as usize;
  let at = (load<u32>(P_L4) as usize) + options;
  while (at + 8 <= end) {
    const size = (load<u8>(at, 1) as usize) << 3;
    if (size === 0) return 0;
    if ((load<u8>(at) as u32) === wanted) return at + 2;
    at += size;
  }
  return 0;
}

/** Where the address stands that `discoveredMac` belongs to: the target of an advertisement, else the source. */
export function discoveredAddress(): usize {
  return load<u32>(P_ICMP_TYPE) === NEIGHBOUR_ADVERTISEMENT ? (load<u32>(P_L4) as usize) + 8 : P_SRC;
}

/** Whether the destination of the packet at hand is an IPv6 multicast address. */
export function isMulticast6(): bool {
  return load<u8>(P_DST) === 0xff;
}
