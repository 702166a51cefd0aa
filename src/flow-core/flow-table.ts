// Finding the flow of a packet, or starting one.

import { copy16, mix, SPREAD } from './bytes';
import { C_PEAK_FLOWS, counted, setCounter } from './counters';
import { startDirection } from './direction';
import { DST, SRC } from './ends';
import { enterSecond, hang, takeNode } from './flow-clock';
import { hashOfEnds } from './flow-hash';
import {
  F_BUCKETS,
  F_COUNTER,
  F_LIVE,
  F_MASK,
  FLAG_INFERRED,
  N_ENDS,
  N_FAMILY,
  N_FIRST_INDEX,
  N_FLAGS,
  N_FLOW_ID,
  N_HASH,
  N_INTERVAL_SECOND,
  N_IP,
  N_IPID,
  N_KEYS,
  N_MAC,
  N_NEXT,
  N_NIC,
  N_PORTS,
  N_PROTOCOL,
  N_START_TIME,
  N_STATE,
  N_TAP_KEY,
  N_TAP_MAC,
  N_TUNNEL_TYPE,
  N_VLAN,
  rareOf,
} from './flow-node';
import { addPacket } from './flow-update';
import {
  LINK_ETHERNET,
  P_DST,
  P_FAMILY,
  P_INDEX,
  P_INFERRED,
  P_IPID,
  P_LINK,
  P_MAC_DST,
  P_MAC_SRC,
  P_NIC,
  P_PORTS,
  P_PROTOCOL,
  P_SECOND,
  P_SRC,
  P_TIER,
  P_TIME,
  P_TOA_FAMILY,
  P_TUNNEL_TYPE,
  P_VLAN_COUNT,
  P_VLANS,
  PROTOCOL_TCP,
} from './packet';
import {
  CLOUD,
  S_IGNORE_IDC_VLAN,
  S_IGNORE_L2_END,
  S_IGNORE_TOR_MAC,
  S_IGNORE_TUNNEL_TYPE,
  S_NETWORK_TYPE,
  S_THREAD,
  setting,
} from './settings';
import { STATE_ESTABLISHED, STATE_RAW } from './tcp-state';
import { IPIP, TENCENT_GRE } from './tunnel';
import { W_CANDIDATE } from './warm';

const NO_SIDE: u32 = 2;
const LAST_FOUR: u64 = 16;

export function tunnelTypeAtHand(): u32 {
  return load<u32>(P_TIER) !== 0 ? load<u32>(P_TUNNEL_TYPE) : 0;
}

export function vlanAtHand(): u32 {
  const tags = load<u32>(P_VLAN_COUNT);
  return tags === 0 ? 0 : (load<u16>(P_VLANS + (((tags - 1) as usize) << 1)) as u32);
}

/** What tells an address from others in the hot part of a node: IPv4 as it is, IPv6 folded. */
function keyOf(address: usize, is6: bool): u64 {
  const low = load<u64>(address);
  return is6 ? mix(low) ^ (load<u64>(address, 8) * SPREAD) : low;
}

/** A tap port and its NIC, folded. */
export function tapKey(tapMac: u64, nic: u64): u32 {
  return ((tapMac >> LAST_FOUR) as u32) ^ (((nic as u32) + ((nic >> 32) as u32) * 0x9e3779b1) * 0x85ebca6b);
}

/** The whole addresses of both sides, as a packet from `side` has them. */
function hasAddresses(node: usize, side: u32): bool {
  const src = rareOf(node) + N_IP + ((side as usize) << 4);
  const dst = rareOf(node) + N_IP + (((1 - side) as usize) << 4);
  const isSrc = load<u64>(src) === load<u64>(P_SRC) && load<u64>(src, 8) === load<u64>(P_SRC, 8);
  return isSrc && load<u64>(dst) === load<u64>(P_DST) && load<u64>(dst, 8) === load<u64>(P_DST, 8);
}

