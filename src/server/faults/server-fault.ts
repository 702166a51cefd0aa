/** What goes wrong for calls that match. Plain data: written as YAML too. */
export interface ServerFault {
  /** Names it on the timeline and in the records of the calls that it strikes. */
  readonly id: string;
  /** Default: every call of an rpc that the server plays. */
  readonly match?: ServerFaultMatch;
  /** How many calls it strikes; default: all until it is taken back, but 1 for effects on the whole server. */
  readonly times?: number;
  /** Calls that it could strike and lets through first. */
  readonly after?: number;
  /** How likely it strikes a call that it could strike, 0 to 1; default 1. */
  readonly chance?: number;
  readonly effect: ServerFaultEffect;
}

/** All that is given must hold. */
export interface ServerFaultMatch {
  /** As in the path: KubernetesAPISync, Sync, Push ... */
  readonly method?: string | readonly string[];
  readonly package?: SynchronizerPackage;
  /** `cluster_id` of KubernetesAPISync, `kubernetes_cluster_id` of Sync and Push. */
  readonly clusterId?: string;
  /** Whether a KubernetesAPISync carries entries; never holds for another method. */
  readonly withEntries?: boolean;
}

export type SynchronizerPackage = 'agent' | 'trident';

export type ServerFaultEffect = CallEffect | ServerWideEffect;

/** What can happen to a single call. The call takes no effect, unless something else is said. */
export type CallEffect =
  /** Answered with this gRPC status. */
  | {
      readonly kind: 'status';
      /** gRPC status code, not 0. */
      readonly code: number;
      readonly message?: string;
      /** The call takes effect all the same: only its answer is lost. Default false. */
      readonly taken?: boolean;
    }
  /** Never answered; the client has to give up by itself. */
  | { readonly kind: 'silence' }
  /** Takes effect; a KubernetesAPISync is answered with this version, with none, or with another one than was sent. */
  | { readonly kind: 'answer-version'; readonly version: number | 'unset' | 'other' }
  /** Larger messages than this, bytes, are refused; strikes only those. */
  | { readonly kind: 'message-limit'; readonly bytes: number }
  /** The other package is UNIMPLEMENTED; strikes only its calls. */
  | { readonly kind: 'only-package'; readonly package: SynchronizerPackage }
  /** An Upgrade gets a made-up binary of so many bytes, announced with its MD5 or with another one. */
  | { readonly kind: 'offer-file'; readonly bytes: number; readonly md5: 'right' | 'wrong' };

/**
 * What can happen to the whole server. Where a call sets it off, `goaway` and `reset` concern that call's connection
 * alone.
 */
export type ServerWideEffect =
  /**
   * Connections get a GOAWAY. Graceful: open calls are answered before the connection ends. Otherwise it ends at once
   * (a call that sets it off takes no effect).
   */
  | { readonly kind: 'goaway'; readonly graceful: boolean }
  /** Connections are reset (TCP RST). A call that sets it off takes effect where `taken` says so. */
  | { readonly kind: 'reset'; readonly taken?: boolean }
  /** Connections are reset, and new ones refused for so long. */
  | { readonly kind: 'refuse-connections'; readonly forMs: number }
  /**
   * Connections are reset, the memory of snapshots is lost, and connections are refused for `downMs` (default 0). Domains
   * and the ids of agents survive: the real server keeps them in its database.
   */
  | { readonly kind: 'restart'; readonly downMs?: number }
  /** The server's clock goes ahead by so much. A call that sets it off is answered as ever. */
  | { readonly kind: 'clock-jump'; readonly ms: number };

const wideKinds: readonly string[] = ['goaway', 'reset', 'refuse-connections', 'restart', 'clock-jump'];

export function isServerWide(effect: ServerFaultEffect): effect is ServerWideEffect {
  return wideKinds.includes(effect.kind);
}

/** A fault struck. */
export interface ServerFaultEvent {
  /** Unix time, ms, by the server's clock. */
  readonly time: number;
  /** Of the fault. */
  readonly id: string;
  /** One sentence: what the server does, to whom. */
  readonly text: string;
  /** Number of the call (`CallRecord.seq`); null where no call set it off. */
  readonly call: number | null;
}
