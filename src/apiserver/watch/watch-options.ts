import { forbidden, readRevision } from '../handle/list-options.js';
import { flagIn, numberIn, type Query } from '../http/query.js';
import type { ObjectStore } from '../store/object-store.js';

export interface WatchOptions {
  /** Events after this revision; null: what there is comes first as ADDED. */
  readonly after: number | null;
  /** A bookmark tells where the first objects end. */
  readonly endsInitial: boolean;
  readonly bookmarks: boolean;
  readonly timeoutMs: number;
}

/** As the real server, which takes a random time between this and twice as much. */
const defaultTimeoutSeconds = 1800;

/** @throws ApiError 400, 422 */
export function readWatchOptions(query: Query, store: ObjectStore, watchList: boolean): WatchOptions {
  const sendInitial = flagIn(query, 'sendInitialEvents');
  const match = query.resourceVersionMatch ?? '';
  const version = query.resourceVersion ?? '';
  const bookmarks = flagIn(query, 'allowWatchBookmarks') ?? false;
  const seconds = numberIn(query, 'timeoutSeconds') ?? 0;
  if (sendInitial === undefined && match !== '') {
    throw forbidden(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  }
  if (sendInitial !== undefined && !watchList) {
    throw forbidden(
      'sendInitialEvents',
      'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
    );
  }
  if (sendInitial !== undefined && match !== 'NotOlderThan') {
    throw forbidden('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  }
  const revision = readRevision(version, store);
  const fromNothing = revision === null || revision === 0;
  const current = fromNothing ? store.revision : revision;
  return {
    after: sendInitial === true || (sendInitial === undefined && fromNothing) ? null : current,
    endsInitial: sendInitial === true && bookmarks,
    bookmarks,
    timeoutMs: Math.min(seconds > 0 ? seconds : defaultTimeoutSeconds, 2_000_000) * 1000,
  };
}
