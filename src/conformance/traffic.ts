import type { CallKind } from '../journal/record.js';
import type { Compat } from '../kube/compat.js';
import type { WireProblem } from '../wire/wire-problem.js';
import type { AgentCall, AgentPush } from './agent-call.js';

/** One call, as far as rules over many calls need it; small, because a run has many. */
export interface TrafficCall {
  readonly seq: number;
  /** Unix time, ms. */
  readonly time: number;
  /** ms. */
  readonly duration: number;
  readonly peer: string;
  readonly path: string;
  readonly outcome: CallKind;
  readonly status: number;
  /** Length of the request message, bytes. */
  readonly size: number;
  /** Digest of the request bytes, to tell a repeated message. */
  readonly bytesDigest: string;
  /** Kind of the fault that was played on it (`CallFault.kind`); absent where none was. */
  readonly fault?: string;
  /** Set for KubernetesAPISync where a request message reached its handler. Long texts are cut. */
  readonly sync?: SyncCall;
  /** Set for Sync, Push, GenesisSync, Query and Upgrade where a request message arrived; not for agents that a scenario plays. */
  readonly agent?: AgentCall;
  /** Set where the call makes a domain exist (Sync with a cluster id, GetKubernetesClusterID). */
  readonly registersCluster?: string;
}

/** KubernetesAPISync, request and answer. */
export interface SyncCall {
  readonly clusterId: string;
  readonly version: bigint;
  readonly errorMsg: string;
  readonly agentId: number;
  readonly sourceIp: string;
  readonly teamId: string;
  readonly entryCount: number;
  readonly problems: readonly WireProblem[];
  /** `version` of the answer; null where it is unset. */
  readonly answerVersion: bigint | null;
  /** What the server did with it. */
  readonly effect: SyncEffect;
  /**
   * Order-independent digest of the needed content of all entries, "" where it carries none or some could not be read.
   * Equal where nothing that DeepFlow needs differs.
   */
  readonly contentDigest: string;
}

export type SyncEffect =
  /** The entries replace what the server held. */
  | 'stored'
  /** The server held this version: time and error_msg are taken over, entries are ignored. */
  | 'refreshed'
  /** Nothing is kept of it. */
  | 'dropped'
  /** Not a call that the server's memory sees (unknown method, incomplete, malformed, lost by a fault). */
  | 'none';

/** The server as a whole was made to misbehave. */
export interface TrafficFault {
  /** Unix time, ms; after a jump of the clock, that of after it. */
  readonly time: number;
  /** By how much the server's clock went ahead, ms; 0 where it did not. */
  readonly clockJump: number;
}

/** A Push stream that has not ended: it is a call when it does. */
export interface OpenPush {
  readonly seq: number;
  readonly agent: AgentPush;
}

/** All calls of a run, in order of `seq`. */
export interface Traffic {
  readonly compat: Compat;
  readonly calls: readonly TrafficCall[];
  readonly openPushes: readonly OpenPush[];
  /** Calls that were too many to keep; rules that need all say so. */
  readonly dropped: number;
  /** `seq` of the first call after each restart of the server. */
  readonly restarts: readonly number[];
  /** What befell the whole server, in order of time. */
  readonly faults: readonly TrafficFault[];
  /** Unix time, ms, of the end of observation. */
  readonly until: number;
  readonly maxMessage: number;
}
