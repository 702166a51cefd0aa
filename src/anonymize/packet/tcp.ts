import { type PacketEdit, zero } from './packet-edit.js';

const noOperation = 1;
/** End, padding, segment size, window scale, selective acknowledgement (allowed, and blocks), time stamps. */
const harmless: ReadonlySet<number> = new Set([2, 3, 4, 5, 8]);
/** The client's port and address, from a load balancer; the address follows four bytes behind the start. */
const realClient: ReadonlySet<number> = new Set([200, 254]);

export function readTcp(packet: PacketEdit, at: number, end: number): number {
  const { bytes } = packet;
  if (end - at < 20) return at;
  zero(packet, at + 16, at + 18);
  const header = (bytes.readUInt8(at + 12) >> 4) * 4;
  if (header < 20 || header > end - at) return at + 20;
  readOptions(packet, at + 20, at + header);
  return at + header;
}

function readOptions(packet: PacketEdit, from: number, end: number): void {
  const { bytes } = packet;
  let at = from;
  while (at < end && bytes.readUInt8(at) !== 0) {
    const kind = bytes.readUInt8(at);
    if (kind === noOperation) {
      at++;
      continue;
    }
    const length = at + 2 <= end ? bytes.readUInt8(at + 1) : 0;
    if (length < 2 || at + length > end) break;
    if (realClient.has(kind) && (length === 8 || length === 20)) packet.address(at + 4, length === 8 ? 4 : 16);
    else if (!harmless.has(kind)) bytes.fill(noOperation, at, at + length);
    at += length;
  }
  zero(packet, at, end);
}
