import type { Conversation } from './conversation.js';
import type { Observation } from './observation.js';
import { roleOf } from './observation-point.js';

/** Two rows of one handshake, captured on two nodes, whose times no network delay explains. */
export interface ClockGap {
  readonly before: Observation;
  readonly after: Observation;
  /** How far the clock of `after`'s node is ahead, microseconds; negative where it is behind. */
  readonly offset: number;
}

/** Smaller gaps are within what clocks that are kept by NTP show. */
const toleranceUs = 1000;

/**
 * A packet is seen later at the next place, and by less than the handshake took from there to the server and back. What
 * lies outside is the clocks'.
 */
export function clockGap({ rows }: Conversation): ClockGap | null {
  let before: Observation | null = null;
  for (const after of rows) {
    if (after.source !== 'packet' || after.synSeq === null || roleOf(after.tapSide) === 'none') continue;
    const gap = before === null || before.node === after.node ? null : gapBetween(before, after);
    if (gap !== null) return gap;
    before = after;
  }
  return null;
}

function gapBetween(before: Observation, after: Observation): ClockGap | null {
  const difference = after.firstTs - before.firstTs;
  const longest = before.rttServer ?? 1_000_000;
  if (difference >= -toleranceUs && difference <= longest + toleranceUs) return null;
  const measured = before.rttServer !== null && after.rttServer !== null;
  const latency = measured ? Math.max(0, ((before.rttServer ?? 0) - (after.rttServer ?? 0)) / 2) : 0;
  return { before, after, offset: Math.round(difference - latency) };
}
