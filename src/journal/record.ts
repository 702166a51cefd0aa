/**
 * What the server writes down. A journal is a sequence of records, in the order in which the calls took effect; judging
 * the same sequence again gives the same verdict.
 */
export type JournalRecord = StartRecord | CallRecord | StopRecord;

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
  /** Short ids of the teams that exist; a call that names another one is dropped. Default: none. */
  readonly teams?: readonly string[];
  /** What the run that judges the calls knows besides them; absent where nobody judged. */
  readonly judging?: JudgingFacts;
}

/** Kept with the calls, so that judging them again gives the same verdict. */
export interface JudgingFacts {
  /** The id that the cluster's agents are configured with. */
  readonly configuredClusterId?: string;
  /** The domain was declared; otherwise registration is judged. */
  readonly clusterRegistered: boolean;
}

/** The end of an observation: agents were meant to report until then. */
export interface StopRecord {
  readonly kind: 'stop';
  /** Unix time, ms. */
  readonly time: number;
}

/** How a call went, as far as the handlers of gRPC itself know. */
export type CallKind =
  /** A whole request message reached a method of this server (of a client stream: its first message). */
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
  /** From 1, in order of arrival of the first byte, never reused in a journal (calls may take effect in another order). */
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
  /**
   * Bytes of the request message as received (before any decoding); empty where none arrived. Of an `incomplete` one
   * what had arrived, of a `too-large` one its beginning.
   */
  readonly request: Uint8Array;
  /** Bytes of the response message; empty where there is none. */
  readonly response: Uint8Array;
  /** gRPC status code. */
  readonly status: number;
  readonly statusMessage: string;
}
