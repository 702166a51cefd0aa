import type { TimelineLane } from '../../conformance/timeline.js';

/** From what is done, over what the agent sees and sends, to what comes of it. */
export const laneTitles: Readonly<Record<TimelineLane, string>> = {
  step: 'step',
  fault: 'fault',
  kubernetes: 'Kubernetes',
  'api-request': 'API request',
  'watch-event': 'watch event',
  request: 'call',
  inventory: 'inventory',
  agent: 'agent',
  finding: 'finding',
};

/** The lanes that have events, in the order in which they are drawn. */
export function usedLanes(events: readonly { readonly lane: TimelineLane }[]): readonly TimelineLane[] {
  const used = new Set(events.map(({ lane }) => lane));
  return (Object.keys(laneTitles) as TimelineLane[]).filter((lane) => used.has(lane));
}
