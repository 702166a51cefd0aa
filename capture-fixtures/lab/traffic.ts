import { type Span, spans } from './plan.js';

/** The conversations that traffic.py has, each with a client port of its own. */
export interface LabConversation {
  readonly name: string;
  readonly protocol: 6 | 17;
  readonly clientPort: number;
  /** DeepFlow's number of how it ended, at every point that shows both directions. */
  readonly closeType: number;
  /** Programs read or wrote bytes on it. */
  readonly movesBytes: boolean;
  /** Segments are sent again after every NIC has shown them. */
  readonly retransmits: boolean;
}

/** The first time that the traffic runs in a span, and the second one of labs that have two. */
export type Round = 1 | 2;

/** First of the client's ports; see traffic.py. One network serves all spans, so that no port is to come back. */
export function firstClientPort(span: Span, round: Round = 1): number {
  return 40_000 + 100 * spans.indexOf(span) + (round === 2 ? 50 : 0);
}

const normal = 1;
const serverReset = 2;
const timeout = 3;
const refused = 15;

function conversation(name: string, clientPort: number, closeType: number, more: Partial<LabConversation> = {}) {
  const usual = { protocol: 6, movesBytes: true, retransmits: false } as const;
  return { name, clientPort, closeType, ...usual, ...more };
}

export function lossyClientPort(span: Span, round: Round = 1): number {
  return firstClientPort(span, round) + 3;
}

export function conversationsOf(span: Span, round: Round = 1): readonly LabConversation[] {
  const first = firstClientPort(span, round);
  return [
    conversation('keep-alive HTTP, two requests', first, normal),
    conversation('short connection', first + 1, normal),
    conversation('short connection', first + 2, normal),
    conversation('large answer with losses', lossyClientPort(span, round), normal, { retransmits: true }),
    conversation('UDP request and answer', first + 4, normal, { protocol: 17 }),
    conversation('refused connection', first + 5, refused, { movesBytes: false }),
    conversation('connection reset by the server', first + 6, serverReset),
    conversation('connection left open', first + 7, timeout),
  ];
}
