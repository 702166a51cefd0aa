import type { LocalEnd } from './call-outcome.js';

/** A Push stream at one moment: when it opens, or when something changed. */
export interface PushCall {
  /** `/agent.Synchronizer/Push` or `/trident.Synchronizer/Push`. */
  readonly path: string;
  /** Unix time, ms. */
  readonly time: number;
  /** The SyncRequest that opened the stream. */
  readonly request: Uint8Array;
  readonly local?: LocalEnd;
  /** What the stream was sent so far; absent for the message that opens it. Bytes are sent where versions differ from these. */
  readonly sent?: SentVersions;
}

/** Versions of data that an agent has; 0: none. */
export interface SentVersions {
  readonly platformData: number;
  readonly acls: number;
  readonly groups: number;
}

export type PushAnswer =
  | { readonly kind: 'data'; readonly response: Uint8Array; readonly sent: SentVersions }
  /** Nothing to tell; keeps the stream known to be alive. */
  | { readonly kind: 'heartbeat'; readonly response: Uint8Array }
  /** The agent is not registered, or its buffer is too small; it opens another stream after a while. */
  | { readonly kind: 'failed'; readonly response: Uint8Array }
  /** The process is none that the server pushes to: the stream ends at once, with status OK. */
  | { readonly kind: 'close' }
  /** The request is no SyncRequest, or the method is not played: the stream ends with this status. */
  | { readonly kind: 'refused'; readonly status: number; readonly statusMessage: string };
