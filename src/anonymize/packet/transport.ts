import { readIcmp, readIcmpv6 } from './icmp.js';
import { readIpv4, readIpv6 } from './ip.js';
import { type PacketEdit, zero } from './packet-edit.js';
import { readTcp } from './tcp.js';
import { readGre, readUdpTunnel } from './tunnel.js';

const noNextHeader = 59;

/** Headers up to the transport's, and those within tunnels; sums over what is cut off would tell of it, and become zero. */
export function readTransport(packet: PacketEdit, protocol: number, at: number, end: number): number {
  switch (protocol) {
    case 1:
      return readIcmp(packet, at, end);
    case 4:
      return readIpv4(packet, at, end);
    case 6:
      return readTcp(packet, at, end);
    case 17:
      if (end - at < 8) return at;
      zero(packet, at + 6, at + 8);
      return readUdpTunnel(packet, at, end);
    case 41:
      return readIpv6(packet, at, end);
    case 47:
      return readGre(packet, at, end);
    case 58:
      return readIcmpv6(packet, at, end);
    case 132:
      if (end - at < 12) return at;
      zero(packet, at + 8, at + 12);
      return at + 12;
    default:
      if (protocol !== noNextHeader) packet.cut(`IP protocol ${protocol}`);
      return at;
  }
}
