/** What goes wrong for requests to the Kubernetes API that match. Plain data: written as YAML too. */
export interface KubeFault {
  /** Names it on the timeline. */
  readonly id: string;
  readonly match: KubeFaultMatch;
  /** How many requests it is applied to; default: all until it is taken back. */
  readonly times?: number;
  /** Requests that match and are let through first. */
  readonly after?: number;
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

export type KubeFaultEffect =
  /** A Status body with this code. */
  | {
      readonly kind: 'status';
      readonly code: number;
      readonly reason?: string;
      readonly message?: string;
      readonly retryAfter?: number;
    }
  /** A watch that is answered 200 and holds an ERROR event with code 410. */
  | { readonly kind: 'gone-event' }
  /** The token is refused until the token file is read again. */
  | { readonly kind: 'unauthorized-until-token-reread' }
  /** The answer comes in pieces of so many bytes with a pause between. */
  | { readonly kind: 'slow'; readonly bytes: number; readonly pauseMs: number }
  /** The connection is reset, after so many bytes of the answer's body. */
  | { readonly kind: 'reset'; readonly afterBytes?: number }
  /** Nothing more is sent and the connection stays open. Of a watch: events stop. */
  | { readonly kind: 'silence'; readonly afterEvents?: number }
  /** A watch ends in the middle of a line, after so many events. */
  | { readonly kind: 'truncate-line'; readonly afterEvents?: number }
  /** Multi-byte characters are split over chunks. */
  | { readonly kind: 'split-characters' }
  /** A watch ends cleanly after so many events. */
  | { readonly kind: 'close'; readonly afterEvents?: number }
  /** The continue token of a paged list is expired: 410 with a new token where the real server gives one. */
  | { readonly kind: 'expired-continue' }
  /** A list from the past: the state that so many changes ago was. */
  | { readonly kind: 'stale-list'; readonly changes: number }
  /** 200 and a List without items, then the connection is reset before its end. */
  | { readonly kind: 'empty-list-then-error' }
  /** 429 as a server gives it whose watch cache is not ready. */
  | { readonly kind: 'watch-cache-not-ready'; readonly retryAfter?: number }
  /** A list that was asked for with a limit holds at most so many objects in a page. */
  | { readonly kind: 'page-size'; readonly limit: number };
