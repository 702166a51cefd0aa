import { constants, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** `drain`: GOAWAY, and an end once open calls are answered. `goaway`: GOAWAY and an end. `reset`: TCP RST. */
export type ConnectionEnd = 'drain' | 'goaway' | 'reset';

/** @param socket the TCP socket below the session, below TLS too */
export function breakConnection(session: ServerHttp2Session, socket: Socket | undefined, end: ConnectionEnd): void {
  if (session.destroyed) return;
  switch (end) {
    case 'drain':
      if (session.closed) return;
      // First a GOAWAY for no call at all, as gRPC servers do it, for calls that are on their way.
      session.goaway(constants.NGHTTP2_NO_ERROR, maxStreamId);
      session.close();
      return;
    case 'goaway':
      session.destroy();
      return;
    case 'reset':
      socket?.resetAndDestroy();
      session.destroy();
  }
}

const maxStreamId = 2 ** 31 - 1;
