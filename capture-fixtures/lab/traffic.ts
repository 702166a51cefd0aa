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

/** First of the client's ports; see traffic.py. */
export const firstClientPort = 40_000;

const normal = 1;
const serverReset = 2;
const timeout = 3;
const refused = 15;

function conversation(name: string, offset: number, closeType: number, more: Partial<LabConversation> = {}) {
  const usual = { protocol: 6, movesBytes: true, retransmits: false } as const;
  return { name, clientPort: firstClientPort + offset, closeType, ...usual, ...more };
}

export const lossyClientPort = firstClientPort + 3;

export const conversations: readonly LabConversation[] = [
  conversation('keep-alive HTTP, two requests', 0, normal),
  conversation('short connection', 1, normal),
  conversation('short connection', 2, normal),
  conversation('large answer with losses', 3, normal, { retransmits: true }),
  conversation('UDP request and answer', 4, normal, { protocol: 17 }),
  conversation('refused connection', 5, refused, { movesBytes: false }),
  conversation('connection reset by the server', 6, serverReset),
  conversation('connection left open', 7, timeout),
];
