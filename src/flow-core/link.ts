// Link layers: Ethernet with VLAN tags, SLL, SLL2, raw IP, the loopback of BSD (NULL, LOOP). Each returns the address of the L3 header, or 0 after
// having set the reason.

import { be16, be32, rawMac } from './bytes';
import {
  ETHER_IPV4,
  ETHER_IPV6,
  LINK_ETHERNET,
  LINK_RAW,
  LINK_SLL,
  LINK_SLL2,
  P_ETHER_TYPE,
  P_FRAME_DST,
  P_FRAME_SRC,
  P_L2_LENGTH,
  P_LINK,
  P_MAC_DST,
  P_MAC_SRC,
  P_NIC,
  P_PACKET_TYPE,
  P_VLAN_COUNT,
  P_VLANS,
  VLAN_LIMIT,
} from './packet';
import { CUT_BY_SNAPLEN, IN_FLOW, MALFORMED_LINK, UNSUPPORTED_LINK } from './reasons';

export const ETHERNET: u32 = 1;
const NULL: u32 = 0;
const LOOP: u32 = 108;
const RAW: u32 = 101;
const RAW_BSD: u32 = 12;
const RAW_OPENBSD: u32 = 14;
const SLL: u32 = 113;
const IPV4: u32 = 228;
const IPV6: u32 = 229;
const SLL2: u32 = 276;

const ETHERNET_HEADER: u32 = 14;
const SLL_HEADER: u32 = 16;
const SLL2_HEADER: u32 = 20;
const FAMILY_HEADER: u32 = 4;
const TAG: u32 = 4;
/** Tags read in one frame; a fifth one is left as an EtherType that is not IP. */
const TAG_LIMIT: u32 = 4;

function isTag(etherType: u32): bool {
  return etherType === 0x8100 || etherType === 0x88a8 || etherType === 0x9100;
}

/** A header that is longer than what is there: by the length on the wire it is malformed, else the capture cut it. */
export function shortOf(needed: u32, wire: u32, malformed: u32): u32 {
  return wire < needed ? malformed : CUT_BY_SNAPLEN;
}

function noteTag(tag: u32): void {
  const count = load<u32>(P_VLAN_COUNT);
  if (count >= VLAN_LIMIT) return;
  store<u16>(P_VLANS + ((count as usize) << 1), (tag & 0xfff) as u16);
  store<u32>(P_VLAN_COUNT, count + 1);
}

/** Takes tags off behind a link header of `length` bytes. Sets P_ETHER_TYPE and P_L2_LENGTH; returns the reason. */
function readTags(frame: usize, length: u32, first: u32, captured: u32, wire: u32): u32 {
  let etherType = first;
  let l2 = length;
  for (let i: u32 = 0; i < TAG_LIMIT && isTag(etherType); i++) {
    if (captured < l2 + TAG) return shortOf(l2 + TAG, wire, MALFORMED_LINK);
    const at = frame + (l2 as usize);
    noteTag(be16(at));
    etherType = be16(at + 2);
    l2 += TAG;
  }
  store<u32>(P_ETHER_TYPE, etherType);
  store<u32>(P_L2_LENGTH, l2);
  return IN_FLOW;
}

/** The frame at `frame`, captured and wire bytes counted from it. */
export function readEthernet(frame: usize, captured: u32, wire: u32): u32 {
  if (captured < ETHERNET_HEADER) return shortOf(ETHERNET_HEADER, wire, MALFORMED_LINK);
  store<u64>(P_MAC_DST, rawMac(frame));
  store<u64>(P_MAC_SRC, rawMac(frame + 6));
  const etherType = be16(frame + 12);
  if (etherType === ETHER_IPV4) {
    store<u32>(P_ETHER_TYPE, ETHER_IPV4);
    store<u32>(P_L2_LENGTH, ETHERNET_HEADER);
    return IN_FLOW;
  }
  return readTags(frame, ETHERNET_HEADER, etherType, captured, wire);
}

