import type { OutgoingHttpHeaders, ServerHttp2Stream, ServerStreamResponseOptions } from 'node:http2';

/** What is sent on a stream, seen from outside. */
export interface CapturedAnswer {
  /** Called instead of sending where the answer is a status alone, without a message. `send` sends it, if it still can. */
  onRefusal(listener: (headers: OutgoingHttpHeaders, send: (headers: OutgoingHttpHeaders) => void) => void): void;
  /** The status behind the messages, where `keepMessage` was asked for; null until it was sent. */
  trailers(): { readonly status: number; readonly statusMessage: string } | null;
  /** The first message, where `keepMessage` was asked for. */
  message(): Buffer;
}

const noMessage: Buffer = Buffer.alloc(0);

/** Puts itself between `stream` and whoever answers on it. */
export function captureAnswer(stream: ServerHttp2Stream, options: { readonly keepMessage: boolean }): CapturedAnswer {
  const respond = stream.respond.bind(stream);
  let listener: Parameters<CapturedAnswer['onRefusal']>[0] | null = null;
  let trailers: ReturnType<CapturedAnswer['trailers']> = null;
  let message = noMessage;

  stream.respond = (headers?: OutgoingHttpHeaders, responseOptions?: ServerStreamResponseOptions) => {
    if (listener === null || responseOptions?.endStream !== true) {
      respond(headers, responseOptions);
      return;
    }
    listener({ ...headers }, (changed) => {
      if (!stream.destroyed && !stream.closed && !stream.headersSent) {
        respond(changed, responseOptions);
      }
    });
  };
  if (options.keepMessage) {
    const sendTrailers = stream.sendTrailers.bind(stream);
    stream.sendTrailers = (headers: OutgoingHttpHeaders) => {
      trailers = { status: Number(headers['grpc-status'] ?? 2), statusMessage: String(headers['grpc-message'] ?? '') };
      sendTrailers(headers);
    };
    keepFirstWrite(stream, (chunk) => {
      message = chunk;
    });
  }

  return {
    onRefusal: (added) => {
      listener = added;
    },
    trailers: () => trailers,
    message: () => message,
  };
}

function keepFirstWrite(stream: ServerHttp2Stream, keep: (message: Buffer) => void): void {
  const write = stream.write.bind(stream) as (...parameters: unknown[]) => boolean;
  const capturing = (chunk: unknown, ...rest: unknown[]): boolean => {
    stream.write = write;
    if (Buffer.isBuffer(chunk)) {
      // Flag and length go in front of the message.
      keep(chunk.subarray(5));
    }
    return write(chunk, ...rest);
  };
  stream.write = capturing;
}
