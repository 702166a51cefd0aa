import type { RestAnswer } from './envelope.js';
import type { RestModel } from './rest-model.js';

export type RestMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One call of the real server's REST. */
export interface RestRoute {
  readonly method: RestMethod;
  /** As the real server registers it, with its slash at the end or without; `:name` is a parameter. */
  readonly path: string;
  handle(call: RestCall, model: RestModel): Promise<RestAnswer | Response>;
}

export interface RestCall {
  readonly request: Request;
  /** A parameter of the path, decoded; "" where the path has none of this name. */
  param(name: string): string;
  /** null where it is absent. */
  query(name: string): string | null;
  /** All of them, where one may be given several times. */
  queries(name: string): readonly string[];
}
