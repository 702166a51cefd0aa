// The packet at hand: where each fact about it is kept. Addresses, ports and MACs keep the byte order of the wire.

import { PACKET } from './layout';

// The record.
export const P_TIME: usize = PACKET; // u64, ns
export const P_SECOND: usize = PACKET + 8; // u64
export const P_INDEX: usize = PACKET + 16; // u64
export const P_NIC: usize = PACKET + 24; // u64: row of the interface, ifindex << 32
export const P_DATA: usize = PACKET + 32; // u32
export const P_CAPTURED: usize = PACKET + 36; // u32
export const P_WIRE: usize = PACKET + 40; // u32, never less than captured
export const P_LINK: usize = PACKET + 44; // u32, LINK_*
export const P_PACKET_TYPE: usize = PACKET + 48; // u32, of SLL and SLL2

// The outermost frame.
export const P_FRAME_SRC: usize = PACKET + 56; // u64
export const P_FRAME_DST: usize = PACKET + 64; // u64

// The innermost frame.
export const P_MAC_SRC: usize = PACKET + 72; // u64
export const P_MAC_DST: usize = PACKET + 80; // u64
export const P_ETHER_TYPE: usize = PACKET + 88; // u32
export const P_L2_LENGTH: usize = PACKET + 92; // u32
export const P_VLAN_COUNT: usize = PACKET + 96; // u32
export const P_VLANS: usize = PACKET + 100; // 8 times u16, outermost first
export const VLAN_LIMIT: u32 = 8;

// The innermost IP header.
export const P_FAMILY: usize = PACKET + 120; // u32: 4, 6, 0 without
export const P_PROTOCOL: usize = PACKET + 124; // u32
export const P_SRC: usize = PACKET + 128; // 16 bytes, IPv4 in the first four
export const P_DST: usize = PACKET + 144; // 16 bytes
export const P_LENGTH: usize = PACKET + 160; // u32: L2 header and IP length
export const P_L3_PAYLOAD: usize = PACKET + 164; // u32
export const P_IPID: usize = PACKET + 168; // u32
export const P_FRAGMENT: usize = PACKET + 172; // u32: 1 for a fragment after the first
export const P_L4: usize = PACKET + 176; // u32: address of the L4 header
export const P_L4_END: usize = PACKET + 180; // u32: end of captured bytes of this IP packet
export const P_L4_LENGTH: usize = PACKET + 184; // u32: bytes from the L4 header on, by the IP header

// The innermost L4 header.
export const P_PORTS: usize = PACKET + 192; // u32: source in the low half
export const P_L4_PAYLOAD: usize = PACKET + 196; // u32
export const P_SEQ: usize = PACKET + 200; // u32
export const P_ACK: usize = PACKET + 204; // u32
export const P_FLAGS: usize = PACKET + 208; // u32
export const P_WINDOW: usize = PACKET + 212; // u32
export const P_ICMP_TYPE: usize = PACKET + 216; // u32
export const P_ICMP_ECHO: usize = PACKET + 220; // u32: identifier and sequence
export const P_TOA_FAMILY: usize = PACKET + 224; // u32: 4, 6, 0 without
export const P_TOA_PORT: usize = PACKET + 228; // u32
export const P_TOA_ADDRESS: usize = PACKET + 232; // 16 bytes

// The outermost tunnel header.
export const P_TIER: usize = PACKET + 256; // u32: 0 without
export const P_TUNNEL_TYPE: usize = PACKET + 260; // u32
export const P_TUNNEL_ID: usize = PACKET + 264; // u32
export const P_TUNNEL_FAMILY: usize = PACKET + 268; // u32
export const P_TUNNEL_SRC: usize = PACKET + 272; // 16 bytes
export const P_TUNNEL_DST: usize = PACKET + 288; // 16 bytes
export const P_TUNNEL_MAC_SRC: usize = PACKET + 304; // u64
export const P_TUNNEL_MAC_DST: usize = PACKET + 312; // u64
export const P_TUNNEL_L3: usize = PACKET + 320; // u32: address of the outer IP header
export const P_INNER_FRAME: usize = PACKET + 324; // u32: address of the inner frame, where it would start for IPIP
export const P_HIDDEN: usize = PACKET + 328; // u32: type of a tunnel that was seen and left, 0 without
export const P_TRIMMED: usize = PACKET + 332; // u32: layers that were taken off and forgotten

// What the tables say about it.
export const P_INFERRED: usize = PACKET + 344; // u32

export const LINK_ETHERNET: u32 = 1;
export const LINK_SLL: u32 = 2;
export const LINK_SLL2: u32 = 3;
export const LINK_RAW: u32 = 4;

export const PROTOCOL_ICMP: u32 = 1;
export const PROTOCOL_IPV4: u32 = 4;
export const PROTOCOL_TCP: u32 = 6;
export const PROTOCOL_UDP: u32 = 17;
export const PROTOCOL_IPV6: u32 = 41;
export const PROTOCOL_GRE: u32 = 47;
export const PROTOCOL_ICMPV6: u32 = 58;
export const PROTOCOL_SCTP: u32 = 132;

export const ETHER_IPV4: u32 = 0x0800;
export const ETHER_ARP: u32 = 0x0806;
export const ETHER_IPV6: u32 = 0x86dd;
export const ETHER_TEB: u32 = 0x6558;
