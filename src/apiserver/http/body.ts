import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { parse } from 'yaml';
import { apiError, badRequest } from '../api-error.js';
import { isJsonObject, type JsonObject } from '../json.js';

/** As the real server limits them. */
export const bodyLimit = 3 * 1024 * 1024;

/**
 * The whole body.
 * @throws ApiError 413 where it is longer than the limit, 400 where it ends early
 */
export function readBody(request: IncomingMessage | Http2ServerRequest): Promise<Buffer> {
  return new Promise((done, fail) => {
    const pieces: Buffer[] = [];
    let length = 0;
    if (Number(request.headers['content-length'] ?? 0) > bodyLimit) {
      fail(tooLarge());
      return;
    }
    request.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > bodyLimit) fail(tooLarge());
      else pieces.push(piece);
    });
    request.on('end', () => done(Buffer.concat(pieces)));
    request.on('error', () => fail(brokenOff()));
    request.on('close', () => fail(brokenOff()));
  });
}

export type BodyFormat = 'json' | 'yaml' | 'json-patch' | 'merge-patch' | 'strategic-merge-patch';

const formats: ReadonlyMap<string, BodyFormat> = new Map([
  ['', 'json'],
  ['application/json', 'json'],
  ['application/yaml', 'yaml'],
  ['application/json-patch+json', 'json-patch'],
  ['application/merge-patch+json', 'merge-patch'],
  ['application/strategic-merge-patch+json', 'strategic-merge-patch'],
]);

/** @throws ApiError 415 for a format that is not among those that are accepted here */
export function bodyFormat(contentType: string | undefined, accepted: readonly BodyFormat[]): BodyFormat {
  const name = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const format = formats.get(name);
  if (format !== undefined && accepted.includes(format)) return format;
  const listed = [...formats].filter(([type, each]) => type !== '' && accepted.includes(each)).map(([type]) => type);
  const hint = name.endsWith('protobuf')
    ? '; this API reads no protobuf, so a client of client-go that writes needs rest.Config.ContentType = "application/json"'
    : '';
  throw apiError(
    415,
    `the body of the request was in an unknown format - accepted media types include: ${listed.join(', ')}${hint}`,
  );
}

/** @throws ApiError 400 */
export function parseBody(body: Buffer, format: BodyFormat): unknown {
  const text = body.toString('utf8');
  try {
    const value: unknown = format === 'yaml' ? parse(text) : JSON.parse(text);
    return value;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw badRequest(`the object provided is unrecognized (must be of type object): couldn't get version/kind: ${why}`);
  }
}

/** @throws ApiError 400 */
export function parseObject(body: Buffer, format: BodyFormat): JsonObject {
  const value = parseBody(body, format);
  if (!isJsonObject(value)) {
    throw badRequest('the object provided is unrecognized (must be of type object)');
  }
  return value;
}

function tooLarge(): Error {
  return apiError(413, `Request entity too large: limit is ${bodyLimit}`);
}

function brokenOff(): Error {
  return badRequest('unexpected EOF');
}
