import type { ChangeRefusal, OptStatus } from '../../model/server-change.js';

/** `OPT_STATUS` of what is refused before the model sees it, too. */
export type RestStatus = OptStatus | 'NO_PERMISSIONS' | 'GET_ORG_DB_FAIL';

/** An answer in the envelope that deepflow-ctl reads. */
export interface RestAnswer {
  readonly code: number;
  readonly status: 'SUCCESS' | RestStatus;
  readonly description: string;
  readonly data: unknown;
}

/** HTTP codes as the real server has them: what somebody did wrong is 400, whatever it is. */
const codes: Readonly<Record<RestStatus, number>> = {
  INVALID_PARAMETERS: 400,
  INVALID_POST_DATA: 400,
  RESOURCE_NOT_FOUND: 400,
  RESOURCE_ALREADY_EXIST: 400,
  RESOURCE_NUM_EXCEEDED: 400,
  NO_PERMISSIONS: 403,
  FAIL: 500,
  SERVER_ERROR: 500,
  GET_ORG_DB_FAIL: 500,
};

/** @param description what a person should know although it went well */
export function success(data: unknown, description = ''): RestAnswer {
  return { code: 200, status: 'SUCCESS', description, data };
}

/** @param code default: the one that goes with the status */
export function failure(status: RestStatus, description: string, code = codes[status]): RestAnswer {
  return { code, status, description, data: null };
}

export function refusal({ status, description }: ChangeRefusal): RestAnswer {
  return failure(status, description);
}

export function notFound(what: string, name: string): RestAnswer {
  return failure('RESOURCE_NOT_FOUND', `${what} (${name.slice(0, 256)}) not found`);
}

export function toResponse(answer: RestAnswer): Response {
  const { code, status, description, data } = answer;
  return Response.json({ OPT_STATUS: status, DESCRIPTION: description, DATA: data }, { status: code });
}
