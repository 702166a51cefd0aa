import { apiError, badRequest } from '../api-error.js';
import { inVersion } from '../conversion/convert.js';
import { apiVersionOf } from '../discovery/catalogue.js';
import type { ResourceType } from '../discovery/resource-type.js';
import { type BodyFormat, bodyFormat, parseBody, parseObject } from '../http/body.js';
import type { Query } from '../http/query.js';
import { isJsonObject, type JsonObject } from '../json.js';
import { applyPatch } from '../patch/apply-patch.js';
import type { AnswerSink } from '../request-hook.js';
import { detailsOf, notFound } from '../store/errors.js';
import type { ObjectStore, Preconditions } from '../store/object-store.js';
import { type StoredObject, typeJson } from '../store/stored-object.js';
import type { Part } from '../store/updated-object.js';
import { answerJson } from './answer.js';
import { readSelection } from './list-options.js';

/** A request for one object, or for one that is to be. */
export interface ObjectRequest {
  readonly type: ResourceType;
  readonly version: string;
  /** "" of what has none. */
  readonly namespace: string;
  readonly name: string;
  readonly part: Part;
  readonly query: Query;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

export function answerGet(sink: AnswerSink, store: ObjectStore, request: ObjectRequest): void {
  const found = store.table(request.type).get(request.namespace, request.name);
  if (found === undefined) throw notFound(request.type, request.name);
  answerObject(sink, 200, request, found);
}

export function answerCreate(sink: AnswerSink, store: ObjectStore, request: ObjectRequest): void {
  const { type, namespace } = request;
  const input = readObject(request, bodyFormat(request.contentType, ['json', 'yaml']));
  if (isJsonObject(input.metadata) && (input.metadata.resourceVersion ?? '') !== '') {
    throw apiError(500, 'resourceVersion should not be set on objects to be created');
  }
  answerObject(sink, 201, request, store.create(type, namespace, input, { dryRun: isDryRun(request.query) }));
}

export function answerUpdate(sink: AnswerSink, store: ObjectStore, request: ObjectRequest): void {
  const { type, namespace, name, part } = request;
  const input = readObject(request, bodyFormat(request.contentType, ['json', 'yaml']));
  checkName(input, name);
  const options = { part, dryRun: isDryRun(request.query) };
  answerObject(
    sink,
    200,
    request,
    store.update(type, namespace, name, () => input, options),
  );
}

export function answerPatch(sink: AnswerSink, store: ObjectStore, request: ObjectRequest): void {
  const { type, namespace, name, part } = request;
  const strategic: readonly BodyFormat[] = type.builtIn ? ['strategic-merge-patch'] : [];
  const format = bodyFormat(request.contentType ?? 'none', ['json-patch', 'merge-patch', ...strategic]);
  const patch = parseBody(request.body, 'json');
  const change = (old: Parameters<typeof inVersion>[0]) => {
    const patched = applyPatch(inVersion(old, apiVersionOf(type.group, request.version)), patch, format);
    checkName(patched, name);
    return patched;
  };
  const options = { part, dryRun: isDryRun(request.query) };
  answerObject(sink, 200, request, store.update(type, namespace, name, change, options));
}

export function answerDelete(sink: AnswerSink, store: ObjectStore, request: ObjectRequest): void {
  const { type, namespace, name } = request;
  const { preconditions, dryRun } = readDeleteOptions(request);
  const deleted = store.delete(type, namespace, name, { ...preconditions, dryRun });
  const gone = store.table(type).get(namespace, name) === undefined;
  if (!gone && !dryRun) {
    answerObject(sink, 200, request, deleted);
    return;
  }
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { ...detailsOf(type, name), uid: deleted.object.metadata.uid },
  };
  answerJson(sink, 200, Buffer.from(`${JSON.stringify(status)}\n`));
}

/** Answers with the list of those that were deleted. */
export function answerDeleteCollection(
  sink: AnswerSink,
  store: ObjectStore,
  request: Omit<ObjectRequest, 'namespace'> & { readonly namespace: string | null },
): void {
  const { type, namespace, query } = request;
  const selection = readSelection(query, type, null);
  const { dryRun } = readDeleteOptions(request);
  const apiVersion = apiVersionOf(type.group, request.version);
  const doomed = store
    .table(type)
    .all(namespace)
    .filter((each) => selection?.(each) ?? true);
  const items = doomed.map((each) => store.delete(type, each.namespace, each.name, { dryRun }));
  const list = {
    kind: type.listKind,
    apiVersion,
    metadata: { resourceVersion: store.versions.write(store.revision) },
    items: items.map((each) => inVersion(each.object, apiVersion)),
  };
  answerJson(sink, 200, Buffer.from(`${JSON.stringify(list)}\n`));
}

function answerObject(sink: AnswerSink, status: number, request: ObjectRequest, object: StoredObject): void {
  const apiVersion = apiVersionOf(request.type.group, request.version);
  const start = typeJson(request.type.kind, apiVersion);
  answerJson(sink, status, Buffer.from(`${start}${object.jsonAfterType(apiVersion)}\n`));
}

/** @throws ApiError 400 where it is of another kind, version or namespace than the path says */
function readObject(request: ObjectRequest, format: BodyFormat): JsonObject {
  const { type, version, namespace } = request;
  const input = parseObject(request.body, format);
  const apiVersion = apiVersionOf(type.group, version);
  const said = input.apiVersion ?? apiVersion;
  const kind = input.kind ?? type.kind;
  if (kind !== type.kind) {
    throw badRequest(
      `${String(kind)} in version ${JSON.stringify(version)} cannot be handled as a ${type.kind}: converting (${String(said)}.${String(kind)}) to (${apiVersion}.${type.kind}): unknown conversion`,
    );
  }
  if (said !== apiVersion) {
    throw badRequest(
      `the API version in the data (${String(said)}) does not match the expected API version (${apiVersion})`,
    );
  }
  const metadata = input.metadata ?? {};
  if (!isJsonObject(metadata))
    throw badRequest(
      `${type.kind} in version ${JSON.stringify(version)} cannot be handled: metadata must be an object`,
    );
  const given = metadata.namespace;
  if (given !== undefined && given !== '' && given !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return { ...input, apiVersion };
}

function checkName(input: JsonObject, name: string): void {
  const metadata = isJsonObject(input.metadata) ? input.metadata : {};
  const given = metadata.name ?? '';
  if (given !== name) {
    throw badRequest(`the name of the object (${String(given)}) does not match the name on the URL (${name})`);
  }
}

function readDeleteOptions(request: {
  readonly body: Buffer;
  readonly contentType: string | undefined;
  readonly query: Query;
}): {
  readonly preconditions: Preconditions;
  readonly dryRun: boolean;
} {
  const dryRun = isDryRun(request.query);
  if (request.body.length === 0) return { preconditions: {}, dryRun };
  const options = parseObject(request.body, bodyFormat(request.contentType, ['json', 'yaml']));
  const given = isJsonObject(options.preconditions) ? options.preconditions : {};
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    preconditions: { uid: text(given.uid), resourceVersion: text(given.resourceVersion) },
    dryRun: dryRun || (Array.isArray(options.dryRun) && options.dryRun.includes('All')),
  };
}

/** @throws ApiError 422 */
function isDryRun(query: Query): boolean {
  const value = query.dryRun ?? '';
  if (value !== '' && value !== 'All') {
    throw apiError(422, `dryRun: Unsupported value: ${JSON.stringify(value)}: supported values: "All"`);
  }
  return value === 'All';
}
