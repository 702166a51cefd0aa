import type { KubeChange } from '../kube/kube-object.js';
import type { ClusterFactsChange } from '../platform/cluster-facts.js';
import type { SavedState } from '../server/model/saved-state.js';
import type { ServerChange } from '../server/model/server-change.js';
import type { SceneRecord } from './scene-record.js';

/**
 * What the server writes down. A journal is a sequence of records, in the order in which the calls took effect; judging
 * the same sequence again gives the same verdict.
 */
export type JournalRecord =
  | StartRecord
  | HeldRecord
  | CallRecord
  | StreamRecord
  | MessageRecord
  | ChangeRecord
  | PlatformRecord
  | StopRecord
  | FaultRecord
  | KubernetesRecord
  | SightRecord
  | SceneRecord
  | JudgedRecord;

/** The server started (no snapshots in memory). */
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
  /** Agents that are registered already, in the order of their ids from 1. Default: none. */
  readonly agents?: readonly { readonly ctrlIp: string; readonly ctrlMac: string }[];
  /** Configuration of the default group, YAML. Default: none. */
  readonly groupConfig?: string;
  /** What the server knew from before: of a restart, what its database kept. Default: nothing. */
  readonly saved?: SavedState;
  /** The revision that agents are told to run, and which of them; default: none, and all. */
  readonly upgrade?: { readonly revision: string; readonly for?: readonly ('process' | 'kubernetes')[] };
  /** Where agents are told to reach the server. Default: where each of them reached it. */
  readonly advertise?: { readonly address: string; readonly port: number };
  /** What the run that judges the calls knows besides them; absent where nobody judged. */
  readonly judging?: JudgingFacts;
}

/** Behind a start: a snapshot that the server knew from before. Its entries are those of a call to an earlier server. */
export interface HeldRecord {
  readonly kind: 'held';
  /** Of that call. */
  readonly seq: number;
  /** Unix time, ms, of the last call with its version. */
  readonly time: number;
  /** The request message of that call. */
  readonly request: Uint8Array;
}

/** Kept with the calls, so that judging them again gives the same verdict. */
export interface JudgingFacts {
  /** The id that agents of the cluster are configured with, where the run knows it. */
  readonly configuredClusterId?: string;
  /** The domain was declared; otherwise registration is judged. */
  readonly clusterRegistered: boolean;
  /** How long an upload may lag behind Kubernetes, ms; default 5,000. */
  readonly allowanceMs?: number;
  /** `kubernetes-resources` of the agents' group configuration. */
  readonly resources?: readonly ConfiguredResource[];
  /** Only objects of this namespace, and itself, can fail a rule; default: all. */
  readonly namespace?: string;
  /** The scenario that was played. */
  readonly scenario?: string;
  /** The run ends with a `stop`; one without was broken off. Absent for a server that is played as long as somebody likes. */
  readonly untilStop?: boolean;
  /** Ids of rules that say nothing here, as the scenario itself provokes what they object to. */
  readonly excused?: readonly string[];
}

/** One element of `kubernetes-resources`: a resource that agents are told to read, or not to. */
export interface ConfiguredResource {
  /** Plural: routes, clonesets ... */
  readonly name: string;
  /** API group; default: the resource's usual one. */
  readonly group?: string;
  readonly disabled?: boolean;
}

/** Somebody changed the server's groups, configurations, agents or domains. Refused changes are not written down. */
export interface ChangeRecord {
  readonly kind: 'change';
  /** Unix time, ms. */
  readonly time: number;
  readonly change: ServerChange;
}

/** The server got to know what an upload says of nodes and addresses; agents are told of it from now on. */
export interface PlatformRecord {
  readonly kind: 'platform';
  /** Unix time, ms. */
  readonly time: number;
  readonly change: ClusterFactsChange;
}

/** The end of an observation: agents were meant to report until then. */
export interface StopRecord {
  readonly kind: 'stop';
  /** Unix time, ms. */
  readonly time: number;
  /** By what the observation was broken off; absent where it came to its end. */
  readonly interrupted?: string;
}

