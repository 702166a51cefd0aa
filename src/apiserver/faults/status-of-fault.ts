import type { ApiRequest } from '../request-hook.js';
import { failure, type Status } from '../status.js';

export interface StatusFault {
  readonly code: number;
  readonly reason?: string;
  readonly message?: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

/** What the real server says with such a code, where the fault does not say it. */
export function statusOfFault({ code, reason, message, retryAfter }: StatusFault, request: ApiRequest): Status {
  const { group, resource, name } = request;
  const retryAfterSeconds = retryAfter ?? (code === 429 ? 1 : undefined);
  return failure(code, message ?? usualMessage(code, request), {
    ...(reason === undefined ? {} : { reason }),
    details: {
      ...(name === null ? {} : { name }),
      ...(group === '' ? {} : { group }),
      ...(resource === '' ? {} : { kind: resource }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  });
}

function usualMessage(code: number, request: ApiRequest): string {
  const { verb } = request;
  switch (code) {
    case 400:
      return 'the server rejected our request for an unknown reason';
    case 401:
      return 'Unauthorized';
    case 403:
      return forbidden(request);
    case 404:
      return 'the server could not find the requested resource';
    case 410:
      return `The resourceVersion for the provided ${verb === 'watch' ? 'watch' : 'list'} is too old.`;
    case 429:
      return 'the server has received too many requests and has asked us to try again later';
    case 500:
      return 'Internal error occurred: a fault of the storage';
    case 503:
      return 'the server is currently unable to handle the request';
    case 504:
      return 'Timeout: request did not complete within the allotted timeout';
    default:
      return `the server answers with code ${code}`;
  }
}

function forbidden({ verb, group, resource, name, namespace }: ApiRequest): string {
  const what = name === null ? resource : `${resource} ${JSON.stringify(name)}`;
  const where = namespace === null ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return `${what} is forbidden: User "plumbline" cannot ${verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(group)} ${where}`;
}
