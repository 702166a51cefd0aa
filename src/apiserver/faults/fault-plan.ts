/** What goes wrong for requests to the Kubernetes API that match. Plain data: written as YAML too. */
export interface KubeFault {
  /** Names it on the timeline. */
  readonly id: string;
  readonly match: KubeFaultMatch;
  /** How many requests it strikes; default: all until it is taken back, but 1 for `unauthorized-until-token-reread`. */
  readonly times?: number;
  /** Requests that it could strike and lets through first. */
  readonly after?: number;
  /** How likely it strikes a request that it could strike, 0 to 1; default 1. */
  readonly chance?: number;
  readonly effect: KubeFaultEffect;
}

/** All that is given must hold. */
export interface KubeFaultMatch {
  /** As RBAC names them: list, watch, get ... */
  readonly verb?: string | readonly string[];
  /** Plural: pods, services ... */
  readonly resource?: string | readonly string[];
  /** "" for core. */
  readonly group?: string;
  readonly namespace?: string;
  /** Only continued pages (true) or only first ones (false) of a list. */
  readonly continued?: boolean;
}

/** Events are counted by watch; where none is named, none is let through first. */
export type KubeFaultEffect =
  /** A Status body with this code. What is left out is as the real server says it. */
  | {
      readonly kind: 'status';
      /** 400 to 599. */
      readonly code: number;
      readonly reason?: string;
      readonly message?: string;
      /** Seconds; sent as header Retry-After, too. Default: 1 with 429, else none. */
      readonly retryAfter?: number;
    }
  /** A watch that is answered 200 and ends with an ERROR event with code 410. Strikes watches only. */
  | { readonly kind: 'gone-event'; readonly afterEvents?: number }
  /** The token file gets another token; until a client reads it again, it is answered 401, and so are all others. */
  | { readonly kind: 'unauthorized-until-token-reread' }
  /** The answer comes in pieces of so many bytes with a pause between. */
  | { readonly kind: 'slow'; readonly bytes: number; readonly pauseMs: number }
  /** The TCP connection is reset, after so many bytes of the answer's body; before any answer where none are named. */
  | { readonly kind: 'reset'; readonly afterBytes?: number }
  /**
   * Nothing more is sent and the connection stays open. Of a watch: events stop, after its head. With `connection` as
   * if the network were cut: nothing is read or sent on the whole TCP connection any more, not even pings of HTTP/2.
   */
  | { readonly kind: 'silence'; readonly afterEvents?: number; readonly connection?: boolean }
  /** A watch ends in the middle of the line of the event after so many. Strikes watches only. */
  | { readonly kind: 'truncate-line'; readonly afterEvents?: number }
  /** Characters of several bytes are split over chunks: the first ones of each piece that the server sends. */
  | { readonly kind: 'split-characters' }
  /** A watch ends cleanly after so many events. Strikes watches only. */
  | { readonly kind: 'close'; readonly afterEvents?: number }
  /** The continue token of a paged list is expired: 410 with a new token. Strikes continued pages only. */
  | { readonly kind: 'expired-continue' }
  /** A list from the past: the state that so many changes of the resource ago was. Strikes lists only. */
  | { readonly kind: 'stale-list'; readonly changes: number }
  /** 200 and a List without items, then the connection is reset before its end. Strikes lists only. */
  | { readonly kind: 'empty-list-then-error' }
  /** 429 as a server gives it whose watch cache is not ready. Strikes lists and watches only. */
  | {
      readonly kind: 'watch-cache-not-ready';
      /** Seconds; default 1. */
      readonly retryAfter?: number;
    }
  /** A list that was asked for with a limit holds at most so many objects in a page. Strikes only those. */
  | { readonly kind: 'page-size'; readonly limit: number };

/** A fault struck. */
export interface KubeFaultEvent {
  /** Unix time, ms. */
  readonly time: number;
  /** Of the fault. */
  readonly id: string;
  /** One sentence: what the API does, to whom. */
  readonly text: string;
  /** Number of the request (`KubeRequest.seq`); null where none set it off. */
  readonly request: number | null;
}
