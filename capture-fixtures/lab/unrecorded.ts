import type { Span } from './plan.js';

/** What labs can record and nobody has kept a recording of yet, so that nothing is shown of it. */
export interface Unrecorded {
  readonly lab: string;
  /** Null: all spans. */
  readonly span: Span | null;
  readonly why: string;
}

const written = 'the lab is written, and has not been run to its end';

export const unrecorded: readonly Unrecorded[] = [
  {
    lab: 'calico-ipip',
    span: 'pod-to-service',
    why: 'recorded once on two processors, where a FIN overtook the ACK before it and the connection ended otherwise',
  },
  { lab: 'gre', span: null, why: written },
  { lab: 'lossy', span: null, why: written },
  { lab: 'erspan-mirror', span: null, why: written },
  { lab: 'ipvlan-l3s', span: null, why: written },
  { lab: 'terway', span: null, why: written },
];

export function isUnrecorded(lab: string, span: Span): boolean {
  return unrecorded.some((entry) => entry.lab === lab && (entry.span === null || entry.span === span));
}
