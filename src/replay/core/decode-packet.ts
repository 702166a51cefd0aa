import { type DropReason, dropReasons } from '../flow-record.js';
import { ipAt, macAt } from './wire-words.js';

/** The outermost tunnel header of a packet. */
export interface PacketTunnel {
  readonly type: number;
  readonly tier: number;
  readonly id: number;
  readonly src: string;
  readonly dst: string;
  readonly macSrc: number;
  readonly macDst: number;
  /** Bytes from the start of the outer IP header to the start of the innermost frame. */
  readonly offset: number;
}

/** One packet of a capture after decapsulation. Fields behind the one that could not be read are null. */
export interface PacketRow {
  readonly index: number;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** L2 header plus IP length of the innermost packet, or the frame's length where there is no IP. */
  readonly length: number;
  readonly captured: number;
  readonly wire: number;
  readonly interfaceId: number;
  readonly ifindex: number;
  /** Why the packet would be in no flow, null where it would be. */
  readonly reason: DropReason | null;
  /** Of all frames that were read, outermost first. */
  readonly vlan: readonly number[];
  readonly etherType: number;
  readonly tunnel: PacketTunnel | null;
  /** Type of a tunnel that is there and was not taken off, 0 without. */
  readonly hiddenTunnel: number;
  /** Tunnel layers that were taken off and forgotten. */
  readonly trimmed: number;
  readonly macSrc: number;
  readonly macDst: number;
  readonly src: string | null;
  readonly dst: string | null;
  readonly protocol: number | null;
  readonly sport: number;
  readonly dport: number;
  readonly tcpFlags: number;
  readonly seq: number;
  readonly ack: number;
  readonly payload: number;
}

const tcp = 6;

/** A row of src/flow-core/listing.ts. */
export function decodePacket(view: DataView, row: number): PacketRow {
  const u32 = (at: number) => view.getUint32(row + at, true);
  const family = u32(160);
  const wire = u32(36);
  const protocol = family === 0 ? null : u32(164);
  const isTcp = protocol === tcp;
  return {
    index: Number(view.getBigUint64(row + 8, true)),
    time: view.getBigUint64(row + 16, true),
    length: family === 0 ? wire : u32(204),
    captured: u32(32),
    wire,
    interfaceId: u32(24),
    ifindex: u32(28),
    reason: dropReasons[u32(4) - 1] ?? null,
    vlan: Array.from({ length: u32(44) }, (_, i) => view.getUint16(row + 48 + 2 * i, true)),
    etherType: u32(80),
    tunnel: decodeTunnel(view, row),
    hiddenTunnel: u32(84),
    trimmed: u32(88),
    macSrc: macAt(view, row + 64),
    macDst: macAt(view, row + 72),
    src: family === 0 ? null : ipAt(view, row + 168, family),
    dst: family === 0 ? null : ipAt(view, row + 184, family),
    protocol,
    sport: view.getUint16(row + 200),
    dport: view.getUint16(row + 202),
    tcpFlags: isTcp ? u32(208) : 0,
    seq: isTcp ? u32(212) : 0,
    ack: isTcp ? u32(216) : 0,
    payload: u32(220),
  };
}

function decodeTunnel(view: DataView, row: number): PacketTunnel | null {
  const tier = view.getUint32(row + 92, true);
  if (tier === 0) return null;
  const family = view.getUint32(row + 104, true);
  return {
    type: view.getUint32(row + 96, true),
    tier,
    id: view.getUint32(row + 100, true),
    src: ipAt(view, row + 112, family),
    dst: ipAt(view, row + 128, family),
    macSrc: macAt(view, row + 144),
    macDst: macAt(view, row + 152),
    offset: view.getInt32(row + 108, true),
  };
}
