// The packet that most captures consist of, TCP over IPv4 without tags, IP options, fragments or tunnels, read in one
// go. It finds what the general way over link.ts, ip.ts and l4.ts finds, in a third of the time; whatever is unusual
// about a packet sends it that way.

import { be16, be32, rawMac } from './bytes';
import {
  ETHER_IPV4,
  LINK_ETHERNET,
  P_ACK,
  P_DST,
  P_ETHER_TYPE,
  P_FAMILY,
  P_FLAGS,
  P_FRAGMENT,
  P_FRAME_DST,
  P_FRAME_SRC,
  P_IPID,
  P_L2_LENGTH,
  P_L3_PAYLOAD,
  P_L4,
  P_L4_END,
  P_L4_LENGTH,
  P_L4_PAYLOAD,
  P_LENGTH,
  P_LINK,
  P_MAC_DST,
  P_MAC_SRC,
  P_PORTS,
  P_PROTOCOL,
  P_SEQ,
  P_SRC,
  P_TOA_FAMILY,
  P_WINDOW,
  PROTOCOL_TCP,
} from './packet';
import { readTcpOptions } from './tcp-options';

const ETHERNET: u32 = 14;
const IP: u32 = 20;
const TCP: u32 = 20;
const HEADERS: u32 = ETHERNET + IP + TCP;
/** As two bytes of the wire read little-endian. */
const RAW_IPV4: u16 = 0x0008;
const RAW_FRAGMENT: u16 = 0xff3f;

/** False, with nothing to rely on, where the frame is something else. */
export function readPlain(frame: usize, captured: u32, wire: u32): bool {
  if (captured < HEADERS || load<u16>(frame, 12) !== RAW_IPV4 || load<u8>(frame, 14) !== 0x45) return false;
  if (load<u8>(frame, 23) !== (PROTOCOL_TCP as u8) || (load<u16>(frame, 20) & RAW_FRAGMENT) !== 0) return false;
  const total = be16(frame + 16);
  const header = ((load<u8>(frame, 46) as u32) >> 4) << 2;
  if (total > wire - ETHERNET || header < TCP || total < IP + header) return false;
  const source = rawMac(frame + 6);
  const destination = rawMac(frame);
  store<u32>(P_LINK, LINK_ETHERNET);
  store<u64>(P_MAC_SRC, source);
  store<u64>(P_MAC_DST, destination);
  store<u64>(P_FRAME_SRC, source);
  store<u64>(P_FRAME_DST, destination);
  store<u32>(P_ETHER_TYPE, ETHER_IPV4);
  store<u32>(P_L2_LENGTH, ETHERNET);
  store<u32>(P_FAMILY, 4);
  store<u64>(P_SRC, load<u32>(frame, 26) as u64);
  store<u64>(P_SRC, 0, 8);
  store<u64>(P_DST, load<u32>(frame, 30) as u64);
  store<u64>(P_DST, 0, 8);
  store<u32>(P_PROTOCOL, PROTOCOL_TCP);
  store<u32>(P_IPID, be16(frame + 18));
  store<u32>(P_FRAGMENT, 0);
  store<u32>(P_LENGTH, ETHERNET + total);
  store<u32>(P_L3_PAYLOAD, total - IP);
  store<u32>(P_L4, (frame as u32) + ETHERNET + IP);
  store<u32>(P_L4_LENGTH, total - IP);
  store<u32>(P_L4_END, (frame as u32) + ETHERNET + min(captured - ETHERNET, total));
  store<u32>(P_PORTS, load<u32>(frame, 34));
  store<u32>(P_SEQ, be32(frame + 38));
  store<u32>(P_ACK, be32(frame + 42));
  store<u32>(P_FLAGS, load<u8>(frame, 47) as u32);
  store<u32>(P_WINDOW, be16(frame + 48));
  store<u32>(P_L4_PAYLOAD, total - IP - header);
  store<u32>(P_TOA_FAMILY, 0);
  if (header > TCP && ETHERNET + IP + header <= captured) {
    readTcpOptions(frame + HEADERS, frame + (ETHERNET + IP + header));
  }
  return true;
}
