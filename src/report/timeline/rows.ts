import type { TimelineLane } from '../../conformance/timeline.js';
import type { ReportedEvent } from '../verdict-report.js';

/** One line of a drawn timeline: an event, or how many were left out. */
export type TimelineRow =
  | { readonly kind: 'event'; readonly index: number; readonly event: ReportedEvent }
  | { readonly kind: 'gap'; readonly events: number; readonly lanes: readonly TimelineLane[] };

/** Events that nothing follows from come in crowds, and say little one by one. */
const crowdedLanes: readonly TimelineLane[] = ['api-request', 'watch-event', 'request', 'agent'];
/** Of a crowd in a row, the first and the last are drawn. */
const smallestCrowd = 5;

/**
 * What is drawn of a timeline: all that something follows from or that follows from something, steps, changes, faults
 * and findings; of the rest, what is not in a crowd.
 *
 * @param limit rows at most
 */
export function timelineRows(events: readonly ReportedEvent[], limit: number): readonly TimelineRow[] {
  const causes = new Set(events.flatMap(({ cause }) => (cause === undefined ? [] : [cause])));
  const isCrowd = (event: ReportedEvent, index: number) =>
    crowdedLanes.includes(event.lane) && event.cause === undefined && !causes.has(index) && event.rule === undefined;
  const rows: TimelineRow[] = [];
  let crowd: { readonly index: number; readonly event: ReportedEvent }[] = [];
  const endCrowd = (): void => {
    const drawn = crowd.map((each): TimelineRow => ({ kind: 'event', ...each }));
    const inner = crowd.slice(1, -1).map(({ event }) => event);
    rows.push(...(crowd.length < smallestCrowd ? drawn : [...drawn.slice(0, 1), gapOf(inner), ...drawn.slice(-1)]));
    crowd = [];
  };
  for (const [index, event] of events.entries()) {
    if (isCrowd(event, index)) {
      crowd.push({ index, event });
      continue;
    }
    endCrowd();
    rows.push({ kind: 'event', index, event });
  }
  endCrowd();
  if (rows.length <= limit) return rows;
  const cut = rows.slice(limit - 1).flatMap((row) => (row.kind === 'event' ? [row.event] : []));
  return [...rows.slice(0, limit - 1), gapOf(cut)];
}

function gapOf(events: readonly ReportedEvent[]): TimelineRow {
  return { kind: 'gap', events: events.length, lanes: [...new Set(events.map(({ lane }) => lane))] };
}
