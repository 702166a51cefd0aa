import { readIpv4, readIpv6 } from './ip.js';
import { readEthernet } from './link.js';
import { type PacketEdit, zero } from './packet-edit.js';

const vxlanPorts: ReadonlySet<number> = new Set([4789, 8472, 6784]);
const genevePort = 6081;
const gpePort = 4790;
const ethernetType = 0x6558;
const tagOrIp: ReadonlySet<number> = new Set([0x0800, 0x86dd, 0x0806, 0x8100]);

/** Behind the UDP header at `at`: what DeepFlow would take for a tunnel, on its port or by its looks; nothing else is kept. */
export function readUdpTunnel(packet: PacketEdit, at: number, end: number): number {
  const { bytes } = packet;
  const payload = at + 8;
  if (end - payload < 8) return payload;
  const port = bytes.readUInt16BE(at + 2);
  if (vxlanPorts.has(port)) {
    if (bytes.readUInt8(payload) !== 8) return payload;
    zero(packet, payload + 1, payload + 4);
    zero(packet, payload + 7, payload + 8);
    return readEthernet(packet, payload + 8, end);
  }
  if (port === genevePort) return readGeneve(packet, payload, end);
  if (port === gpePort) return readGpe(packet, payload, end);
  const looksLikeVxlan =
    end - payload >= 22 &&
    bytes.readUInt32BE(payload) === 0x08000000 &&
    bytes.readUInt8(payload + 7) === 0 &&
    tagOrIp.has(bytes.readUInt16BE(payload + 20));
  return looksLikeVxlan ? readEthernet(packet, payload + 8, end) : payload;
}

function readGeneve(packet: PacketEdit, at: number, end: number): number {
  const { bytes } = packet;
  const first = bytes.readUInt8(at);
  const header = 8 + (first & 0x3f) * 4;
  if (first >> 6 !== 0 || bytes.readUInt16BE(at + 2) !== ethernetType || header > end - at) return at;
  zero(packet, at + 8, at + header);
  return readEthernet(packet, at + header, end);
}

function readGpe(packet: PacketEdit, at: number, end: number): number {
  const { bytes } = packet;
  const flags = bytes.readUInt8(at);
  if ((flags & 0x30) !== 0) return at;
  let next = (flags & 4) === 0 ? 3 : bytes.readUInt8(at + 3);
  let inner = at + 8;
  while (next === 4 && end - inner >= 8) {
    const length = (bytes.readUInt16BE(inner) & 0x3f) * 4;
    if (length < 8 || length > end - inner) return inner;
    next = bytes.readUInt8(inner + 3);
    zero(packet, inner + 8, inner + length);
    inner += length;
  }
  if (next === 3) return readEthernet(packet, inner, end);
  if (next === 1) return readIpv4(packet, inner, end);
  return next === 2 ? readIpv6(packet, inner, end) : inner;
}

export function readGre(packet: PacketEdit, at: number, end: number): number {
  const { bytes } = packet;
  if (end - at < 4) return at;
  const flags = bytes.readUInt16BE(at);
  const type = bytes.readUInt16BE(at + 2);
  const hasChecksum = (flags & 0x8000) !== 0;
  const hasSequence = (flags & 0x1000) !== 0;
  const length = 4 + (hasChecksum ? 4 : 0) + ((flags & 0x2000) !== 0 ? 4 : 0) + (hasSequence ? 4 : 0);
  // Source routes and point-to-point tunnels.
  if ((flags & 0x4007) !== 0 || length > end - at) return at + 4;
  if (hasChecksum) zero(packet, at + 4, at + 8);
  const next = at + length;
  if (type === ethernetType) return readEthernet(packet, next, end);
  if (type === 0x0800) return readIpv4(packet, next, end);
  if (type === 0x86dd) return readIpv6(packet, next, end);
  if (type === 0x88be) return readErspan2(packet, next, end, hasSequence);
  if (type === 0x22eb) return readErspan3(packet, next, end);
  packet.cut(`GRE of type 0x${type.toString(16).padStart(4, '0')}`);
  return next;
}

/** Type I has no header of its own. */
function readErspan2(packet: PacketEdit, at: number, end: number, hasHeader: boolean): number {
  if (!hasHeader) return readEthernet(packet, at, end);
  return end - at < 8 ? at : readEthernet(packet, at + 8, end);
}

function readErspan3(packet: PacketEdit, at: number, end: number): number {
  if (end - at < 12) return at;
  const last = packet.bytes.readUInt16BE(at + 10);
  const frame = at + 12 + ((last & 1) === 0 ? 0 : 8);
  if (frame >= end) return at + 12;
  zero(packet, at + 12, frame);
  const frameType = (last >> 10) & 0x1f;
  if (frameType === 0) return readEthernet(packet, frame, end);
  if (frameType !== 2) return frame;
  return packet.bytes.readUInt8(frame) >> 4 === 6 ? readIpv6(packet, frame, end) : readIpv4(packet, frame, end);
}
