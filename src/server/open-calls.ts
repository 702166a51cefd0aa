import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { ServerUnaryCall } from '@grpc/grpc-js';
import { createArrivingMessages, type Foresee } from './arriving-message.js';
import type { AdjustableClock } from './clock.js';
import { breakConnection, type ConnectionEnd } from './faults/break-connection.js';
import type { Http2Listeners } from './http2-hook.js';
import type { LocalEnd } from './model/call-outcome.js';
import { type ObservedCall, type ObservedCallOptions, observeCall } from './observed-call.js';
import type { Recorder } from './recorder.js';
import { createSharedMetadata } from './shared-metadata.js';

/** The calls and connections that are open at the moment. */
export interface OpenCalls extends Http2Listeners {
  find(call: Pick<ServerUnaryCall<Buffer, Buffer>, 'metadata'>): ObservedCall | undefined;
  connections(): number;
  count(): number;
  /** Cuts all connections. */
  destroy(): void;
  breakConnections(end: ConnectionEnd): void;
  /** Ends the calls that a fault would never have answered. */
  endSilences(): void;
  /** Resolves once every call that arrived has been recorded. */
  drained(): Promise<void>;
}

export interface OpenCallsOptions {
  readonly recorder: Recorder;
  readonly clock: AdjustableClock;
  readonly maxMessage: number;
  readonly unknownMethodWait: number;
  readonly methodKind: (path: string) => ObservedCallOptions['method'];
  /** Told of uploads that are on their way. */
  readonly foresee?: Foresee;
  readonly onProblem: (message: string, cause: unknown) => void;
}

interface Connection {
  readonly peer: string;
  readonly local: LocalEnd;
  readonly metadata: ReturnType<typeof createSharedMetadata>;
}

/** Carries a call's number through gRPC to its handler; whatever a client sends under this name is overwritten. */
const numberHeader = 'plumbline-call';

export function createOpenCalls(options: OpenCallsOptions): OpenCalls {
  const { recorder, clock, maxMessage, unknownMethodWait, foresee } = options;
  const collectArriving = foresee === undefined ? null : createArrivingMessages(foresee);
  /** By `peer`. */
  const sockets = new Map<string, Socket>();
  const connections = new Map<ServerHttp2Session, Connection>();
  const calls = new Map<string, { readonly call: ObservedCall; readonly session: ServerHttp2Session | undefined }>();
  let waiting: (() => void)[] = [];

  function close(key: string): void {
    calls.delete(key);
    if (calls.size === 0) {
      for (const resolve of waiting) {
        resolve();
      }
      waiting = [];
    }
  }

  function breakSession(session: ServerHttp2Session | undefined, end: ConnectionEnd): void {
    if (session === undefined) return;
    breakConnection(session, sockets.get(connections.get(session)?.peer ?? ''), end);
    if (end !== 'drain') return;
    for (const open of calls.values()) {
      if (open.session === session) open.call.drain();
    }
  }

  return {
    onConnection: (socket: Socket) => {
      const peer = endpoint(plain(socket.remoteAddress), socket.remotePort ?? 0);
      sockets.set(peer, socket);
      socket.once('close', () => sockets.delete(peer));
    },
    onSession: (session: ServerHttp2Session) => {
      const { remoteAddress, remotePort, localAddress, localPort } = session.socket;
      connections.set(session, {
        peer: endpoint(plain(remoteAddress), remotePort ?? 0),
        local: { address: plain(localAddress), port: localPort ?? 0 },
        metadata: createSharedMetadata(),
      });
      session.once('close', () => connections.delete(session));
    },
    onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders) => {
      const seq = recorder.nextSeq();
      const key = String(seq);
      const session = stream.session as ServerHttp2Session | undefined;
      const connection = session === undefined ? undefined : connections.get(session);
      const { peer, local } = connection ?? { peer: 'unknown', local: { address: '', port: 0 } };
      const metadata = (connection?.metadata ?? createSharedMetadata())(rawHeaders);
      const path = String(headers[':path'] ?? '');
      const method = options.methodKind(path);
      const isUpload = method === 'played' && path.endsWith('/KubernetesAPISync');
      const call = observeCall({
        stream,
        headers,
        metadata,
        seq,
        peer,
        local,
        clock,
        steady: clock.steady,
        maxMessage,
        unknownMethodWait,
        method,
        ...(isUpload && collectArriving !== null ? { arriving: collectArriving(seq) } : {}),
        record: async (record) => {
          await recorder.record(record);
          close(key);
        },
        breakConnection: (end) => breakSession(session, end),
      });
      calls.set(key, { call, session });
      headers[numberHeader] = key;
    },
    onSessionError: (error: NodeJS.ErrnoException) => {
      // A client that goes away is no problem of its own: what it had begun is recorded with its streams.
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return;
      options.onProblem('A connection was cut because it does not speak gRPC', error);
    },
    find: ({ metadata }) => calls.get(String(metadata.get(numberHeader)[0]))?.call,
    connections: () => connections.size,
    count: () => calls.size,
    destroy: () => {
      for (const session of connections.keys()) {
        session.destroy();
      }
    },
    breakConnections: (end) => {
      for (const session of connections.keys()) {
        breakSession(session, end);
      }
      // Those that are still in the handshake of TLS have no session yet.
      if (end === 'reset') for (const socket of sockets.values()) socket.resetAndDestroy();
    },
    endSilences: () => {
      for (const { call } of calls.values()) {
        call.endSilence();
      }
    },
    drained: async () => {
      if (calls.size > 0) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}

/** IPv4 addresses come as IPv6 ones where the server listens on "::". */
function plain(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

/** "address:port", with brackets around an IPv6 address. */
export function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
