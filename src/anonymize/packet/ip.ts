import { type PacketEdit, zero } from './packet-edit.js';
import { readTransport } from './transport.js';

const extensionLimit = 16;

export function readIpv4(packet: PacketEdit, at: number, end: number): number {
  const { bytes } = packet;
  const header = end - at < 20 ? 0 : (bytes.readUInt8(at) & 0xf) * 4;
  if (header < 20 || header > end - at || bytes.readUInt8(at) >> 4 !== 4) {
    packet.cut('IPv4 headers that are malformed or cut off');
    return at;
  }
  packet.address(at + 12, 4);
  packet.address(at + 16, 4);
  // Options may hold addresses of a route; without them zeros keep the length.
  zero(packet, at + 20, at + header);
  bytes.writeUInt16BE(0, at + 10);
  bytes.writeUInt16BE(headerChecksum(bytes.subarray(at, at + header)), at + 10);
  const isLaterFragment = (bytes.readUInt16BE(at + 6) & 0x1fff) !== 0;
  if (isLaterFragment) return at + header;
  const total = bytes.readUInt16BE(at + 2);
  const inner = total === 0 ? end : Math.min(end, at + total);
  return readTransport(packet, bytes.readUInt8(at + 9), at + header, Math.max(inner, at + header));
}

export function readIpv6(packet: PacketEdit, at: number, end: number): number {
  const { bytes } = packet;
  if (end - at < 40 || bytes.readUInt8(at) >> 4 !== 6) {
    packet.cut('IPv6 headers that are malformed or cut off');
    return at;
  }
  packet.address(at + 8, 16);
  packet.address(at + 24, 16);
  const payload = bytes.readUInt16BE(at + 4);
  const inner = payload === 0 ? end : Math.min(end, at + 40 + payload);
  return readExtensions(packet, bytes.readUInt8(at + 6), at + 40, inner);
}

const fragmentHeader = 44;
const authentication = 51;
const extensions: ReadonlySet<number> = new Set([0, 43, fragmentHeader, authentication, 60, 135]);

function readExtensions(packet: PacketEdit, first: number, from: number, end: number): number {
  const { bytes } = packet;
  let [next, at] = [first, from];
  for (let i = 0; extensions.has(next); i++) {
    const units = i < extensionLimit && end - at >= 8 ? bytes.readUInt8(at + 1) : -1;
    const size = next === fragmentHeader ? 8 : next === authentication ? (units + 2) * 4 : (units + 1) * 8;
    if (units < 0 || end - at < size) {
      packet.cut('IPv6 extension headers that are malformed or cut off');
      return at;
    }
    const isLaterFragment = next === fragmentHeader && (bytes.readUInt16BE(at + 2) & 0xfff8) !== 0;
    if (next !== fragmentHeader) zero(packet, at + 2, at + size);
    next = bytes.readUInt8(at);
    at += size;
    if (isLaterFragment) return at;
  }
  return readTransport(packet, next, at, end);
}

function headerChecksum(header: Buffer): number {
  let sum = 0;
  for (let i = 0; i < header.length; i += 2) sum += header.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
