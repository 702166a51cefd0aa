// Which tunnel an IP packet carries, and where its inner frame or packet starts. DeepFlow's numbers of tunnel types.

import { be16, be24 } from './bytes';
import { gpeInner } from './gpe';
import { greInner } from './gre';
import {
  ETHER_ARP,
  ETHER_IPV4,
  ETHER_IPV6,
  P_FRAGMENT,
  P_L4,
  P_L4_END,
  P_L4_LENGTH,
  P_MAC_DST,
  P_PORTS,
  P_PROTOCOL,
  PROTOCOL_GRE,
  PROTOCOL_IPV4,
  PROTOCOL_IPV6,
  PROTOCOL_UDP,
} from './packet';
import { noTunnel, T_AT, T_ID, T_INNER, T_TYPE } from './tunnel-found';

export const VXLAN: u32 = 1;
export const IPIP: u32 = 2;
export const TENCENT_GRE: u32 = 3;
export const GENEVE: u32 = 4;
export const VXLAN_NSH: u32 = 5;
export const ERSPAN: u32 = 6;
export const TEB: u32 = 7;

/** What lies inside. */
export const INNER_ETHERNET: u32 = 1;
export const INNER_IPV4: u32 = 2;
export const INNER_IPV6: u32 = 3;

const UDP_HEADER: u32 = 8;
const VXLAN_HEADER: u32 = 8;
const GENEVE_HEADER: u32 = 8;

// Ports as they lie on the wire, read little-endian.
const PORT_4789: u32 = 0xb512;
const PORT_8472: u32 = 0x1821;
const PORT_6784: u32 = 0x801a;
const PORT_4790: u32 = 0xb612;
const PORT_6081: u32 = 0xc117;

/** `port` as on the wire, read little-endian. */
export function isVxlanPort(port: u32): bool {
  return port === PORT_4789 || port === PORT_8472 || port === PORT_6784;
}

/** Whether UDP to this port may be a tunnel of any kind. */
export function isTunnelPort(port: u32): bool {
  return isVxlanPort(port) || port === PORT_6081 || port === PORT_4790;
}

export function found(type: u32, id: u32, at: usize, inner: u32): void {
  store<u32>(T_TYPE, type);
  store<u32>(T_ID, id);
  store<u32>(T_AT, at as u32);
  store<u32>(T_INNER, inner);
}

/** A frame that could follow a VXLAN header: whole header captured, EtherType known. */
function looksLikeFrame(at: usize, end: usize): bool {
  if (end - at < 14) return false;
  const etherType = be16(at + 12);
  return etherType === ETHER_IPV4 || etherType === ETHER_IPV6 || etherType === ETHER_ARP || etherType === 0x8100;
}

function geneve(at: usize, end: usize): void {
  if (end - at < (GENEVE_HEADER as usize)) return;
  const first = load<u8>(at) as u32;
  if (first >> 6 !== 0 || be16(at + 2) !== 0x6558) return;
  const header = (GENEVE_HEADER + ((first & 0x3f) << 2)) as usize;
  found(GENEVE, be24(at + 4), at + header, INNER_ETHERNET);
}

function udp(at: usize, end: usize): void {
  const ports = load<u32>(P_PORTS);
  const destination = ports >> 16;
  const payload = at + UDP_HEADER;
  if (isVxlanPort(destination)) {
    if (end - payload >= (VXLAN_HEADER as usize) && load<u8>(payload) === 8) {
      found(VXLAN, be24(payload + 4), payload + VXLAN_HEADER, INNER_ETHERNET);
    }
    return;
  }
  if (destination === PORT_6081) geneve(payload, end);
  else if (destination === PORT_4790) gpeInner(payload, end);
  else lookalike(payload, end, ports);
}

/** VXLAN on a port that is not its own. */
function lookalike(payload: usize, end: usize, ports: u32): void {
  if (end - payload < 22) return;
  if (load<u32>(payload) !== 8 || load<u8>(payload, 7) !== 0) return;
  if (!looksLikeFrame(payload + VXLAN_HEADER, end)) return;
  // DeepFlow's own mirror sends VXLAN to ff:ff:... with equal ports; on other ports it is only told of.
  const isMirror = (load<u64>(P_MAC_DST) & 0xffff) === 0xffff && (ports & 0xffff) === ports >> 16;
  found(isMirror ? VXLAN : 0, be24(payload + 4), payload + VXLAN_HEADER, INNER_ETHERNET);
  if (!isMirror) store<u32>(T_INNER, INNER_LOOKALIKE);
}

/** T_INNER of UDP that looks like VXLAN on a port that is not VXLAN's. */
export const INNER_LOOKALIKE: u32 = 4;

/** Looks for a tunnel in the packet at hand, whose IP and L4 headers have been read. */
export function findTunnel(): void {
  noTunnel();
  // A later fragment has no tunnel header, whatever its bytes look like.
  if (load<u32>(P_FRAGMENT) !== 0) return;
  const protocol = load<u32>(P_PROTOCOL);
  const at = load<u32>(P_L4) as usize;
  const end = load<u32>(P_L4_END) as usize;
  if (protocol === PROTOCOL_UDP) udp(at, end);
  else if (protocol === PROTOCOL_IPV4 && load<u32>(P_L4_LENGTH) !== 0) found(IPIP, 0, at, INNER_IPV4);
  else if (protocol === PROTOCOL_IPV6 && load<u32>(P_L4_LENGTH) !== 0) found(IPIP, 0, at, INNER_IPV6);
  else if (protocol === PROTOCOL_GRE) greInner(at, end);
}
