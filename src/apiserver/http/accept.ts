import { apiError } from '../api-error.js';

/**
 * Plain JSON is what this server speaks: Tables, PartialObjectMetadata and protobuf are left to the client's second
 * choice.
 * @throws ApiError 406 where the client takes nothing else
 */
export function checkAccept(accept: string | undefined): void {
  if (accept === undefined || accept.trim() === '') return;
  const takesJson = accept.split(',').some((each) => {
    const [type = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
    if (parameters.some((parameter) => parameter.startsWith('as='))) return false;
    return type === 'application/json' || type === '*/*' || type === 'application/*';
  });
  if (takesJson) return;
  throw apiError(406, 'only the following media types are accepted: application/json');
}
