// TCP, UDP, SCTP, ICMP and ICMPv6 headers of the innermost packet. Later fragments and other protocols have no ports.

import { be16, be32 } from './bytes';
import { shortOf } from './link';
import {
  P_ACK,
  P_FLAGS,
  P_FRAGMENT,
  P_ICMP_ECHO,
  P_ICMP_TYPE,
  P_L4,
  P_L4_END,
  P_L4_LENGTH,
  P_L4_PAYLOAD,
  P_PORTS,
  P_PROTOCOL,
  P_SEQ,
  P_TOA_FAMILY,
  P_WINDOW,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_SCTP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from './packet';
import { IN_FLOW, MALFORMED_L4 } from './reasons';
import { readTcpOptions } from './tcp-options';

const TCP_HEADER: u32 = 20;
const UDP_HEADER: u32 = 8;
const ICMP_HEADER: u32 = 8;
const SCTP_HEADER: u32 = 12;

function readTcp(at: usize, captured: u32, length: u32): u32 {
  if (captured < TCP_HEADER) return shortOf(TCP_HEADER, length, MALFORMED_L4);
  const header = ((load<u8>(at, 12) as u32) >> 4) << 2;
  if (header < TCP_HEADER || header > length) return MALFORMED_L4;
  store<u32>(P_PORTS, load<u32>(at));
  store<u32>(P_SEQ, be32(at + 4));
  store<u32>(P_ACK, be32(at + 8));
  store<u32>(P_FLAGS, load<u8>(at, 13) as u32);
  store<u32>(P_WINDOW, be16(at + 14));
  store<u32>(P_L4_PAYLOAD, length - header);
  store<u32>(P_TOA_FAMILY, 0);
  if (header > TCP_HEADER && header <= captured) readTcpOptions(at + TCP_HEADER, at + header);
  return IN_FLOW;
}

function readIcmp(at: usize, captured: u32, length: u32): u32 {
  if (captured < ICMP_HEADER) return shortOf(ICMP_HEADER, length, MALFORMED_L4);
  store<u32>(P_ICMP_TYPE, load<u8>(at) as u32);
  store<u32>(P_ICMP_ECHO, load<u32>(at, 4));
  store<u32>(P_PORTS, 0);
  store<u32>(P_L4_PAYLOAD, length - ICMP_HEADER);
  return IN_FLOW;
}

/** `header` bytes that start with two ports. */
function readPorts(at: usize, captured: u32, length: u32, header: u32): u32 {
  if (captured < header) return shortOf(header, length, MALFORMED_L4);
  store<u32>(P_PORTS, load<u32>(at));
  store<u32>(P_L4_PAYLOAD, length - header);
  return IN_FLOW;
}

export function readL4(): u32 {
  const protocol = load<u32>(P_PROTOCOL);
  const at = load<u32>(P_L4) as usize;
  const captured = load<u32>(P_L4_END) - load<u32>(P_L4);
  const length = load<u32>(P_L4_LENGTH);
  if (load<u32>(P_FRAGMENT) === 0) {
    if (protocol === PROTOCOL_TCP) return readTcp(at, captured, length);
    if (protocol === PROTOCOL_UDP) return readPorts(at, captured, length, UDP_HEADER);
    if (protocol === PROTOCOL_ICMP || protocol === PROTOCOL_ICMPV6) return readIcmp(at, captured, length);
    if (protocol === PROTOCOL_SCTP) return readPorts(at, captured, length, SCTP_HEADER);
  }
  // What the header of the packet before said must not stand for one that is not there.
  store<u32>(P_PORTS, 0);
  store<u32>(P_L4_PAYLOAD, length);
  store<u32>(P_SEQ, 0);
  store<u32>(P_ACK, 0);
  store<u32>(P_FLAGS, 0);
  store<u32>(P_WINDOW, 0);
  store<u32>(P_TOA_FAMILY, 0);
  store<u32>(P_ICMP_TYPE, 0xffff);
  store<u32>(P_ICMP_ECHO, 0);
  return IN_FLOW;
}
