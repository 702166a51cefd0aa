import { type SyncRequestScan, scanSyncRequest } from '../../wire/wire-format.js';
import type { SyncEffect } from './sync-effect.js';

/** What a call came to: the answer, and what it did to the server's memory. */
export interface CallOutcome {
  /** gRPC status code. */
  readonly status: number;
  readonly statusMessage: string;
  /** Bytes of the response message; empty where `status` is not 0. */
  readonly response: Uint8Array;
  /** Set for KubernetesAPISync. */
  readonly sync: SyncOutcome | null;
  /** The cluster id that the call names, where its domain exists after the call; else null. */
  readonly registersCluster: string | null;
}

export interface SyncOutcome {
  readonly scan: SyncRequestScan;
  /** null: unset. */
  readonly answerVersion: bigint | null;
  readonly effect: SyncEffect;
}

/** The part of a call that a service decides on. */
export interface ServiceCall {
  readonly seq: number;
  /** Unix time, ms. */
  readonly time: number;
  readonly package: 'agent' | 'trident';
  readonly request: Uint8Array;
  /** Address and port of the server's end of the connection; absent where a journal is judged again. */
  readonly local?: LocalEnd;
}

export interface LocalEnd {
  readonly address: string;
  readonly port: number;
}

const noBytes = new Uint8Array(0);

export function answered(response: Uint8Array, rest?: Partial<CallOutcome>): CallOutcome {
  return { status: 0, statusMessage: '', response, sync: null, registersCluster: null, ...rest };
}

export function refused(status: number, statusMessage: string, rest?: Partial<CallOutcome>): CallOutcome {
  return { status, statusMessage, response: noBytes, sync: null, registersCluster: null, ...rest };
}

/** Of a call that a fault kept from the server's memory: what it said is still known. */
export function untaken({ path, request }: { readonly path: string; readonly request: Uint8Array }): CallOutcome {
  const isSync = path.endsWith('/KubernetesAPISync');
  const sync = isSync ? ({ scan: scanSyncRequest(request), answerVersion: null, effect: 'none' } as const) : null;
  return refused(14, 'a fault kept the call from the server', { sync });
}

/** How the real server, as any gRPC server in Go, takes a message that it cannot decode. */
export function undecodable(detail: string, rest?: Partial<CallOutcome>): CallOutcome {
  return refused(13, `grpc: failed to unmarshal the received message: ${detail}`, rest);
}
