import type { TimelineEvent } from '../timeline.js';

/** Writes the timeline of a scenario; bounded. */
export interface TimelineRecorder {
  /** @returns index of the event; -1 where there is no more room for it */
  add(event: Omit<TimelineEvent, 'at'>): number;
  /** What an event followed from, where that is only found out later. */
  link(index: number, cause: number): void;
  /** At most `limit`, and one that tells how many there were in all. */
  events(): readonly TimelineEvent[];
}

const defaultLimit = 2_000;

/** @param now ms, monotonic */
export function createTimelineRecorder(now: () => number, limit = defaultLimit): TimelineRecorder {
  const began = now();
  const events: TimelineEvent[] = [];
  let dropped = 0;
  return {
    add({ cause, ...event }) {
      // What was found out is worth more than the hundredth thousand request.
      if (events.length >= limit && event.lane !== 'finding' && event.lane !== 'step') {
        dropped += 1;
        return -1;
      }
      const at = Math.round(now() - began);
      events.push({ at, ...event, ...(cause === undefined || cause < 0 ? {} : { cause }) });
      return events.length - 1;
    },
    link(index, cause) {
      const event = events[index];
      if (event !== undefined && event.cause === undefined && cause >= 0) events[index] = { ...event, cause };
    },
    events: () =>
      dropped === 0
        ? events
        : [...events, { at: Math.round(now() - began), lane: 'step', text: `${dropped} further events are not shown` }],
  };
}
