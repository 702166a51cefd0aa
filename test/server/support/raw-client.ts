import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { onTestFinished } from 'vitest';

/** Sends bytes of a call, and resolves once the server has read them. */
export async function sendAndAwaitRead(client: RawClient, call: RawCall, bytes: Uint8Array): Promise<void> {
  await new Promise((resolve) => call.stream.write(bytes, resolve));
  await new Promise((resolve) => client.session.ping(() => resolve(null)));
}

/** A client that can do what gRPC libraries never do. Ends with the running test. */
export interface RawClient {
  readonly session: ClientHttp2Session;
  /** Opens a call and sends its headers; nothing else. */
  open(path: string, headers?: OutgoingHttpHeaders): RawCall;
}

export interface RawCall {
  readonly stream: ClientHttp2Stream;
  /** Resolves when the server has ended its side: the HTTP status, and the gRPC status and message if there are any. */
  readonly ended: Promise<{ readonly http: number; readonly status: number | null; readonly message: string }>;
}

export async function connectRaw(address: string): Promise<RawClient> {
  const session = connectHttp2(`http://${address}`);
  session.on('error', () => {
    // The tests provoke errors of the connection; what matters is what the server makes of them.
  });
  onTestFinished(() => session.destroy());
  await once(session, 'connect');
  return {
    session,
    open: (path, headers = {}) => {
      const stream = session.request({
        ...{ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' },
        ...headers,
      });
      stream.on('error', () => {
        // As above.
      });
      return { stream, ended: endOf(stream) };
    },
  };
}

/** Flag, length and message, as gRPC sends them. */
export function framed(message: Uint8Array, options: { compressed?: boolean; declared?: number } = {}): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = options.compressed === true ? 1 : 0;
  prefix.writeUInt32BE(options.declared ?? message.length, 1);
  return Buffer.concat([prefix, message]);
}

function endOf(stream: ClientHttp2Stream): RawCall['ended'] {
  return new Promise((resolve) => {
    let http = 0;
    let status: number | null = null;
    let message = '';
    const read = (headers: Record<string, unknown>) => {
      http = Number(headers[':status'] ?? http);
      status = headers['grpc-status'] === undefined ? status : Number(headers['grpc-status']);
      message = headers['grpc-message'] === undefined ? message : decodeURIComponent(String(headers['grpc-message']));
    };
    stream.on('response', read);
    stream.on('trailers', read);
    stream.on('end', () => resolve({ http, status, message }));
    stream.resume();
  });
}
