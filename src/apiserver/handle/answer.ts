import type { AnswerSink } from '../request-hook.js';
import type { Status } from '../status.js';

const jsonHeaders = { 'content-type': 'application/json', 'cache-control': 'no-cache, private' };

export function answerJson(sink: AnswerSink, status: number, body: Buffer): void {
  sink.begin(status, { ...jsonHeaders, 'content-length': String(body.length) });
  void sink.write(body);
  sink.end();
}

/** A body whose length is not known yet follows. */
export function beginJson(sink: AnswerSink, more: Readonly<Record<string, string>> = {}): void {
  sink.begin(200, { ...jsonHeaders, ...more });
}

export function answerStatus(sink: AnswerSink, status: Status): void {
  const code = status.code ?? 200;
  const body = Buffer.from(`${JSON.stringify(status)}\n`);
  const retryAfter = status.details?.retryAfterSeconds;
  sink.begin(code, {
    ...jsonHeaders,
    'content-length': String(body.length),
    ...(code === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(retryAfter === undefined || (code !== 429 && code < 500) ? {} : { 'retry-after': String(retryAfter) }),
  });
  void sink.write(body);
  sink.end();
}

export function answerText(sink: AnswerSink, status: number, text: string): void {
  const body = Buffer.from(text);
  sink.begin(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': String(body.length) });
  void sink.write(body);
  sink.end();
}
