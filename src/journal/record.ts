/**
 * What the server writes down. A journal is a sequence of records; judging the same sequence again gives the same verdict.
 */
export type JournalRecord = StartRecord | CallRecord;

/** The server started (memory empty). */
export interface StartRecord {
  readonly kind: 'start';
  /** Unix time, ms. */
  readonly time: number;
  readonly compat: 'doc' | 'v6.5' | 'v7';
  /** Cluster ids declared with `--cluster`: their domains exist. */
  readonly clusters: readonly string[];
  /** The limit for one message, bytes. */
  readonly maxMessage: number;
  /** Only the compat's own package is answered. */
  readonly strictPackages: boolean;
}

/** How a call went, as far as the handlers of gRPC itself know. */
export type CallKind =
  /** A whole request message reached a handler. */
  | 'unary'
  /** The path names no method of this server; answered UNIMPLEMENTED. */
  | 'unknown-method'
  /** The stream ended before one whole message had arrived. */
  | 'incomplete'
  /** The message is over the limit; answered RESOURCE_EXHAUSTED. */
  | 'too-large'
  /** gRPC itself refused it for another reason (compression, content type, ...). */
  | 'refused';

export interface CallRecord {
  readonly kind: 'call';
  /** From 1, in order of arrival of the first byte, never reused in a journal. */
  readonly seq: number;
  /** Arrival of the first byte, Unix time, ms. */
  readonly time: number;
  /** From arrival to answer, ms. */
  readonly duration: number;
  /** "address:port" of the client. */
  readonly peer: string;
  /** As called, e.g. `/agent.Synchronizer/KubernetesAPISync`. */
  readonly path: string;
  /** Request metadata in order of arrival; binary values as base64. */
  readonly metadata: readonly (readonly [string, string])[];
  readonly outcome: CallKind;
  /** Bytes of the request message as received (before any decoding); empty where none arrived. */
  readonly request: Uint8Array;
  /** Bytes of the response message; empty where there is none. */
  readonly response: Uint8Array;
  /** gRPC status code. */
  readonly status: number;
  readonly statusMessage: string;
}
