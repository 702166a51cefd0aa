import { ApiError, apiError } from './api-error.js';
import type { Catalogue } from './discovery/catalogue.js';
import { discoveryDocument } from './discovery/discovery-documents.js';
import { openApiDocument } from './discovery/open-api.js';
import { answerAccessReview, isAccessReview } from './handle/access-review.js';
import { answerJson, answerStatus, answerText } from './handle/answer.js';
import { answerList } from './handle/answer-list.js';
import {
  answerCreate,
  answerDelete,
  answerDeleteCollection,
  answerGet,
  answerPatch,
  answerUpdate,
  type ObjectRequest,
} from './handle/answer-object.js';
import { checkAccept } from './http/accept.js';
import type { RawRequest, ReadRequest } from './http/read-request.js';
import type { RequestPath } from './http/request-path.js';
import type { AnswerSink, Intervention, RequestHook } from './request-hook.js';
import type { RecordedAnswer } from './request-recorder.js';
import { failure } from './status.js';
import type { ObjectStore } from './store/object-store.js';
import { answerWatch } from './watch/answer-watch.js';

export interface RequestHandlerOptions {
  readonly catalogue: Catalogue;
  readonly store: ObjectStore;
  readonly kubernetesVersion: string;
  readonly watchList: boolean;
  readonly bookmarkMs: number;
  readonly gzip: boolean;
  readonly token: () => string;
  readonly hook: RequestHook;
  readonly onBookmarkWish: (listener: () => void) => () => void;
}

export interface IncomingRequest {
  readonly raw: RawRequest;
  readonly read: ReadRequest;
  /** Plain HTTP lets requests without a token pass. */
  readonly needsToken: boolean;
  readonly body: () => Promise<Buffer>;
}

/** Answers one request; never rejects. */
export type RequestHandler = (request: IncomingRequest, answer: RecordedAnswer) => Promise<void>;

const health = new Set(['/healthz', '/readyz', '/livez']);

export function createRequestHandler(options: RequestHandlerOptions): RequestHandler {
  const { catalogue, store } = options;

  async function respond(request: IncomingRequest, recorded: RecordedAnswer): Promise<void> {
    const { api, path } = request.read;
    const open = path?.kind === 'document' && (health.has(path.path) || path.path === '/version');
    const mayPass = open || (api.token === null ? !request.needsToken : api.token === options.token());
    if (!mayPass) throw apiError(401, 'Unauthorized');
    const intervention = options.hook(api);
    if (intervention !== null) recorded.setFault(intervention.fault);
    const sink = intervention?.wrap?.(recorded.sink) ?? recorded.sink;
    try {
      if (intervention?.answer !== undefined) await intervention.answer(sink);
      else if (path === null) throw apiError(404, 'the server could not find the requested resource');
      else if (path.kind === 'document') answerDocument(sink, path.path, request);
      else await answerResource(sink, path, request, recorded, intervention);
    } catch (error) {
      answerFailure(sink, recorded, error);
    }
  }

  function answerDocument(sink: AnswerSink, path: string, request: IncomingRequest): void {
    if (health.has(path) || /^\/(healthz|readyz|livez)\//.test(path)) {
      answerText(sink, 200, 'ok');
      return;
    }
    if (request.raw.method !== 'GET' && request.raw.method !== 'HEAD') {
      answerText(sink, 404, '404 page not found\n');
      return;
    }
    const document = discoveryDocument(path, catalogue, options.kubernetesVersion) ?? openApiDocument(path, catalogue);
    if (document !== undefined) {
      answerJson(sink, 200, Buffer.from(`${JSON.stringify(document)}\n`));
      return;
    }
    if (path === '/openapi/v2') {
      // kubectl before 1.27 reads this; an empty document makes it leave validation to the server.
      sink.begin(200, { 'content-type': 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' });
      sink.end();
      return;
    }
    answerText(sink, 404, '404 page not found\n');
  }

  async function answerResource(
    sink: AnswerSink,
    path: RequestPath & { kind: 'resource' },
    request: IncomingRequest,
    recorded: RecordedAnswer,
    intervention: Intervention | null,
  ): Promise<void> {
    const { api } = request.read;
    if (api.verb === 'create' && isAccessReview(path.group, path.plural)) {
      answerAccessReview(sink, await request.body());
      return;
    }
    const type = catalogue.byPlural(path.group, path.version, path.plural);
    const misplaced = type !== undefined && !type.namespaced && path.namespace !== null;
    const unknownSub = path.subresource !== null && (path.subresource !== 'status' || type?.hasStatus !== true);
    if (type === undefined || misplaced || unknownSub) {
      answerText(sink, 404, '404 page not found\n');
      return;
    }
    const { namespace, version } = path;
    const name = path.name ?? (type.plural === 'namespaces' ? namespace : null);
    checkAccept(request.raw.headers.accept);
    if (api.verb === 'list') {
      const gzip = options.gzip && request.read.acceptsGzip && intervention?.wrap === undefined;
      await answerList(sink, store, {
        type,
        version,
        namespace,
        query: api.query,
        twist: intervention?.list ?? {},
        gzip,
      });
      return;
    }
    if (api.verb === 'watch') {
      const around = { store, watchList: options.watchList, bookmarkMs: options.bookmarkMs, note: recorded.note };
      const single = intervention?.wrap !== undefined;
      await answerWatch(
        sink,
        { ...around, onBookmarkWish: options.onBookmarkWish },
        { type, version, namespace, name, query: api.query, single },
      );
      return;
    }
    if (type.namespaced && namespace === null && name !== null) {
      throw apiError(404, 'the server could not find the requested resource');
    }
    if (type.namespaced && namespace === null && api.verb === 'create') throw notAllowed();
    const body = api.verb === 'get' ? Buffer.alloc(0) : await request.body();
    const object: ObjectRequest = {
      type,
      version,
      namespace: type.namespaced ? (namespace ?? '') : '',
      name: name ?? '',
      part: path.subresource === 'status' ? 'status' : 'main',
      query: api.query,
      contentType: request.raw.headers['content-type'],
      body,
    };
    answerOne(sink, api.verb, object, { ...object, namespace });
  }

  function answerOne(
    sink: AnswerSink,
    verb: string,
    object: ObjectRequest,
    collection: Parameters<typeof answerDeleteCollection>[2],
  ): void {
    if (object.part === 'status' && !['get', 'update', 'patch'].includes(verb)) throw notAllowed();
    const named = object.name !== '';
    if (verb === 'create' && !named) answerCreate(sink, store, object);
    else if (verb === 'deletecollection') answerDeleteCollection(sink, store, collection);
    else if (verb === 'get' && named) answerGet(sink, store, object);
    else if (verb === 'update' && named) answerUpdate(sink, store, object);
    else if (verb === 'patch' && named) answerPatch(sink, store, object);
    else if (verb === 'delete' && named) answerDelete(sink, store, object);
    else throw notAllowed();
  }

  return async (request, recorded) => {
    try {
      await respond(request, recorded);
    } catch (error) {
      answerFailure(recorded.sink, recorded, error);
    }
  };
}

/** A refusal where the head is not sent yet; else the answer is broken off, since it cannot be completed. */
function answerFailure(sink: AnswerSink, recorded: RecordedAnswer, error: unknown): void {
  if (recorded.begun()) {
    sink.resetStream();
    return;
  }
  const status =
    error instanceof ApiError
      ? error.status
      : failure(500, `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`);
  answerStatus(sink, status);
}

function notAllowed(): ApiError {
  return apiError(405, 'the server does not allow this method on the requested resource');
}