/** The server was made to misbehave as a whole; what befell a single call stands in its record. */
export interface FaultRecord {
  readonly kind: 'fault';
  /** Unix time, ms; after a jump of the clock, that of after it. */
  readonly time: number;
  /** Of the fault. */
  readonly id: string;
  /** What happened, one sentence. */
  readonly text: string;
  /** By how much the server's clock went ahead, ms. */
  readonly clockJump?: number;
}

/** What Kubernetes holds became another; written by a run that drives the cluster itself. */
export interface KubernetesRecord {
  readonly kind: 'kubernetes';
  /** Unix time, ms. */
  readonly time: number;
  /** `object` without what nobody needs (see `slimObject`). */
  readonly changes: readonly KubeChange[];
}

/** From now on uploads can (`clear`), or cannot, be expected to show what Kubernetes holds, as the run itself keeps the agent from it. */
export interface SightRecord {
  readonly kind: 'sight';
  /** Unix time, ms. */
  readonly time: number;
  readonly clear: boolean;
  /** How long an upload may lag behind Kubernetes from now on, ms; absent: as before. */
  readonly allowanceMs?: number;
}

/** What a scenario found out about one rule. */
export interface JudgedRecord {
  readonly kind: 'judged';
  /** Unix time, ms. */
  readonly time: number;
  readonly rule: string;
  readonly judgement: RecordedJudgement;
}

export type RecordedJudgement =
  | { readonly status: 'passed' }
  | { readonly status: 'not-judged'; readonly reason: string }
  | { readonly status: 'failed'; readonly findings: readonly RecordedFinding[] };

export interface RecordedFinding {
  /** `CallRecord.seq`; 0 or absent where it is about the lack of a call. */
  readonly request?: number;
  readonly type?: string;
  readonly uid?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly found: string;
  readonly expected: string;
  readonly message: string;
}

/** How a call went, as far as the handlers of gRPC itself know. */
export type CallKind =
  /** A whole request message reached a method of this server that answers with one message. */
  | 'unary'
  /** A stream of messages was opened, and has ended; its opening and its messages stand before it. */
  | 'stream'
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
   * what had arrived, of a `too-large` one and of the one that opened a `stream` its beginning.
   */
  readonly request: Uint8Array;
  /** Bytes of the response message; empty where there is none, or a `stream` of them. */
  readonly response: Uint8Array;
  /** gRPC status code; where no answer was sent, what gRPC makes of that for the client. */
  readonly status: number;
  readonly statusMessage: string;
  /** The fault that was played on this call; absent where none was. */
  readonly fault?: CallFault;
  /** Of a `stream`: what went over it. Its `duration` ends with it, and `statusMessage` says why it ended. */
  readonly stream?: StreamTotals;
}

export interface StreamTotals {
  readonly received: number;
  readonly receivedBytes: number;
  readonly sent: number;
  readonly sentBytes: number;
  /** Set where the server could not put up with it any longer. */
  readonly dropped?: DropReason;
}

export type DropReason =
  /** The client does not read what it is sent. */
  | 'slow-reader'
  /** The client did not say anything for too long. */
  | 'silent'
  /** A message of the client is larger than those of a stream may be. */
  | 'too-large'
  /** Too many streams are open. */
  | 'too-many';

/**
 * A stream of messages was opened. It ends with the `CallRecord` of the same `seq`, whose outcome is `stream`; a server
 * that was killed leaves it without.
 */
export interface StreamRecord extends Pick<CallRecord, 'seq' | 'time' | 'peer' | 'path' | 'metadata'> {
  readonly kind: 'stream';
  /** The message that opened it; empty where the client sends messages as it likes (RemoteExecute). */
  readonly request: Uint8Array;
  readonly fault?: CallFault;
}

/** A message on a stream. Of one that the server sends: it is about to be sent. */
export interface MessageRecord {
  readonly kind: 'message';
  /** Of the stream. */
  readonly seq: number;
  /** Unix time, ms. */
  readonly time: number;
  readonly from: 'client' | 'server';
  /** Of the whole message, bytes. */
  readonly size: number;
  /** The message where it is short, the beginning of a long one. */
  readonly bytes: Uint8Array;
}

export interface CallFault {
  readonly id: string;
  /** What it does: status, silence, reset ... */
  readonly kind: string;
  /** The call took effect all the same: at most its answer was lost or changed. */
  readonly taken: boolean;
}
