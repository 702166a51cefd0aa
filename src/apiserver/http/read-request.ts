import type { IncomingHttpHeaders } from 'node:http';
import type { ApiRequest } from '../request-hook.js';
import { flagIn, readQuery } from './query.js';
import { type RequestPath, readPath } from './request-path.js';

export interface RawRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A request as far as its head tells. */
export interface ReadRequest {
  readonly api: ApiRequest;
  /** Null where the path can name nothing. */
  readonly path: RequestPath | null;
  readonly acceptsGzip: boolean;
}

export function readRequest(raw: RawRequest, seq: number, time: number): ReadRequest {
  const at = raw.url.indexOf('?');
  const text = at < 0 ? raw.url : raw.url.slice(0, at);
  const query = readQuery(at < 0 ? '' : raw.url.slice(at + 1));
  const path = readPath(text);
  const resource = path?.kind === 'resource' ? path : null;
  return {
    path,
    acceptsGzip: /\bgzip\b/.test(String(raw.headers['accept-encoding'] ?? '')),
    api: {
      seq,
      time,
      verb: resource === null ? documentVerb(text) : verbOf(raw.method, resource, query),
      group: resource?.group ?? '',
      version: resource?.version ?? '',
      resource: resource?.plural ?? '',
      subresource: resource?.subresource ?? null,
      namespace: resource?.namespace ?? null,
      name: resource?.name ?? null,
      path: text,
      query,
      userAgent: raw.headers['user-agent'] ?? '',
      token: /^bearer\s+(\S+)$/i.exec(raw.headers.authorization ?? '')?.[1] ?? null,
    },
  };
}

function documentVerb(path: string): string {
  return path.replace(/\/$/, '') === '/version' ? 'version' : 'discovery';
}

/** "" for a method that the API does not have. */
function verbOf(
  method: string,
  path: RequestPath & { kind: 'resource' },
  query: Readonly<Record<string, string>>,
): string {
  const one = path.name !== null;
  switch (method) {
    case 'GET':
      if (path.watch) return 'watch';
      if (one) return 'get';
      return flagIn(query, 'watch') === true ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return one ? 'delete' : 'deletecollection';
    default:
      return '';
  }
}
