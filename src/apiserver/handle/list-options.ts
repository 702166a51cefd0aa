import { ApiError, apiError, badRequest } from '../api-error.js';
import type { ResourceType } from '../discovery/resource-type.js';
import { flagIn, invalidListOptions, numberIn, type Query } from '../http/query.js';
import { type FieldSelector, readFieldSelector } from '../selectors/field-selector.js';
import { type LabelSelector, readLabelSelector } from '../selectors/label-selector.js';
import { failure } from '../status.js';
import type { ObjectStore } from '../store/object-store.js';
import type { StoredObject } from '../store/stored-object.js';

/** Which objects are meant; null: all. */
export type Selection = ((object: StoredObject) => boolean) | null;

/** @throws ApiError 400 */
export function readSelection(query: Query, type: ResourceType, name: string | null): Selection {
  const labels: LabelSelector = readLabelSelector(query.labelSelector);
  const fields: FieldSelector = readFieldSelector(query.fieldSelector, type);
  if (labels === null && fields === null && name === null) return null;
  return (object) =>
    (name === null || object.name === name) &&
    (labels === null || labels(object.labels)) &&
    (fields === null || fields(object.object));
}

export interface ListOptions {
  readonly limit: number | null;
  /** Null: the first page. */
  readonly continued: ContinueToken | null;
  /** The list must show exactly this revision; null: what is now. */
  readonly exactly: number | null;
}

/** @throws ApiError 400, 422, and 504 for a resourceVersion that is still to come */
export function readListOptions(query: Query, store: ObjectStore): ListOptions {
  const limit = numberIn(query, 'limit') ?? 0;
  const token = query.continue ?? '';
  const version = query.resourceVersion ?? '';
  const match = query.resourceVersionMatch ?? '';
  if (flagIn(query, 'sendInitialEvents') !== undefined) {
    throw forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list');
  }
  checkMatch(match, version, token);
  if (token !== '' && version !== '' && version !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const revision = readRevision(version, store);
  if (revision !== null && revision > store.revision) throw tooLarge(version, store);
  const exact = revision !== null && revision > 0 && (match === 'Exact' || (match === '' && limit > 0));
  return {
    limit: limit > 0 ? limit : null,
    continued: token === '' ? null : readContinue(token),
    exactly: exact ? revision : null,
  };
}

/** Null for none given. @throws ApiError 500 */
export function readRevision(version: string, store: ObjectStore): number | null {
  if (version === '') return null;
  if (version === '0') return 0;
  const revision = store.versions.read(version);
  if (revision === null) {
    // The real server takes it for a failure of its own, too.
    throw apiError(
      500,
      `resourceVersion: Invalid value: ${JSON.stringify(version)}: it is none that this server has given`,
    );
  }
  return revision;
}

/** Where a paged list goes on. */
export interface ContinueToken {
  /** Null: with whatever is there now. */
  readonly revision: number | null;
  /** Key of the last object that was sent. */
  readonly after: string;
}

export function writeContinue(token: ContinueToken): string {
  const { revision, after } = token;
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision ?? -1, start: `${after}\0` })).toString(
    'base64url',
  );
}

/** The list cannot go on as it began: 410, with a token for whatever is there now. */
export function expiredContinue(after: string): ApiError {
  return new ApiError(
    failure(
      410,
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
      { metadata: { continue: writeContinue({ revision: null, after }) } },
    ),
  );
}

function readContinue(token: string): ContinueToken {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (typeof read === 'object' && read !== null && 'rv' in read && 'start' in read) {
      const { rv, start } = read;
      if (typeof rv === 'number' && Number.isInteger(rv) && typeof start === 'string' && start.endsWith('\0')) {
        return { revision: rv < 0 ? null : rv, after: start.slice(0, -1) };
      }
    }
  } catch {
    // Told below: what is no JSON is no token either.
  }
  throw badRequest('continue key is not valid: it is none that this server has given');
}

function checkMatch(match: string, version: string, token: string): void {
  if (match === '') return;
  const field = 'resourceVersionMatch';
  if (version === '') throw forbidden(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (token !== '') throw forbidden(field, 'resourceVersionMatch is forbidden when continue is provided');
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    throw invalidListOptions({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${JSON.stringify(match)}: supported values: "", "Exact", "NotOlderThan"`,
      field,
    });
  }
  if (match === 'Exact' && version === '0') {
    throw forbidden(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
}

export function forbidden(field: string, why: string): Error {
  return invalidListOptions({ reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field });
}

function tooLarge(version: string, store: ObjectStore): Error {
  const current = store.versions.write(store.revision);
  return apiError(504, `Too large resource version: ${version}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}
