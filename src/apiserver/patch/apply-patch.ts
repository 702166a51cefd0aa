import fastJsonPatch, { type Operation } from 'fast-json-patch';
import { apply as applyMergePatch } from 'json-merge-patch';
import type { KubeObject } from '../../kube/kube-object.js';
import { ApiError, apiError, badRequest } from '../api-error.js';
import type { BodyFormat } from '../http/body.js';
import { isJsonObject, type JsonObject } from '../json.js';
import { strategicMerge } from './strategic-merge.js';

/**
 * The object as the patch makes it; the object that was handed in stays as it is.
 * @throws ApiError 400 for a patch that is none, 422 for one that does not fit the object
 */
export function applyPatch(object: KubeObject, patch: unknown, format: BodyFormat): JsonObject {
  let patched: unknown;
  try {
    patched = patchBy(object, patch, format);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw apiError(422, `the server rejected our request due to an error in our request: ${why}`);
  }
  if (!isJsonObject(patched)) throw badRequest('the patch makes something of the object that is no object');
  return patched;
}

function patchBy(object: KubeObject, patch: unknown, format: BodyFormat): unknown {
  if (format === 'json-patch') {
    if (!isOperations(patch)) throw badRequest('a JSON patch is an array of operations with op and path');
    return fastJsonPatch.applyPatch(structuredClone(object), [...patch], true).newDocument;
  }
  if (!isJsonObject(patch)) throw badRequest('a merge patch is an object');
  return format === 'merge-patch' ? applyMergePatch(structuredClone(object), patch) : strategicMerge(object, patch);
}

function isOperations(patch: unknown): patch is readonly Operation[] {
  return Array.isArray(patch) && patch.every((each: unknown) => isJsonObject(each) && typeof each.path === 'string');
}
