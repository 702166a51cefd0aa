import type { Observation } from './observation.js';
import { roleOf, type TapSide } from './observation-point.js';

/** What happens between two consecutive observation points of a path. */
export interface Segment {
  readonly from: TapSide;
  readonly to: TapSide;
  readonly fromPlace: string;
  readonly toPlace: string;
  /** Packets that one point saw and the next one did not, both directions; null where one of the two counts no packets. */
  readonly lost: number | null;
  /** Microseconds one way; null where nothing measures it. */
  readonly latency: number | null;
  /** `timestamps`: one clock, first packet at both. `rtt`: half the difference of handshake times, free of clocks. */
  readonly latencyBy: 'timestamps' | 'rtt' | null;
}

/** `rows` in the order of the path. A point of unknown place (rest) is not on the path. */
export function segmentsOf(rows: readonly Observation[]): Segment[] {
  const path = rows.filter((row) => roleOf(row.tapSide) !== 'none');
  return path.slice(1).flatMap((to, i) => {
    const from = path[i];
    return from === undefined ? [] : [segment(from, to)];
  });
}

function segment(from: Observation, to: Observation): Segment {
  const places = { from: from.tapSide, to: to.tapSide, fromPlace: placeOf(from), toPlace: placeOf(to) };
  if (from.source !== 'packet' || to.source !== 'packet')
    return { lost: null, latency: null, latencyBy: null, ...places };
  return { lost: lostBetween(from, to), ...places, ...latencyBetween(from, to) };
}

function placeOf(row: Observation): string {
  return row.nic === '' ? row.node : `${row.node} ${row.nic}`;
}

/** A Pod NIC that shows one direction only says nothing about the other. */
function lostBetween(from: Observation, to: Observation): number {
  const forward = isBlind(to, to.packetsTx) || isBlind(from, from.packetsTx) ? 0 : from.packetsTx - to.packetsTx;
  const backward = isBlind(to, to.packetsRx) || isBlind(from, from.packetsRx) ? 0 : to.packetsRx - from.packetsRx;
  return Math.max(0, forward) + Math.max(0, backward);
}

function isBlind(row: Observation, packets: number): boolean {
  return packets === 0 && row.position === 'pod-nic';
}

function latencyBetween(from: Observation, to: Observation): Pick<Segment, 'latency' | 'latencyBy'> {
  const sameStart = from.synSeq !== null && to.synSeq !== null;
  if (from.node === to.node && sameStart) {
    return { latency: Math.max(0, to.firstTs - from.firstTs), latencyBy: 'timestamps' };
  }
  if (from.rttServer !== null && to.rttServer !== null) {
    return { latency: Math.max(0, Math.round((from.rttServer - to.rttServer) / 2)), latencyBy: 'rtt' };
  }
  return { latency: null, latencyBy: null };
}
