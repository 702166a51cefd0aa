/** What the API answers instead of an object; the body of every error. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  /** The plural of the resource, as the real server has it; of invalid objects their kind. */
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** Reasons by code, where a code has one that is usual. */
const reasons: ReadonlyMap<number, string> = new Map([
  [400, 'BadRequest'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'NotFound'],
  [405, 'MethodNotAllowed'],
  [406, 'NotAcceptable'],
  [409, 'Conflict'],
  [410, 'Expired'],
  [413, 'RequestEntityTooLarge'],
  [415, 'UnsupportedMediaType'],
  [422, 'Invalid'],
  [429, 'TooManyRequests'],
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
  [504, 'Timeout'],
]);

/** A failure; the reason is the usual one of the code where none is given. */
export function failure(
  code: number,
  message: string,
  more: {
    readonly reason?: string;
    readonly details?: StatusDetails;
    readonly metadata?: Readonly<Record<string, unknown>>;
  } = {},
): Status {
  const reason = more.reason ?? reasons.get(code);
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: more.metadata ?? {},
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(more.details === undefined ? {} : { details: more.details }),
    code,
  };
}
