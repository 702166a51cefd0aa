import type { NotedObject } from '../../../apiserver/request-recorder.js';
import type { WatchEventType } from '../../../apiserver/watch/watch-line.js';
import type { KubeObject } from '../../../kube/kube-object.js';

/** An event of a watch, as far as it is told of. */
export interface WatchedEvent {
  readonly type: WatchEventType;
  /** Null of bookmarks and errors. */
  readonly object: NotedObject | null;
  readonly resourceVersion: string;
}

const types: readonly WatchEventType[] = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'];

/** Null for a line that is none. */
export function watchedEvent(line: Buffer): WatchedEvent | null {
  let read: { readonly type?: string; readonly object?: KubeObject };
  try {
    read = JSON.parse(line.toString('utf8'));
  } catch {
    return null;
  }
  const type = types.find((each) => each === read.type);
  const { kind, metadata } = read.object ?? {};
  if (type === undefined || kind === undefined || metadata === undefined) return null;
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = metadata;
  const object =
    type === 'BOOKMARK' || type === 'ERROR' ? null : { type: { kind }, namespace, name, object: { metadata: { uid } } };
  return { type, object, resourceVersion };
}
