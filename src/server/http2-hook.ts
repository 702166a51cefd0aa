import type { Http2Server, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Server, ServerCredentials } from '@grpc/grpc-js';

/** What goes on below gRPC. All listeners run before those of `@grpc/grpc-js`. */
export interface Http2Listeners {
  /** A TCP connection, before TLS and HTTP/2. */
  onConnection(socket: Socket): void;
  onSession(session: ServerHttp2Session): void;
  /** @param headers may be added to; gRPC hands them on as metadata */
  onStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[]): void;
  /** The connection broke the rules of HTTP/2, or is none. */
  onSessionError(error: Error): void;
}

/** The one private method of `@grpc/grpc-js` that we build on: it makes the HTTP/2 server for an address. */
interface GrpcServerInternals {
  createHttp2Server?: (credentials: ServerCredentials) => Http2Server;
}

/**
 * Looks on at the HTTP/2 streams of a gRPC server, of which `@grpc/grpc-js` answers many by itself: unknown methods,
 * messages that are too large, streams that end too early.
 *
 * @returns to be called once the server is bound: throws if the hook did not take hold
 * @throws Error if this version of `@grpc/grpc-js` has no place for the hook
 */
export function hookHttp2(server: Server, listeners: Http2Listeners): () => void {
  const internals = server as unknown as GrpcServerInternals;
  const create = internals.createHttp2Server;
  if (typeof create !== 'function') {
    throw new Error(broken('Server.createHttp2Server is gone'));
  }
  let hooked = 0;
  internals.createHttp2Server = (credentials) => {
    const http2Server = create.call(server, credentials);
    if (http2Server.listenerCount('stream') !== 1 || http2Server.listenerCount('session') !== 1) {
      throw new Error(broken('it no longer listens for streams by itself'));
    }
    http2Server.prependListener('connection', (socket: Socket) => listeners.onConnection(socket));
    http2Server.prependListener('session', (session: ServerHttp2Session) => listeners.onSession(session));
    http2Server.prependListener(
      'stream',
      (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, rawHeaders: string[]) =>
        listeners.onStream(stream, headers, rawHeaders),
    );
    http2Server.on('sessionError', (error: Error) => listeners.onSessionError(error));
    hooked += 1;
    return http2Server;
  };
  return () => {
    if (hooked === 0) {
      throw new Error(broken('it makes its HTTP/2 servers another way'));
    }
  };
}

function broken(what: string): string {
  return `This version of @grpc/grpc-js does not fit plumbline: ${what}. Install the version that package-lock.json names.`;
}
