import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';

/** Where a Kubernetes API is, embedded or real. */
export interface ApiAccess {
  readonly url: string;
  readonly token: string;
  /** PEM; of plain HTTP none. */
  readonly ca?: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON; fails the test where it is none. */
  readonly json: Json;
}

// biome-ignore lint/suspicious/noExplicitAny: bodies of every shape are looked into, and what is not there fails the test.
export type Json = any;

export interface Watch {
  readonly status: number;
  /** The next event; null when the watch has ended. */
  next(): Promise<Json>;
  /** Events up to the first one that is wanted, this included. */
  until(wanted: (event: Json) => boolean): Promise<Json[]>;
  stop(): void;
}

export interface ApiClient {
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  get(path: string): Promise<ApiAnswer>;
  post(path: string, body: unknown): Promise<ApiAnswer>;
  put(path: string, body: unknown): Promise<ApiAnswer>;
  patch(path: string, type: 'json' | 'merge' | 'strategic-merge', body: unknown): Promise<ApiAnswer>;
  delete(path: string, options?: unknown): Promise<ApiAnswer>;
  watch(path: string): Promise<Watch>;
}

/** A client that hides nothing: HTTP/1.1, one connection a request. */
export function createApiClient(access: ApiAccess): ApiClient {
  function open(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<{ readonly response: IncomingMessage; readonly stop: () => void }> {
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    const send = access.url.startsWith('https:') ? httpsRequest : httpRequest;
    return new Promise((done, fail) => {
      const request = send(`${access.url}${path}`, {
        method,
        agent: false,
        ...(access.ca === undefined ? {} : { ca: access.ca }),
        headers: {
          authorization: `Bearer ${access.token}`,
          ...(text === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
      });
      request.on('error', fail);
      request.on('response', (response) => done({ response, stop: () => request.destroy() }));
      request.end(text ?? undefined);
    });
  }

  async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const { response } = await open(method, path, body, headers);
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString('utf8');
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text,
      get json(): Json {
        return JSON.parse(text);
      },
    };
  }

  return {
    send,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    patch: (path, type, body) =>
      send('PATCH', path, body, { 'content-type': `application/${type === 'json' ? 'json' : type}-patch+json` }),
    delete: (path, options) => send('DELETE', path, options),
    watch: async (path) => {
      const { response, stop } = await open('GET', path, undefined, {});
      response.on('error', () => {});
      const lines = createInterface({ input: response })[Symbol.asyncIterator]();
      const next = async () => {
        const line = await lines.next();
        return line.done === true ? null : JSON.parse(line.value);
      };
      return {
        status: response.statusCode ?? 0,
        next,
        stop,
        until: async (wanted) => {
          const seen: Json[] = [];
          for (;;) {
            const event = await next();
            if (event === null) throw new Error(`the watch ended after ${JSON.stringify(seen)}`);
            seen.push(event);
            if (wanted(event)) return seen;
          }
        },
      };
    },
  };
}
