import type { Selection } from '../handle/list-options.js';
import type { Status } from '../status.js';
import type { TableEvent } from '../store/resource-table.js';
import type { StoredObject } from '../store/stored-object.js';
import { storedObject, typeJson } from '../store/stored-object.js';

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

/** One event as it is sent: a line of JSON with its line feed. */
export function eventLine(type: WatchEventType, kind: string, apiVersion: string, object: StoredObject): Buffer {
  return Buffer.from(`{"type":"${type}","object":${typeJson(kind, apiVersion)}${object.jsonAfterType(apiVersion)}}\n`);
}

export function bookmarkLine(kind: string, apiVersion: string, resourceVersion: string, endsInitial: boolean): Buffer {
  const annotations = endsInitial ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  const metadata = { resourceVersion, creationTimestamp: null, ...annotations };
  return Buffer.from(`${JSON.stringify({ type: 'BOOKMARK', object: { kind, apiVersion, metadata } })}\n`);
}

export function errorLine(status: Status): Buffer {
  return Buffer.from(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
}

/** What a watch with a selection shows of an event; null: nothing. */
export function seenThrough(
  event: TableEvent,
  selection: Selection,
): { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: StoredObject } | null {
  const { now, before } = event;
  if (selection === null) return { type: event.type, object: now };
  const is = event.type !== 'DELETED' && selection(now);
  const was = before !== null && selection(before);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object: now };
  if (!was) return null;
  return { type: 'DELETED', object: event.type === 'DELETED' ? now : withRevisionOf(before, now) };
}

/** As it was when it was last seen, at the version of the event that took it away. */
function withRevisionOf(before: StoredObject, now: StoredObject): StoredObject {
  const { resourceVersion } = now.object.metadata;
  const object = {
    ...before.object,
    metadata: { ...before.object.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
  };
  return storedObject(before.type, now.revision, object);
}
