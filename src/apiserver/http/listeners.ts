import { createServer, type IncomingMessage, type Server } from 'node:http';
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import type { Socket } from 'node:net';
import type { AnswerConnection, RawResponse } from './answer-sink.js';
import type { Certificates } from './certificates.js';
import { stopReading } from './stop-reading.js';

export interface Exchange {
  readonly request: IncomingMessage | Http2ServerRequest;
  readonly response: RawResponse;
  readonly secure: boolean;
  readonly connection: AnswerConnection;
}

/** The two doors of the API: HTTPS (HTTP/2 and HTTP/1.1 by ALPN) and plain HTTP/1.1. */
export interface Listeners {
  readonly url: string;
  readonly httpUrl: string;
  breakConnections(how: 'close' | 'reset'): void;
  close(): Promise<void>;
}

export interface ListenersOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly httpPort: number;
  readonly certificates: Certificates;
  readonly onExchange: (exchange: Exchange) => void;
}

export async function openListeners(options: ListenersOptions): Promise<Listeners> {
  /** By the client's port; the sockets that HTTP/2 requests show cannot be destroyed. */
  const sockets = new Map<string, Socket>();
  const silent = new Set<string>();
  const { cert, key } = options.certificates;
  const secure = createSecureServer({ cert, key, allowHTTP1: true });
  const plain = createServer();

  function track(server: Http2SecureServer | Server, label: string): void {
    server.on('connection', (socket: Socket) => {
      const id = `${label}${socket.remoteAddress}:${socket.remotePort}`;
      sockets.set(id, socket);
      socket.setNoDelay(true);
      socket.on('error', ignore);
      socket.on('close', () => {
        sockets.delete(id);
        silent.delete(id);
      });
    });
  }
  track(secure, 's');
  track(plain, 'p');

  function exchange(request: IncomingMessage | Http2ServerRequest, response: RawResponse, isSecure: boolean): void {
    const { remoteAddress, remotePort } = request.socket;
    const id = `${isSecure ? 's' : 'p'}${remoteAddress}:${remotePort}`;
    request.on('error', ignore);
    const connection: AnswerConnection = {
      reset: () => sockets.get(id)?.resetAndDestroy(),
      silence: () => {
        const socket = sockets.get(id);
        if (socket === undefined) return;
        silent.add(id);
        stopReading(socket);
      },
      isSilent: () => silent.has(id),
    };
    options.onExchange({ request, response, secure: isSecure, connection });
  }
  secure.on('request', (request: Http2ServerRequest, response: Http2ServerResponse) =>
    exchange(request, response, true),
  );
  plain.on('request', (request, response) => exchange(request, response, false));
  // A client that breaks the rules of TLS or HTTP hurts its own connection only.
  secure.on('tlsClientError', ignore);
  secure.on('sessionError', ignore);
  secure.on('clientError', (_error: Error, socket: Socket) => socket.destroy());

  await listen(secure, options.host, options.port);
  await listen(plain, options.host, options.httpPort).catch(async (error: unknown) => {
    await closed(secure);
    throw error;
  });

  return {
    url: `https://${options.host}:${portOf(secure)}`,
    httpUrl: `http://${options.host}:${portOf(plain)}`,
    breakConnections: (how) => {
      for (const socket of [...sockets.values()]) {
        if (how === 'reset') socket.resetAndDestroy();
        else socket.destroy();
      }
    },
    close: async () => {
      const done = Promise.all([closed(secure), closed(plain)]);
      for (const socket of [...sockets.values()]) socket.destroy();
      await done;
    },
  };
}

function listen(server: Http2SecureServer | Server, host: string, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      done();
    });
  });
}

function closed(server: Http2SecureServer | Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
  });
}

function portOf(server: Http2SecureServer | Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function ignore(): void {
  // The connection is gone, which its requests notice by themselves.
}