/** Which side of `node` sent a packet with these ends; NO_SIDE when it is not of that flow. */
function sideByAddresses(node: usize, src: u64, dst: u64): u32 {
  const ports = load<u32>(P_PORTS);
  const own = load<u32>(node, N_PORTS);
  const key0 = load<u64>(node, N_KEYS);
  const key1 = load<u64>(node, N_KEYS + 8);
  const is6 = load<u32>(P_FAMILY) === 6;
  if (own === ports && key0 === src && key1 === dst && (!is6 || hasAddresses(node, 0))) return 0;
  const swapped = (ports << 16) | (ports >> 16);
  if (own === swapped && key0 === dst && key1 === src && (!is6 || hasAddresses(node, 1))) return 1;
  return NO_SIDE;
}

/** SRC and DST of a packet as bits of side 0 and side 1. */
export function bySide(ends: u32, side: u32): u32 {
  return side === 0 ? ends : ((ends & SRC) << 1) | ((ends & DST) >> 1);
}

/** Only the MAC of the local side is compared: behind routers the other one may change. */
function hasSameMacs(node: usize, side: u32, l2: u32, tunnelType: u32): bool {
  if (tunnelType === IPIP || tunnelType === TENCENT_GRE) return true;
  // These link layers do not know both MACs.
  if (load<u32>(P_LINK) !== LINK_ETHERNET) return true;
  if (setting(S_NETWORK_TYPE) !== CLOUD || setting(S_IGNORE_TOR_MAC) !== 0) return true;
  const ofSrc = load<u64>(node + N_MAC + ((side as usize) << 3));
  const ofDst = load<u64>(node + N_MAC + (((1 - side) as usize) << 3));
  const isSrc = ofSrc === load<u64>(P_MAC_SRC);
  const isDst = ofDst === load<u64>(P_MAC_DST);
  if (setting(S_IGNORE_L2_END) !== 0) return isSrc && isDst;
  if ((l2 & SRC) !== 0) return isSrc;
  if ((l2 & DST) !== 0) return isDst;
  return true;
}

function sideIn(node: usize, l2: u32, tapMac: u64, src: u64, dst: u64): u32 {
  if (load<u32>(node, N_TAP_KEY) !== tapKey(tapMac, load<u64>(P_NIC))) return NO_SIDE;
  if ((load<u8>(node, N_PROTOCOL) as u32) !== load<u32>(P_PROTOCOL)) return NO_SIDE;
  if ((load<u8>(node, N_FAMILY) as u32) !== load<u32>(P_FAMILY)) return NO_SIDE;
  const side = sideByAddresses(node, src, dst);
  if (side === NO_SIDE) return NO_SIDE;
  const tunnelType = tunnelTypeAtHand();
  if ((load<u8>(node, N_TUNNEL_TYPE) as u32) !== tunnelType && setting(S_IGNORE_TUNNEL_TYPE) === 0) return NO_SIDE;
  if (setting(S_NETWORK_TYPE) !== CLOUD && setting(S_IGNORE_IDC_VLAN) === 0) {
    if ((load<u16>(node, N_VLAN) as u32) !== vlanAtHand()) return NO_SIDE;
  }
  // The way in and the way out of a hairpin are two flows.
  if (tunnelType !== 0 && ((load<u8>(node, N_ENDS) as u32) & 3) !== bySide(l2, side)) return NO_SIDE;
  return hasSameMacs(node, side, l2, tunnelType) ? side : NO_SIDE;
}

function flowId(): u64 {
  const number = load<u32>(F_COUNTER);
  store<u32>(F_COUNTER, (number + 1) & 0xffffff);
  const time = (load<u64>(P_TIME) >> 30) & 0xffffffff;
  return (time << 32) | ((setting(S_THREAD) & 0xff) << 24) | (number as u64);
}

