import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { answerJson, answerStatus } from '../../../apiserver/handle/answer.js';
import type { RawRequest, ReadRequest } from '../../../apiserver/http/read-request.js';
import type { AnswerSink, Intervention } from '../../../apiserver/request-hook.js';
import type { RecordedAnswer } from '../../../apiserver/request-recorder.js';
import { failure } from '../../../apiserver/status.js';
import type { ClusterConnection } from './cluster-connection.js';
import { inconsistentToken, twistedQuery, type VersionBefore, withoutItems } from './twist-list.js';
import { linesOf } from './watch-pieces.js';
import { type WatchedEvent, watchedEvent } from './watched-event.js';

export interface Forwarding {
  readonly connection: ClusterConnection;
  readonly versionBefore: VersionBefore;
  /** Waits before an event is passed on. */
  readonly beforeEvent: (event: WatchedEvent) => Promise<void>;
}

export interface ForwardedRequest {
  readonly raw: RawRequest;
  readonly read: ReadRequest;
  readonly body: Readable;
  readonly sink: AnswerSink;
  readonly recorded: RecordedAnswer;
  readonly intervention: Intervention | null;
}

/** Of the connection, not of the answer. */
const ofConnection = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'date'];

/** Passes a request on and its answer back, with the changes that a fault asks for. @throws where the connection breaks */
export async function forwardRequest(forwarding: Forwarding, request: ForwardedRequest): Promise<void> {
  const { raw, read, body, sink, recorded, intervention } = request;
  const { api } = read;
  const twist = intervention?.list ?? {};
  if (twist.expireContinue === true && answerExpired(sink, api.query.continue ?? '')) return;
  const [path = '', search = ''] = splitOnce(raw.url, '?');
  const query =
    intervention?.list === undefined
      ? search
      : twistedQuery(new URLSearchParams(search), twist, api.resource, forwarding.versionBefore).toString();
  const abort = new AbortController();
  sink.onClose(() => abort.abort());
  const isRead = ['GET', 'HEAD'].includes(raw.method);
  const answer = await forwarding.connection.open({
    method: raw.method,
    path: query === '' ? path : `${path}?${query}`,
    headers: forwardedHeaders(raw.headers, intervention !== null || api.verb === 'watch'),
    ...(isRead ? {} : { body }),
    signal: abort.signal,
  });
  const status = answer.statusCode ?? 502;
  if (twist.empty === true && status === 200) {
    answerJson(sink, status, Buffer.from(withoutItems(await textOf(answer))));
    return;
  }
  sink.begin(status, answerHeaders(answer.headers));
  const isWatch = api.verb === 'watch' && status === 200;
  for await (const piece of isWatch ? linesOf(answer) : (answer as AsyncIterable<Buffer>)) {
    if (isWatch) {
      const event = watchedEvent(piece);
      if (event !== null) {
        await forwarding.beforeEvent(event);
        recorded.note(event.type, event.object, event.resourceVersion);
      }
    }
    await sink.write(piece);
  }
  sink.end();
}

function answerExpired(sink: AnswerSink, token: string): boolean {
  const rest = inconsistentToken(token);
  if (rest === null) return false;
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results.';
  answerStatus(sink, failure(410, message, { metadata: { continue: rest } }));
  return true;
}

/** @param plain events and lists have to be read on the way: JSON, and not compressed */
function forwardedHeaders(headers: IncomingHttpHeaders, plain: boolean): IncomingHttpHeaders {
  const passed = Object.entries(headers).filter(([name]) => !name.startsWith(':') && !ofConnection.includes(name));
  const {
    'accept-encoding': encoding,
    accept,
    'content-length': length,
    ...rest
  } = Object.fromEntries(passed) as IncomingHttpHeaders;
  return {
    ...rest,
    accept: withoutProtobuf(accept),
    ...(length === undefined ? {} : { 'content-length': length }),
    ...(plain || encoding === undefined ? {} : { 'accept-encoding': encoding }),
  };
}

function withoutProtobuf(accept = 'application/json'): string {
  const spoken = accept.split(',').filter((type) => !type.includes('protobuf'));
  return spoken.length === 0 ? 'application/json' : spoken.join(',');
}

function answerHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || ofConnection.includes(name) ? [] : [[name, String(value)]],
    ),
  );
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

function splitOnce(text: string, at: string): readonly string[] {
  const index = text.indexOf(at);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}
