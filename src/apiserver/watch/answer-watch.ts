import { apiVersionOf } from '../discovery/catalogue.js';
import type { ResourceType } from '../discovery/resource-type.js';
import { beginJson } from '../handle/answer.js';
import { readSelection } from '../handle/list-options.js';
import { createTurns } from '../handle/turns.js';
import type { Query } from '../http/query.js';
import type { AnswerSink } from '../request-hook.js';
import { failure } from '../status.js';
import type { ObjectStore } from '../store/object-store.js';
import type { StoredObject } from '../store/stored-object.js';
import { bookmarkLine, errorLine, eventLine, seenThrough, type WatchEventType } from './watch-line.js';
import { readWatchOptions } from './watch-options.js';

export interface WatchRequest {
  readonly type: ResourceType;
  readonly version: string;
  readonly namespace: string | null;
  /** Of the one object that is watched; null: of all. */
  readonly name: string | null;
  readonly query: Query;
  /** Each event is a piece of its own, even the first ones, because something looks at them one by one. */
  readonly single: boolean;
}

export interface WatchSurroundings {
  readonly store: ObjectStore;
  /** Streaming lists (sendInitialEvents) are served. */
  readonly watchList: boolean;
  readonly bookmarkMs: number;
  /** Told of each event just before it is written; null for one that is of no object. */
  note(type: WatchEventType, object: StoredObject | null, resourceVersion: string): void;
  /** Calls when a bookmark is wanted at once; gives the way to stop that. */
  onBookmarkWish(listener: () => void): () => void;
}

/** Events that a client may be late by before it is cut off. */
const mostWaiting = 20_000;
const pieceSize = 64 * 1024;

/** Returns when the watch has ended. @throws ApiError before anything is sent */
export async function answerWatch(sink: AnswerSink, around: WatchSurroundings, request: WatchRequest): Promise<void> {
  const { store } = around;
  const { type, namespace, query } = request;
  const options = readWatchOptions(query, store, around.watchList);
  const selection = readSelection(query, type, request.name);
  const table = store.table(type);
  const apiVersion = apiVersionOf(type.group, request.version);
  const inScope = (object: StoredObject) => namespace === null || object.namespace === namespace;

  const start = store.revision;
  const missed = options.after === null ? [] : table.eventsAfter(options.after);
  beginJson(sink);
  if (missed === null) {
    const message = `too old resource version: ${query.resourceVersion} (${store.versions.write(start)})`;
    around.note('ERROR', null, '');
    await sink.write(errorLine(failure(410, message)));
    sink.end();
    return;
  }

  /** What is still to be written: bytes are made when it is their turn. */
  const waiting: (() => Buffer | null)[] = [];
  let pumping = false;
  let ending = false;

  async function pump(): Promise<void> {
    if (pumping) return;
    pumping = true;
    for (let next = waiting.shift(); next !== undefined && !sink.closed; next = waiting.shift()) {
      const line = next();
      if (line !== null) await sink.write(line);
    }
    pumping = false;
    if (ending) sink.end();
  }
  function push(make: () => Buffer | null): void {
    if (ending || sink.closed) return;
    waiting.push(make);
    if (waiting.length > mostWaiting) {
      waiting.length = 0;
      sink.end();
    }
    void pump();
  }
  function line(event: WatchEventType, object: StoredObject): Buffer {
    around.note(event, object, object.object.metadata.resourceVersion ?? '');
    return eventLine(event, type.kind, apiVersion, object);
  }
  function bookmark(revision: number, endsInitial: boolean): Buffer {
    const version = store.versions.write(revision);
    around.note('BOOKMARK', null, version);
    return bookmarkLine(type.kind, apiVersion, version, endsInitial);
  }

  const unsubscribe = table.subscribe((event) => {
    if (!inScope(event.now)) return;
    if (options.after !== null && event.revision <= options.after) return;
    push(() => {
      const seen = seenThrough(event, selection);
      return seen === null ? null : line(seen.type, seen.object);
    });
  });
  function pushBookmark(): void {
    if (!options.bookmarks) return;
    const revision = Math.max(store.revision, options.after ?? 0);
    push(() => bookmark(revision, false));
  }
  const stopWishes = around.onBookmarkWish(pushBookmark);
  const bookmarkTimer = setInterval(pushBookmark, around.bookmarkMs);
  const timeout = setTimeout(() => {
    pushBookmark();
    ending = true;
    void pump();
  }, options.timeoutMs);
  const ended = new Promise<void>((done) => {
    sink.onClose(() => {
      unsubscribe();
      stopWishes();
      clearInterval(bookmarkTimer);
      clearTimeout(timeout);
      waiting.length = 0;
      done();
    });
  });

  // What changes meanwhile waits behind the first objects.
  pumping = true;
  if (options.after === null) {
    await writeInitial(table.all(namespace));
    if (options.endsInitial) await sink.write(bookmark(start, true));
  } else {
    for (const event of missed) {
      if (!inScope(event.now)) continue;
      const seen = seenThrough(event, selection);
      if (seen !== null) await sink.write(line(seen.type, seen.object));
    }
  }
  pumping = false;
  void pump();
  return ended;

  async function writeInitial(objects: readonly StoredObject[]): Promise<void> {
    const turns = createTurns();
    let pieces: Buffer[] = [];
    let size = 0;
    for (const object of objects) {
      if (sink.closed) return;
      await turns.pass();
      if (selection !== null && !selection(object)) continue;
      const next = line('ADDED', object);
      pieces.push(next);
      size += next.length;
      if (!request.single && size < pieceSize) continue;
      await sink.write(Buffer.concat(pieces, size));
      pieces = [];
      size = 0;
    }
    if (size > 0) await sink.write(Buffer.concat(pieces, size));
  }
}