function startFlow(l2: u32, tapMac: u64, flagClass: u32, src: u64, dst: u64): usize {
  const node = takeNode();
  if (node === 0) return 0;
  const hash = hashOfEnds(src, dst, load<u32>(P_PORTS), load<u32>(P_PROTOCOL), tapMac, load<u64>(P_NIC));
  const bucket = (load<u32>(F_BUCKETS) as usize) + (((hash & load<u32>(F_MASK)) as usize) << 2);
  store<u32>(node, load<u32>(bucket), N_NEXT);
  store<u32>(bucket, node as u32);
  store<u32>(node, hash, N_HASH);
  store<u32>(node, load<u32>(P_PORTS), N_PORTS);
  store<u8>(node, load<u32>(P_PROTOCOL) as u8, N_PROTOCOL);
  store<u8>(node, load<u32>(P_FAMILY) as u8, N_FAMILY);
  store<u8>(node, tunnelTypeAtHand() as u8, N_TUNNEL_TYPE);
  store<u64>(node, src, N_KEYS);
  store<u64>(node, dst, N_KEYS + 8);
  store<u32>(node, tapKey(tapMac, load<u64>(P_NIC)), N_TAP_KEY);
  store<u64>(node, load<u64>(P_MAC_SRC), N_MAC);
  store<u64>(node + 8, load<u64>(P_MAC_DST), N_MAC);
  store<u8>(node, l2 as u8, N_ENDS);
  store<u8>(node, (load<u32>(P_INFERRED) !== 0 ? FLAG_INFERRED : 0) as u8, N_FLAGS);
  store<u8>(node, (load<u32>(P_PROTOCOL) === PROTOCOL_TCP ? STATE_RAW : STATE_ESTABLISHED) as u8, N_STATE);
  store<u16>(node, vlanAtHand() as u16, N_VLAN);
  const rare = rareOf(node);
  copy16(rare + N_IP, P_SRC);
  copy16(rare + N_IP + 16, P_DST);
  store<u64>(rare, tapMac, N_TAP_MAC);
  store<u64>(rare, load<u64>(P_NIC), N_NIC);
  store<u64>(rare, load<u64>(P_TIME), N_START_TIME);
  store<u64>(rare, flowId(), N_FLOW_ID);
  store<u64>(rare, load<u64>(P_INDEX), N_FIRST_INDEX);
  store<u64>(rare, load<u64>(P_SECOND), N_INTERVAL_SECOND);
  store<u16>(rare, load<u32>(P_IPID) as u16, N_IPID);
  startDirection(node, flagClass, load<u32>(P_PROTOCOL) === PROTOCOL_TCP && load<u32>(P_TOA_FAMILY) !== 0);
  const live = load<u32>(F_LIVE) as u64;
  if (live > counted(C_PEAK_FLOWS)) setCounter(C_PEAK_FLOWS, live);
  return node;
}

/** The flow of the packet at hand, and in the lowest bit the side that sent it; 0 where it has none yet. */
function find(l2: u32, tapMac: u64, src: u64, dst: u64): usize {
  const likely = load<u32>(W_CANDIDATE) as usize;
  if (likely !== 0) {
    const side = sideIn(likely, l2, tapMac, src, dst);
    if (side !== NO_SIDE) return likely | (side as usize);
  }
  const hash = hashOfEnds(src, dst, load<u32>(P_PORTS), load<u32>(P_PROTOCOL), tapMac, load<u64>(P_NIC));
  let node = load<u32>((load<u32>(F_BUCKETS) as usize) + (((hash & load<u32>(F_MASK)) as usize) << 2)) as usize;
  while (node !== 0) {
    if (load<u32>(node, N_HASH) === hash) {
      const side = sideIn(node, l2, tapMac, src, dst);
      if (side !== NO_SIDE) return node | (side as usize);
    }
    node = load<u32>(node, N_NEXT) as usize;
  }
  return 0;
}

/** Adds the packet at hand to its flow of the tap port `tapMac`. False when there is no room for a new flow. */
export function inject(l2: u32, tapMac: u64, flagClass: u32): bool {
  const is6 = load<u32>(P_FAMILY) === 6;
  const src = keyOf(P_SRC, is6);
  const dst = keyOf(P_DST, is6);
  const found = find(l2, tapMac, src, dst);
  const isFirst = found === 0;
  const node = isFirst ? startFlow(l2, tapMac, flagClass, src, dst) : found & ~1;
  if (node === 0) return false;
  enterSecond(node, load<u64>(P_SECOND));
  addPacket(node, (found & 1) as u32, l2, flagClass, isFirst);
  if (isFirst) hang(node);
  return true;
}
