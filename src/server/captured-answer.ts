import type { OutgoingHttpHeaders, ServerHttp2Stream, ServerStreamResponseOptions } from 'node:http2';

/** What is sent on a stream, seen from outside. */
export interface CapturedAnswer {
  /** Called instead of sending where the answer is a status alone, without a message. `send` sends it, if it still can. */
  onRefusal(listener: (headers: OutgoingHttpHeaders, send: (headers: OutgoingHttpHeaders) => void) => void): void;
  /** The status behind the messages, where `keep` asks for it; null until it was sent. */
  trailers(): { readonly status: number; readonly statusMessage: string } | null;
  /** The first message, where `keep` asks for it. */
  message(): Buffer;
}

const noMessage: Buffer = Buffer.alloc(0);

export type KeptOfAnswer = 'nothing' | 'status' | 'status and first message';

/** Puts itself between `stream` and whoever answers on it. */
export function captureAnswer(stream: ServerHttp2Stream, keep: KeptOfAnswer): CapturedAnswer {
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
        if (keep !== 'nothing') trailers = statusOf(changed);
        respond(changed, responseOptions);
      }
    });
  };
  if (keep !== 'nothing') {
    const sendTrailers = stream.sendTrailers.bind(stream);
    stream.sendTrailers = (headers: OutgoingHttpHeaders) => {
      trailers = statusOf(headers);
      sendTrailers(headers);
    };
  }
  if (keep === 'status and first message') {
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

function statusOf(headers: OutgoingHttpHeaders): { status: number; statusMessage: string } {
  return { status: Number(headers['grpc-status'] ?? 2), statusMessage: String(headers['grpc-message'] ?? '') };
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
