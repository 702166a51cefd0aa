import { readArp } from './arp.js';
import { readIpv4, readIpv6 } from './ip.js';
import { type PacketEdit, zero } from './packet-edit.js';

const tags: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const tagLimit = 4;

/** @param linkType number of the capture file's link type */
export function readLink(packet: PacketEdit, linkType: number): number {
  const { bytes } = packet;
  const end = bytes.length;
  switch (linkType) {
    case 1:
      return readEthernet(packet, 0, end);
    case 113: {
      if (end < 16) return 0;
      hardwareAddress(packet, bytes.readUInt16BE(4), 6);
      return readTagged(packet, bytes.readUInt16BE(14), 16, end);
    }
    case 276: {
      if (end < 20) return 0;
      hardwareAddress(packet, bytes.readUInt8(11), 12);
      return readTagged(packet, bytes.readUInt16BE(0), 20, end);
    }
    case 101:
    case 12:
    case 14:
    case 228:
    case 229:
      return readRaw(packet, 0, end);
    default:
      packet.cut(`link type ${linkType}`);
      return 0;
  }
}

export function readEthernet(packet: PacketEdit, at: number, end: number): number {
  if (end - at < 14) return at;
  packet.mac(at);
  packet.mac(at + 6);
  return readTagged(packet, packet.bytes.readUInt16BE(at + 12), at + 14, end);
}

function readRaw(packet: PacketEdit, at: number, end: number): number {
  if (end <= at) return at;
  return packet.bytes.readUInt8(at) >> 4 === 6 ? readIpv6(packet, at, end) : readIpv4(packet, at, end);
}

/** SLL and SLL2 have eight bytes for the sender's address, whatever its length. */
function hardwareAddress(packet: PacketEdit, length: number, at: number): void {
  if (length === 6) packet.mac(at);
  zero(packet, at + (length === 6 ? 6 : 0), at + 8);
}

function readTagged(packet: PacketEdit, etherType: number, at: number, end: number): number {
  let type = etherType;
  let next = at;
  for (let i = 0; i < tagLimit && tags.has(type); i++) {
    if (end - next < 4) return next;
    type = packet.bytes.readUInt16BE(next + 2);
    next += 4;
  }
  if (type === 0x0800) return readIpv4(packet, next, end);
  if (type === 0x86dd) return readIpv6(packet, next, end);
  if (type === 0x0806) return readArp(packet, next, end);
  packet.cut(type < 0x0600 ? 'frames with a length (802.3)' : `EtherType 0x${type.toString(16).padStart(4, '0')}`);
  return next;
}