/** The address that SLL and SLL2 keep is the sender's. */
function readSenderMac(at: usize, length: u32): void {
  store<u64>(P_MAC_SRC, length === 6 ? rawMac(at) : 0);
  store<u64>(P_MAC_DST, 0);
}

function readSll(frame: usize, captured: u32, wire: u32): u32 {
  store<u32>(P_LINK, LINK_SLL);
  if (captured < SLL_HEADER) return shortOf(SLL_HEADER, wire, MALFORMED_LINK);
  store<u32>(P_PACKET_TYPE, be16(frame));
  readSenderMac(frame + 6, be16(frame + 4));
  return readTags(frame, SLL_HEADER, be16(frame + 14), captured, wire);
}

function readSll2(frame: usize, captured: u32, wire: u32): u32 {
  store<u32>(P_LINK, LINK_SLL2);
  if (captured < SLL2_HEADER) return shortOf(SLL2_HEADER, wire, MALFORMED_LINK);
  store<u32>(P_PACKET_TYPE, load<u8>(frame, 10) as u32);
  readSenderMac(frame + 12, load<u8>(frame, 11) as u32);
  store<u64>(P_NIC, (load<u64>(P_NIC) & 0xffffffff) | ((be32(frame + 4) as u64) << 32));
  return readTags(frame, SLL2_HEADER, be16(frame), captured, wire);
}

function readRaw(frame: usize, captured: u32, wire: u32): u32 {
  store<u32>(P_LINK, LINK_RAW);
  store<u64>(P_MAC_SRC, 0);
  store<u64>(P_MAC_DST, 0);
  store<u32>(P_L2_LENGTH, 0);
  if (captured < 1) return shortOf(1, wire, MALFORMED_LINK);
  const version = (load<u8>(frame) as u32) >> 4;
  store<u32>(P_ETHER_TYPE, version === 4 ? ETHER_IPV4 : version === 6 ? ETHER_IPV6 : 0);
  return IN_FLOW;
}

/** The address family in front is IPv4's 2 everywhere; IPv6's is another one in each system. In either byte order. */
function readFamily(frame: usize, captured: u32, wire: u32): u32 {
  store<u32>(P_LINK, LINK_RAW);
  store<u64>(P_MAC_SRC, 0);
  store<u64>(P_MAC_DST, 0);
  store<u32>(P_L2_LENGTH, FAMILY_HEADER);
  if (captured < FAMILY_HEADER) return shortOf(FAMILY_HEADER, wire, MALFORMED_LINK);
  const raw = load<u32>(frame);
  const family = raw > 0xff ? bswap<u32>(raw) : raw;
  const isIpv6 = family === 10 || family === 24 || family === 28 || family === 30;
  store<u32>(P_ETHER_TYPE, family === 2 ? ETHER_IPV4 : isIpv6 ? ETHER_IPV6 : 0);
  return IN_FLOW;
}

/** The outermost frame. Returns the reason. */
export function readLink(linkType: u32, frame: usize, captured: u32, wire: u32): u32 {
  let reason = IN_FLOW;
  if (linkType === ETHERNET) {
    store<u32>(P_LINK, LINK_ETHERNET);
    reason = readEthernet(frame, captured, wire);
  } else if (linkType === SLL) {
    reason = readSll(frame, captured, wire);
  } else if (linkType === SLL2) {
    reason = readSll2(frame, captured, wire);
  } else if (
    linkType === RAW ||
    linkType === RAW_BSD ||
    linkType === RAW_OPENBSD ||
    linkType === IPV4 ||
    linkType === IPV6
  ) {
    reason = readRaw(frame, captured, wire);
  } else if (linkType === NULL || linkType === LOOP) {
    reason = readFamily(frame, captured, wire);
  } else {
    return UNSUPPORTED_LINK;
  }
  store<u64>(P_FRAME_SRC, load<u64>(P_MAC_SRC));
  store<u64>(P_FRAME_DST, load<u64>(P_MAC_DST));
  return reason;
}
