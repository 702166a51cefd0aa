import type { Conversation } from './conversation.js';
import type { Observation } from './observation.js';
import type { TapSide } from './observation-point.js';

export type Direction = 'both' | 'tx-only' | 'rx-only';

/** A row of a conversation with what only its fellows can tell. */
export interface Point {
  readonly row: Observation;
  readonly direction: Direction;
  /** Other tap sides that stand for the very same packets. */
  readonly sharedWith: readonly TapSide[];
}

const sharedWithNone: readonly TapSide[] = [];

export function pointsOf({ rows }: Conversation): Point[] {
  return rows.map((row) => ({ row, direction: directionOf(row), sharedWith: sharesOf(row, rows) }));
}

function sharesOf(row: Observation, rows: readonly Observation[]): readonly TapSide[] {
  let shares: TapSide[] | null = null;
  for (const other of rows) {
    if (other !== row && sharesPackets(row, other)) {
      shares ??= [];
      shares.push(other.tapSide);
    }
  }
  return shares ?? sharedWithNone;
}

export function directionOf(row: Observation): Direction {
  if (row.packetsTx > 0 && row.packetsRx > 0) return 'both';
  return row.packetsTx > 0 ? 'tx-only' : 'rx-only';
}

/** One capture, two tap MACs, equal counters and times: the virtual mirror counted one set of packets twice. */
function sharesPackets(a: Observation, b: Observation): boolean {
  return (
    a.source === 'packet' &&
    b.source === 'packet' &&
    a.node === b.node &&
    a.nic === b.nic &&
    a.tapMac !== b.tapMac &&
    a.firstTs === b.firstTs &&
    a.lastTs === b.lastTs &&
    a.packetsTx === b.packetsTx &&
    a.packetsRx === b.packetsRx &&
    a.bytesTx === b.bytesTx &&
    a.bytesRx === b.bytesRx &&
    a.synSeq === b.synSeq
  );
}

/**
 * The traffic itself goes both ways: some place sees it do so, or different places see different directions. A place
 * that sees one direction of it then misses the other.
 */
export function goesBothWays(rows: readonly Observation[]): boolean {
  return rows.some((row) => row.packetsTx > 0) && rows.some((row) => row.packetsRx > 0);
}
