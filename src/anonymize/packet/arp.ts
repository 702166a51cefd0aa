import type { PacketEdit } from './packet-edit.js';

/** Only that of Ethernet and IPv4. */
export function readArp(packet: PacketEdit, at: number, end: number): number {
  const { bytes } = packet;
  const isKnown = end - at >= 28 && bytes.readUInt32BE(at) === 0x00010800 && bytes.readUInt16BE(at + 4) === 0x0604;
  if (!isKnown) {
    packet.cut('ARP of another kind, or cut off');
    return at;
  }
  packet.mac(at + 8);
  packet.address(at + 14, 4);
  packet.mac(at + 18);
  packet.address(at + 24, 4);
  return at + 28;
}
