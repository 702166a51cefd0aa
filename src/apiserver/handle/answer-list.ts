import { apiError } from '../api-error.js';
import { apiVersionOf } from '../discovery/catalogue.js';
import type { ResourceType } from '../discovery/resource-type.js';
import { createGzipSink } from '../http/gzip-sink.js';
import type { Query } from '../http/query.js';
import type { AnswerSink, ListTwist } from '../request-hook.js';
import type { ObjectStore } from '../store/object-store.js';
import type { Page } from '../store/resource-table.js';
import { type StoredObject, typeJson } from '../store/stored-object.js';
import { beginJson } from './answer.js';
import { expiredContinue, type ListOptions, readListOptions, readSelection, writeContinue } from './list-options.js';
import { createTurns } from './turns.js';

export interface ListRequest {
  readonly type: ResourceType;
  readonly version: string;
  readonly namespace: string | null;
  readonly query: Query;
  readonly twist: ListTwist;
  readonly gzip: boolean;
}

interface RevisionPage extends Page {
  readonly revision: number;
}

/** Characters from which on answers are compressed, as with the real server, and that are collected for one write. */
const pieceSize = 128 * 1024;

/** @throws ApiError before anything is sent */
export async function answerList(sink: AnswerSink, store: ObjectStore, request: ListRequest): Promise<void> {
  const { type, query, twist } = request;
  const options = readListOptions(query, store);
  const selection = readSelection(query, type, null);
  const { pageLimit = Number.POSITIVE_INFINITY } = twist;
  const limit = options.limit === null ? null : Math.max(1, Math.min(options.limit, pageLimit));
  const page = readPage(store, request, options, selection === null ? limit : null);
  const turns = createTurns();
  let { objects, remaining } = page;
  let rest: { readonly continue: string; readonly remainingItemCount?: number } | null = null;
  if (limit !== null && selection !== null) {
    ({ objects, remaining } = await choose(page.objects, selection, limit, turns.pass));
  }
  const last = objects.at(-1);
  if (limit !== null && remaining > 0 && last !== undefined) {
    rest = {
      continue: writeContinue({ revision: page.revision, after: last.key }),
      ...(selection === null ? { remainingItemCount: remaining } : {}),
    };
  }
  const apiVersion = apiVersionOf(type.group, request.version);
  const metadata = { resourceVersion: store.versions.write(page.revision), ...rest };
  const head = `${typeJson(type.listKind, apiVersion)}"metadata":${JSON.stringify(metadata)},"items":[`;
  const start = type.builtIn ? '{' : typeJson(type.kind, apiVersion);
  const out = createListWriter(sink, request.gzip);
  await out.write(head);
  let first = true;
  for (const object of objects) {
    if (sink.closed) return;
    if (limit === null && selection !== null && !selection(object)) {
      await turns.pass();
      continue;
    }
    if (!first) out.add(',');
    first = false;
    out.add(start);
    await out.write(object.jsonAfterType(apiVersion));
    await turns.pass();
  }
  await out.end(']}\n');
}

function readPage(store: ObjectStore, request: ListRequest, options: ListOptions, most: number | null): RevisionPage {
  const { twist, namespace } = request;
  const table = store.table(request.type);
  if (twist.empty === true) return { revision: store.revision, objects: [], remaining: 0 };
  if (options.continued !== null) {
    const { revision, after } = options.continued;
    const page = twist.expireContinue === true ? null : table.page({ namespace, revision, after, most });
    if (page === null) throw expiredContinue(after);
    return { ...page, revision: revision ?? store.revision };
  }
  const past = twist.changesAgo === undefined ? null : table.revisionBefore(twist.changesAgo);
  const revision = options.exactly ?? past;
  const page = table.page({ namespace, revision, after: null, most });
  if (page === null) throw apiError(410, 'The resourceVersion for the provided list is too old.');
  return { ...page, revision: revision ?? store.revision };
}

async function choose(
  candidates: readonly StoredObject[],
  selection: (object: StoredObject) => boolean,
  limit: number,
  pass: () => Promise<void> | undefined,
): Promise<Page> {
  const objects: StoredObject[] = [];
  for (const [at, object] of candidates.entries()) {
    if (selection(object)) {
      if (objects.length === limit) return { objects, remaining: candidates.length - at };
      objects.push(object);
    }
    await pass();
  }
  return { objects, remaining: 0 };
}

interface ListWriter {
  add(piece: string): void;
  /** As `add`, and waits while the client takes no more. */
  write(piece: string): Promise<void> | undefined;
  end(piece: string): Promise<void>;
}

/** Short answers go out as they are; long ones in pieces, compressed where the client takes that. */
function createListWriter(sink: AnswerSink, gzip: boolean): ListWriter {
  let pieces: string[] = [];
  let size = 0;
  let out: Pick<AnswerSink, 'write' | 'end'> | null = null;

  function taken(): Buffer {
    const whole = Buffer.from(pieces.join(''));
    pieces = [];
    size = 0;
    return whole;
  }

  function flush(): Promise<void> {
    if (out === null) {
      beginJson(sink, gzip ? { 'content-encoding': 'gzip', vary: 'Accept-Encoding' } : {});
      out = gzip ? createGzipSink(sink) : sink;
    }
    return out.write(taken());
  }

  return {
    add: (piece) => {
      pieces.push(piece);
      size += piece.length;
    },
    write: (piece) => {
      pieces.push(piece);
      size += piece.length;
      return size >= pieceSize ? flush() : undefined;
    },
    end: async (piece) => {
      pieces.push(piece);
      size += piece.length;
      if (out === null) {
        const whole = taken();
        beginJson(sink, { 'content-length': String(whole.length) });
        out = sink;
        void sink.write(whole);
      } else {
        await flush();
      }
      out.end();
    },
  };
}
