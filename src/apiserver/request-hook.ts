/** A request as the server understood it, before it is answered. */
export interface ApiRequest {
  readonly seq: number;
  /** Unix time, ms, of its arrival. */
  readonly time: number;
  /** As RBAC names them: get, list, watch, create, update, patch, delete, deletecollection; `discovery` and `version` for the rest. */
  readonly verb: string;
  /** "" for core. */
  readonly group: string;
  readonly version: string;
  /** Plural, e.g. "pods"; "" where the path names none. */
  readonly resource: string;
  readonly subresource: string | null;
  readonly namespace: string | null;
  readonly name: string | null;
  /** Path without the query, as it was sent. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly userAgent: string;
  /** Bearer token that it came with. */
  readonly token: string | null;
}

/**
 * Asked once for each request whose token is right, before anything else is done for it; null lets it through.
 * Several parts of an intervention may be set: `list` shapes what the server itself answers, `wrap` how it is sent.
 */
export type RequestHook = (request: ApiRequest) => Intervention | null;

export interface Intervention {
  /** Id of the fault, for `KubeRequest.fault`. */
  readonly fault: string;
  /** Answers in the server's place, through the sink as `wrap` gives it; must end, reset or hold it open. */
  readonly answer?: (sink: AnswerSink) => void | Promise<void>;
  /** How a list differs from the true one. */
  readonly list?: ListTwist;
  /** The server writes its answer to what this returns. Answers that are wrapped are not compressed. */
  readonly wrap?: (sink: AnswerSink) => AnswerSink;
}

export interface ListTwist {
  /** Most objects in a page of a list that was asked for with a limit. */
  readonly pageLimit?: number;
  /** The list shows the state that so many changes (of the resource that is listed) ago was, with the resourceVersion of that time. */
  readonly changesAgo?: number;
  /** The answer to a continued page: 410 Expired with a token for an inconsistent rest, as the real server gives it. */
  readonly expireContinue?: boolean;
  /** No items, whatever there is. */
  readonly empty?: boolean;
}

/**
 * Where the bytes of one answer go. `begin` comes first and once, then pieces, then `end`; a sink that is `closed`
 * ignores all of them, so that nobody has to check.
 */
export interface AnswerSink {
  /** Sends the head. */
  begin(status: number, headers: Readonly<Record<string, string>>): void;
  /**
   * A piece of the body. A watch writes each event as one piece, that is one line of JSON with its line feed; a list
   * writes pieces that end anywhere.
   * @returns resolved once more may be written (at once where there is room); never rejected
   */
  write(piece: Buffer): Promise<void>;
  /** The body is complete. */
  end(): void;
  /** Resets the TCP connection, with all other requests on it (HTTP/2). */
  reset(): void;
  /** Breaks off this answer only: RST_STREAM on HTTP/2, which is a reset of the connection on HTTP/1.1. */
  resetStream(): void;
  /**
   * Nothing more is read or sent on the TCP connection, not even pings of HTTP/2, and it stays open: as if the network
   * between had been cut. All other requests on it are struck, too.
   */
  silence(): void;
  /** The client is gone, or the answer has ended or been reset. */
  readonly closed: boolean;
  /** Called once when it is closed; at once if it is already. */
  onClose(listener: () => void): void;
}
