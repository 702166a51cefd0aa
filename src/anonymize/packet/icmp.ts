import { type PacketEdit, zero } from './packet-edit.js';

const redirect = 5;

/** The first eight bytes; what an error quotes of a packet goes. */
export function readIcmp(packet: PacketEdit, at: number, end: number): number {
  if (end - at < 8) return at;
  zero(packet, at + 2, at + 4);
  if (packet.bytes.readUInt8(at) === redirect) packet.address(at + 4, 4);
  return at + 8;
}

/** Where the addresses of a neighbour discovery message stand, and where its options begin. */
const discovery: ReadonlyMap<number, { readonly addresses: readonly number[]; readonly options: number }> = new Map([
  [133, { addresses: [], options: 8 }],
  [134, { addresses: [], options: 16 }],
  [135, { addresses: [8], options: 24 }],
  [136, { addresses: [8], options: 24 }],
  [137, { addresses: [8, 24], options: 40 }],
]);
const sourceMac = 1;
const targetMac = 2;

export function readIcmpv6(packet: PacketEdit, at: number, end: number): number {
  const { bytes } = packet;
  if (end - at < 8) return at;
  zero(packet, at + 2, at + 4);
  const layout = discovery.get(bytes.readUInt8(at));
  if (layout === undefined || end - at < layout.options) return at + 8;
  for (const offset of layout.addresses) packet.address(at + offset, 16);
  let next = at + layout.options;
  while (end - next >= 8) {
    const size = bytes.readUInt8(next + 1) * 8;
    if (size === 0 || size > end - next) break;
    const type = bytes.readUInt8(next);
    if (size === 8 && (type === sourceMac || type === targetMac)) packet.mac(next + 2);
    else zero(packet, next + 2, next + size);
    next += size;
  }
  return next;
}
