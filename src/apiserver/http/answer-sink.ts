import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { AnswerSink } from '../request-hook.js';

export type RawResponse = ServerResponse | Http2ServerResponse;

/** The TCP connection that a response goes through. */
export interface AnswerConnection {
  reset(): void;
  /** Nothing more is read from it. */
  silence(): void;
  /** Nothing may be sent on it any more. */
  isSilent(): boolean;
}

export function createAnswerSink(response: RawResponse, connection: AnswerConnection): AnswerSink {
  const closing: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  let closed = false;

  function close(): void {
    if (closed) return;
    closed = true;
    for (const resume of waiting.splice(0)) resume();
    for (const listener of closing.splice(0)) listener();
  }
  function resume(): void {
    for (const each of waiting.splice(0)) each();
  }
  response.on('drain', resume);
  response.on('close', close);
  response.on('error', close);

  return {
    get closed() {
      return closed;
    },
    begin: (status, headers) => {
      if (closed || connection.isSilent()) return;
      response.writeHead(status, { ...headers });
      if ('flushHeaders' in response) response.flushHeaders();
    },
    write: (piece) => {
      if (closed || connection.isSilent() || piece.length === 0) return Promise.resolve();
      if (writeTo(response, piece)) return Promise.resolve();
      return new Promise((done) => waiting.push(done));
    },
    end: () => {
      if (closed || connection.isSilent()) return;
      response.end();
      close();
    },
    reset: () => {
      if (closed) return;
      connection.reset();
      close();
    },
    resetStream: () => {
      if (closed || connection.isSilent()) return;
      if ('stream' in response) response.stream.close(2);
      else connection.reset();
      close();
    },
    silence: connection.silence,
    onClose: (listener) => {
      if (closed) listener();
      else closing.push(listener);
    },
  };
}

/** Both kinds of response take bytes; their signatures cannot be called as one. */
function writeTo(response: RawResponse, piece: Buffer): boolean {
  return 'stream' in response ? response.write(piece) : response.write(piece);
}
