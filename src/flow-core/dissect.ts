// From a captured frame to the innermost packet: link layer, IP, L4, and up to two tunnels taken off in between.

import { copy16 } from './bytes';
import { count, NOTE_LAYERS_LEFT } from './counters';
import { readIpv4, readIpv6 } from './ip';
import { readL4 } from './l4';
import { readEthernet, readLink } from './link';
import {
  ETHER_ARP,
  ETHER_IPV4,
  ETHER_IPV6,
  P_CAPTURED,
  P_DATA,
  P_DST,
  P_ETHER_TYPE,
  P_FAMILY,
  P_HIDDEN,
  P_INNER_FRAME,
  P_L2_LENGTH,
  P_L4,
  P_L4_END,
  P_L4_LENGTH,
  P_MAC_DST,
  P_MAC_SRC,
  P_PROTOCOL,
  P_SRC,
  P_TIER,
  P_TRIMMED,
  P_TUNNEL_DST,
  P_TUNNEL_FAMILY,
  P_TUNNEL_ID,
  P_TUNNEL_L3,
  P_TUNNEL_MAC_DST,
  P_TUNNEL_MAC_SRC,
  P_TUNNEL_SRC,
  P_TUNNEL_TYPE,
  P_VLAN_COUNT,
  P_WIRE,
  PROTOCOL_TCP,
} from './packet';
import { ARP, CUT_BY_SNAPLEN, IN_FLOW, MALFORMED_IP, NON_IP } from './reasons';
import { S_DECAP, S_TRIM, setting } from './settings';
import { findTunnel, INNER_ETHERNET, INNER_IPV4, INNER_LOOKALIKE, TENCENT_GRE, VXLAN } from './tunnel';
import { T_AT, T_ID, T_INNER, T_TYPE } from './tunnel-found';

const TIER_LIMIT: u32 = 2;
const TRIM_LIMIT: u32 = 2;
/** Length of the L2 header that is made up for a packet that came in GRE without one. */
const MADE_UP_L2: u32 = 14;

function readNetwork(at: usize, end: usize, wire: u32): u32 {
  const etherType = load<u32>(P_ETHER_TYPE);
  let reason = NON_IP;
  if (etherType === ETHER_IPV4) reason = readIpv4(at, end, wire);
  else if (etherType === ETHER_IPV6) reason = readIpv6(at, end, wire);
  else if (etherType === ETHER_ARP) reason = ARP;
  return reason === IN_FLOW ? readL4() : reason;
}

/** Keeps the outermost tunnel header; `l3` is the address of the IP header around it. */
function noteTunnel(type: u32, l3: usize): void {
  const tier = load<u32>(P_TIER);
  store<u32>(P_TIER, tier + 1);
  if (tier !== 0) return;
  store<u32>(P_TUNNEL_TYPE, type);
  store<u32>(P_TUNNEL_ID, load<u32>(T_ID));
  store<u32>(P_TUNNEL_FAMILY, load<u32>(P_FAMILY));
  copy16(P_TUNNEL_SRC, P_SRC);
  copy16(P_TUNNEL_DST, P_DST);
  store<u64>(P_TUNNEL_MAC_SRC, load<u64>(P_MAC_SRC));
  store<u64>(P_TUNNEL_MAC_DST, load<u64>(P_MAC_DST));
  store<u32>(P_TUNNEL_L3, l3 as u32);
}

/** MACs for a packet that had none of its own: the low 16 bits of the outer addresses, as DeepFlow's are made up. */
function makeUpMacs(): void {
  const last: usize = load<u32>(P_FAMILY) === 4 ? 2 : 14;
  store<u64>(P_MAC_SRC, (load<u16>(P_SRC + last) as u64) << 32);
  store<u64>(P_MAC_DST, (load<u16>(P_DST + last) as u64) << 32);
  store<u32>(P_L2_LENGTH, MADE_UP_L2);
}

/** Goes into the tunnel that was found. Returns the reason. */
function enter(type: u32): u32 {
  const inner = load<u32>(T_AT) as usize;
  const end = load<u32>(P_L4_END) as usize;
  const used = (inner as u32) - load<u32>(P_L4);
  const length = load<u32>(P_L4_LENGTH);
  store<u32>(P_INNER_FRAME, inner as u32);
  if (used > length) return MALFORMED_IP;
  if (inner > end) return CUT_BY_SNAPLEN;
  const wire = length - used;
  const kind = load<u32>(T_INNER);
  if (kind === INNER_ETHERNET) {
    const reason = readEthernet(inner, (end - inner) as u32, wire);
    if (reason !== IN_FLOW) return reason;
    const l2 = load<u32>(P_L2_LENGTH);
    return readNetwork(inner + (l2 as usize), end, wire - l2);
  }
  if (type === TENCENT_GRE) makeUpMacs();
  store<u32>(P_ETHER_TYPE, kind === INNER_IPV4 ? ETHER_IPV4 : ETHER_IPV6);
  store<u32>(P_INNER_FRAME, (inner as u32) - load<u32>(P_L2_LENGTH));
  return readNetwork(inner, end, wire);
}

function isChosen(types: u32, type: u32): bool {
  return ((setting(types) as u32) & (1 << type)) !== 0;
}

/** Reads the packet at hand; everything it finds stands in packet.ts. Returns the reason. */
export function dissect(linkType: u32): u32 {
  store<u32>(P_VLAN_COUNT, 0);
  store<u32>(P_TIER, 0);
  store<u32>(P_HIDDEN, 0);
  store<u32>(P_TRIMMED, 0);
  const data = load<u32>(P_DATA) as usize;
  const captured = load<u32>(P_CAPTURED);
  store<u64>(P_MAC_SRC, 0);
  store<u64>(P_MAC_DST, 0);
  store<u32>(P_ETHER_TYPE, 0);
  store<u32>(P_FAMILY, 0);
  const end = data + (captured as usize);
  let reason = readLink(linkType, data, captured, load<u32>(P_WIRE));
  if (reason !== IN_FLOW) return reason;
  const l2 = load<u32>(P_L2_LENGTH);
  let l3 = data + (l2 as usize);
  reason = readNetwork(l3, end, load<u32>(P_WIRE) - l2);
  while (reason === IN_FLOW && load<u32>(P_PROTOCOL) !== PROTOCOL_TCP) {
    findTunnel();
    const kind = load<u32>(T_INNER);
    if (kind === 0) return IN_FLOW;
    if (kind === INNER_LOOKALIKE) {
      store<u32>(P_HIDDEN, VXLAN);
      return IN_FLOW;
    }
    const type = load<u32>(T_TYPE);
    if (isChosen(S_TRIM, type) && load<u32>(P_TIER) === 0 && load<u32>(P_TRIMMED) < TRIM_LIMIT) {
      store<u32>(P_TRIMMED, load<u32>(P_TRIMMED) + 1);
    } else if (!isChosen(S_DECAP, type)) {
      store<u32>(P_HIDDEN, type);
      return IN_FLOW;
    } else if (load<u32>(P_TIER) === TIER_LIMIT) {
      store<u32>(P_HIDDEN, type);
      count(NOTE_LAYERS_LEFT);
      return IN_FLOW;
    } else {
      noteTunnel(type, l3);
    }
    reason = enter(type);
    l3 = (load<u32>(P_INNER_FRAME) + load<u32>(P_L2_LENGTH)) as usize;
  }
  return reason;
}
