/** What keeps streams that nobody reads, or that never say anything, from costing more than they may. Times in ms. */
export interface StreamLimits {
  /** Streams that may be open at once. */
  readonly streams: number;
  /** Bytes that wait for readers, of all streams together. */
  readonly outboxBytes: number;
  /** Messages of one stream that wait for its reader. */
  readonly queuedMessages: number;
  /** A reader who has not taken a message for so long is dropped. */
  readonly stallMs: number;
  /** The same where others wait for the room that the message takes. */
  readonly contendedStallMs: number;
  /** Larger messages than this, bytes, are not taken from a client's stream. */
  readonly messageBytes: number;
  /** Push: with nothing to tell, an agent gets a HEARTBEAT after so long. */
  readonly heartbeatMs: number;
  /** Push: agents are told of changes this far apart at least; changes between are told at once. */
  readonly roundMs: number;
  /** Push: no more changes are told while so many bytes are under way that were handed to HTTP/2 within the last `lateMs`. */
  readonly promptBytes: number;
  readonly lateMs: number;
  /** Push: an agent is told of NICs and addresses this far apart at least; the first change is told at once. */
  readonly platformMs: number;
  /** RemoteExecute: an agent that was not heard for so long is dropped. */
  readonly silenceMs: number;
  /** How often all this is looked after. */
  readonly sweepMs: number;
}

export const defaultStreamLimits: StreamLimits = {
  streams: 20_000,
  outboxBytes: 256 * 1024 * 1024,
  queuedMessages: 64,
  stallMs: 60_000,
  contendedStallMs: 5_000,
  messageBytes: 16 * 1024 * 1024,
  heartbeatMs: 60_000,
  roundMs: 500,
  promptBytes: 2 * 1024 * 1024,
  lateMs: 100,
  platformMs: 10_000,
  silenceMs: 60_000,
  sweepMs: 500,
};
