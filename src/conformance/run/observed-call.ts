import type { CallRecord } from '../../journal/record.js';
import { decodeSyncResponse } from '../../wire/call-messages.js';
import { messageType } from '../../wire/protos.js';
import { scanSyncRequest } from '../../wire/wire-format.js';
import { sampledDigestOf } from '../message-digest.js';

/** A call of KubernetesAPISync as scenarios look at it. */
export interface ObservedCall {
  readonly seq: number;
  /** Unix time, ms, of its arrival. */
  readonly time: number;
  /** Unix time, ms. */
  readonly answered: number;
  readonly clusterId: string;
  readonly version: bigint;
  readonly errorMsg: string;
  readonly agentId: number;
  readonly entryCount: number;
  /** gRPC status that it was answered with. */
  readonly status: number;
  /** Of the answer; null where it has none. */
  readonly answerVersion: bigint | null;
  /** Bytes of the message. */
  readonly size: number;
  /** Another one where the message is another one: see `sampledDigestOf`. */
  readonly digest: string;
  readonly peer: string;
}

/** Null for a call of another method. */
export function observeCall(record: CallRecord): ObservedCall | null {
  if (!record.path.endsWith('.Synchronizer/KubernetesAPISync')) return null;
  const { seq, time, duration, peer, status, request, response } = record;
  const { clusterId, version, errorMsg, agentId, entryCount } = scanSyncRequest(request);
  return {
    seq,
    time,
    answered: time + duration,
    clusterId,
    version,
    errorMsg,
    agentId,
    entryCount,
    status,
    answerVersion: status === 0 ? decodeSyncResponse(response) : null,
    size: request.length,
    digest: sampledDigestOf(request),
    peer,
  };
}

/** A call of Sync that was answered. */
export interface ObservedSync {
  readonly seq: number;
  /** The answer says that this agent has to report the cluster. */
  readonly chosen: boolean;
}

/** Null for a call of another method, and one that failed. */
export function observeSync({ seq, path, status, response }: CallRecord): ObservedSync | null {
  const [, own] = /^\/(agent|trident)\.Synchronizer\/Sync$/.exec(path) ?? [];
  if (own === undefined || status !== 0) return null;
  const answer = messageType(`${own === 'agent' ? 'agent' : 'trident'}.SyncResponse`).tryDecode(response).message;
  const decoded: { readonly dynamic_config?: Chosen | null; readonly config?: Chosen | null } = answer ?? {};
  return { seq, chosen: (decoded.dynamic_config ?? decoded.config)?.kubernetes_api_enabled === true };
}

interface Chosen {
  readonly kubernetes_api_enabled?: boolean | null;
}

/** The newest items, bounded. */
export interface Recent<Item> {
  add(item: Item): void;
  list(): readonly Item[];
  /** Also those that are not kept. */
  readonly total: number;
}

export function createRecent<Item>(limit: number): Recent<Item> {
  let items: Item[] = [];
  let total = 0;
  return {
    add(item) {
      items.push(item);
      total += 1;
      if (items.length >= 2 * limit) items = items.slice(-limit);
    },
    list: () => items,
    get total() {
      return total;
    },
  };
}
