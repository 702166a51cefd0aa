// Which sides of a packet are local: l2_end by the capture mode, l3_end by (MAC, address) pairs.

import { recall } from './lru';
import { hasMac, sizeOfMacSet } from './mac-set';
import {
  LINK_ETHERNET,
  LINK_RAW,
  P_DST,
  P_FAMILY,
  P_FRAME_DST,
  P_FRAME_SRC,
  P_INFERRED,
  P_LINK,
  P_MAC_DST,
  P_MAC_SRC,
  P_PACKET_TYPE,
  P_SRC,
  P_TIER,
  P_TUNNEL_MAC_DST,
  P_TUNNEL_MAC_SRC,
} from './packet';
import { hasPair, macOfFamily } from './pair-table';
import { CLOUD, S_CAPTURE_MODE, S_NETWORK_TYPE, S_TAP_MAC, setting } from './settings';
import { LEARNT_PAIRS, LOCAL_ADDRESSES, LOCAL_MACS, PAIRS, REMOTE_MACS, VIP_MACS } from './tables';

/** Bits of an answer. */
export const SRC: u32 = 1;
export const DST: u32 = 2;

export const CAPTURE_LOCAL: u64 = 0;
export const CAPTURE_VIRTUAL_MIRROR: u64 = 1;

const PACKET_TO_US: u32 = 0;
const PACKET_BROADCAST: u32 = 1;
const PACKET_MULTICAST: u32 = 2;
const PACKET_OUTGOING: u32 = 4;

/** MACs are kept as on the wire: the last four bytes, the last three. */
const LAST_FOUR: u64 = 16;
const LAST_THREE: u64 = 24;

function byNicMac(src: u64, dst: u64): u32 {
  const nic = setting(S_TAP_MAC) >> LAST_THREE;
  if (src >> LAST_THREE === nic) return SRC;
  const isMulticast = (dst & 1) !== 0;
  return dst >> LAST_THREE === nic || isMulticast ? DST : 0;
}

function bySet(set: usize, src: u64, dst: u64, isTunnelled: bool): u32 {
  const isUnicast = (dst & 1) === 0;
  let ends: u32 = hasMac(set, src >> LAST_FOUR) ? SRC : 0;
  if ((isUnicast || isTunnelled || set === LOCAL_MACS) && hasMac(set, dst >> LAST_FOUR)) ends |= DST;
  return ends;
}

/** The ends of an Ethernet frame by its MACs: the outermost ones. */
export function endsByMacs(src: u64, dst: u64, isTunnelled: bool): u32 {
  const mode = setting(S_CAPTURE_MODE);
  if (mode === CAPTURE_LOCAL) return byNicMac(src, dst);
  return bySet(mode === CAPTURE_VIRTUAL_MIRROR ? LOCAL_MACS : REMOTE_MACS, src, dst, isTunnelled);
}

function byPacketType(): u32 {
  const type = load<u32>(P_PACKET_TYPE);
  if (type === PACKET_OUTGOING) return SRC;
  return type === PACKET_TO_US || type === PACKET_BROADCAST || type === PACKET_MULTICAST ? DST : 0;
}

function isLocalAddress(at: usize): bool {
  return hasPair(LOCAL_ADDRESSES, 0, load<u32>(P_FAMILY), load<u64>(at), load<u64>(at, 8));
}

function byAddress(): u32 {
  if (isLocalAddress(P_SRC)) return SRC;
  return isLocalAddress(P_DST) ? DST : 0;
}

/** SRC and DST of the packet at hand; sets P_INFERRED where MACs were not what told it. */
export function l2Ends(): u32 {
  const link = load<u32>(P_LINK);
  store<u32>(P_INFERRED, link !== LINK_ETHERNET ? 1 : 0);
  if (link === LINK_RAW) return byAddress();
  if (link !== LINK_ETHERNET) return byPacketType();
  const isTunnelled = load<u32>(P_TIER) !== 0;
  // The loopback device.
  if (!isTunnelled && (load<u64>(P_MAC_SRC) | load<u64>(P_MAC_DST)) === 0) return SRC | DST;
  if (setting(S_CAPTURE_MODE) === CAPTURE_LOCAL) {
    return endsByMacs(load<u64>(P_FRAME_SRC), load<u64>(P_FRAME_DST), isTunnelled);
  }
  const src = load<u64>(isTunnelled ? P_TUNNEL_MAC_SRC : P_MAC_SRC);
  const dst = load<u64>(isTunnelled ? P_TUNNEL_MAC_DST : P_MAC_DST);
  return endsByMacs(src, dst, isTunnelled);
}

/** Whether the source address is of the loopback network. */
export function isLoopback(): bool {
  if (load<u32>(P_FAMILY) === 4) return load<u8>(P_SRC) === 127;
  return load<u64>(P_SRC) === 0 && load<u64>(P_SRC, 8) === 0x0100000000000000;
}

function isEnd(mac: u64, address: usize, isL2End: bool): bool {
  const family = load<u32>(P_FAMILY);
  const low = load<u64>(address);
  const high = load<u64>(address, 8);
  if (hasPair(PAIRS, mac, family, low, high)) return true;
  if (recall(LEARNT_PAIRS, macOfFamily(mac, family), low, high) !== 0) return true;
  return isL2End && sizeOfMacSet(VIP_MACS) !== 0 && hasMac(VIP_MACS, mac);
}

/** SRC and DST by address pairs, given the answer by MACs. */
export function l3Ends(l2: u32): u32 {
  if (setting(S_NETWORK_TYPE) !== CLOUD) return 0;
  if (isLoopback()) return SRC | DST;
  let ends: u32 = isEnd(load<u64>(P_MAC_SRC), P_SRC, (l2 & SRC) !== 0) ? SRC : 0;
  if (isEnd(load<u64>(P_MAC_DST), P_DST, (l2 & DST) !== 0)) ends |= DST;
  return ends;
}
