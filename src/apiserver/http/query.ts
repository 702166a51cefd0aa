import { apiError, badRequest } from '../api-error.js';
import type { StatusCause } from '../status.js';

export type Query = Readonly<Record<string, string>>;

/** The last value of each name; what is no valid escape stays as it was written. */
export function readQuery(text: string): Query {
  return Object.fromEntries(new URLSearchParams(text));
}

/** @throws ApiError 400 where the value is no number that Kubernetes would take */
export function numberIn(query: Query, name: string): number | undefined {
  const text = query[name];
  if (text === undefined || text === '') return undefined;
  if (!/^[+-]?\d{1,18}$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax (query parameter ${name})`);
  }
  return Number(text);
}

/** As Kubernetes reads switches in queries: anything but false and 0 is true. */
export function flagIn(query: Query, name: string): boolean | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  return !['false', '0', 'f', 'F', 'FALSE', 'False'].includes(text);
}

/** 422 as the real server refuses combinations of list options. */
export function invalidListOptions(cause: StatusCause & { readonly field: string; readonly message: string }): Error {
  return apiError(422, `ListOptions.meta.k8s.io "" is invalid: ${cause.field}: ${cause.message}`, {
    group: 'meta.k8s.io',
    kind: 'ListOptions',
    causes: [cause],
  });
}
