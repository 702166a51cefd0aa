import { createSecureContext } from 'node:tls';
import { Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { compatTraits } from '../kube/compat.js';
import { findMethod, rawService, serviceNames } from '../wire/protos.js';
import type { Foresee } from './arriving-message.js';
import { type Admit, createCallHandler } from './call-handler.js';
import type { AdjustableClock } from './clock.js';
import type { DataFolder } from './data/data-folder.js';
import type { ConnectionEnd } from './faults/break-connection.js';
import { createRefusable } from './faults/refusable.js';
import type { CallFaults } from './faults/server-faults.js';
import { hookHttp2 } from './http2-hook.js';
import { ListenError } from './listen-error.js';
import type { RestartableModel } from './model/restartable-model.js';
import { isPlayed } from './model/server-model.js';
import { createOpenCalls, endpoint } from './open-calls.js';
import type { Recorder } from './recorder.js';
import { createReflection } from './reflection.js';
import { createOpenStreams, type OpenStreamStats } from './streams/open-streams.js';
import { playedStream } from './streams/played-streams.js';
import type { RemoteConsole } from './streams/remote-execute.js';
import { createStreamHandlers } from './streams/stream-handler.js';
import { defaultStreamLimits, type StreamLimits } from './streams/stream-limits.js';
import { type AgentFiles, createStreamServices } from './streams/stream-services.js';

export interface TlsFiles {
  /** PEM. */
  readonly key: Buffer;
  readonly cert: Buffer;
  /** PEM; where given, clients need a certificate of this authority. */
  readonly ca?: Buffer;
}

export interface GrpcServerOptions extends AgentFiles {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly model: RestartableModel;
  readonly faults: CallFaults;
  readonly recorder: Recorder;
  readonly clock: AdjustableClock;
  /** Bytes, for requests and answers. */
  readonly maxMessage: number;
  readonly tls?: TlsFiles;
  /** An answer waits until what it promises is kept there. */
  readonly data?: DataFolder;
  readonly admit?: Admit;
  readonly foresee?: Foresee;
  /** How long a call of an unknown method may take to send its message before it is answered, ms. Default 1,000. */
  readonly unknownMethodWait?: number;
  /** Those that are not the default. */
  readonly streamLimits?: Partial<StreamLimits>;
  readonly onProblem: (message: string, cause: unknown) => void;
}

export interface GrpcServer {
  readonly host: string;
  readonly port: number;
  connections(): number;
  openCalls(): number;
  openStreams(): OpenStreamStats;
  readonly remoteConsole: RemoteConsole;
  breakConnections(end: ConnectionEnd): void;
  /** Resets all connections and refuses new ones for so long. Resolves once they are taken again, or the server closes. */
  refuseConnections(ms: number): Promise<void>;
  /** Takes no more calls, waits `graceMs` for those that are open, then cuts them; all are recorded then. */
  close(graceMs: number): Promise<void>;
}

/**
 * @throws ListenError where the address is taken or not ours
 * @throws RangeError where the TLS files are not usable
 * @throws Error where `@grpc/grpc-js` does not fit
 */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const { model, faults, recorder, clock, maxMessage, onProblem } = options;
  const { settings } = model;
  const ownPackage = compatTraits[settings.compat].package;
  const packages = settings.strictPackages ? [ownPackage] : (['agent', 'trident'] as const);
  const services = packages.flatMap((name) => [`${name}.Synchronizer`, `${name}.Debug`] as const);
  const foreign = new Set<string>();
  const openCalls = createOpenCalls({
    ...{ recorder, clock, maxMessage, onProblem },
    unknownMethodWait: options.unknownMethodWait ?? 1000,
    ...(options.foresee === undefined ? {} : { foresee: options.foresee }),
    methodKind: (path) => {
      if (isPlayed(path, settings, ownPackage)) {
        return 'played';
      }
      if (playedStream(path, settings, ownPackage) !== null) {
        return 'streamed';
      }
      if (foreign.has(path)) {
        return 'foreign';
      }
      const method = findMethod(path);
      return method !== null && packages.includes(method.package) ? 'unplayed' : 'unknown';
    },
  });
  const server = new PathCollectingServer(foreign, {
    'grpc.max_receive_message_length': maxMessage,
    'grpc.max_send_message_length': maxMessage,
    'grpc.enable_channelz': 0,
  });
  const checkHook = hookHttp2(server, openCalls);
  const health = addForeignServices(server, services);
  const handler = createCallHandler({
    ...{ model, faults, onProblem },
    find: openCalls.find,
    note: (record) => void recorder.record(record),
    now: clock.now,
    ...(options.data === undefined ? {} : { data: options.data }),
    ...(options.admit === undefined ? {} : { admit: options.admit }),
  });
  const limits = { ...defaultStreamLimits, ...options.streamLimits };
  const streams = createOpenStreams({ recorder, clock, limits });
  const streamServices = createStreamServices({ ...options, limits });
  const streaming = { faults, streams, find: openCalls.find, onProblem };
  // A strict server of v7 still has some methods of the former package.
  for (const method of serviceNames.flatMap((name) => Object.values(rawService(name)))) {
    const { path, responseSerialize, requestDeserialize } = method;
    const stream = playedStream(path, settings, ownPackage);
    if (stream !== null) {
      const { bidi, serverStream } = createStreamHandlers(streamServices.byMethod[stream], streaming);
      if (method.requestStream) server.register(path, bidi, responseSerialize, requestDeserialize, 'bidi');
      else server.register(path, serverStream, responseSerialize, requestDeserialize, 'serverStream');
    } else if (isPlayed(path, settings, ownPackage)) {
      server.register(path, handler, responseSerialize, requestDeserialize, 'unary');
    }
  }
  const port = await bind(server, options);
  checkHook();
  const listening = createRefusable({
    stop: () => {
      server.unbind(endpoint(options.host, port));
      openCalls.breakConnections('reset');
    },
    start: async () => {
      await bind(server, { ...options, port });
    },
    onProblem,
  });
  let closing: Promise<void> | null = null;

  async function shutDown(graceMs: number): Promise<void> {
    for (const service of ['', ...services]) {
      health.setStatus(service, 'NOT_SERVING');
    }
    await listening.close();
    openCalls.endSilences();
    streamServices.close();
    streams.close();
    const timer = setTimeout(openCalls.destroy, graceMs);
    await new Promise<void>((resolve) => {
      server.tryShutdown(() => resolve());
    });
    clearTimeout(timer);
    openCalls.destroy();
    await openCalls.drained();
    await recorder.idle();
  }

  return {
    host: options.host,
    port,
    connections: openCalls.connections,
    openCalls: openCalls.count,
    openStreams: streams.stats,
    remoteConsole: streamServices.console,
    breakConnections: openCalls.breakConnections,
    refuseConnections: listening.refuse,
    close: (graceMs) => {
      closing ??= shutDown(graceMs);
      return closing;
    },
  };
}

/** Remembers which paths the services of libraries have taken; they do not tell. */
class PathCollectingServer extends Server {
  constructor(
    private readonly paths: Set<string>,
    options: ServerOptions,
  ) {
    super(options);
  }

  override addService(...[service, implementation]: Parameters<Server['addService']>): void {
    for (const method of Object.values(service)) {
      this.paths.add(method.path);
    }
    super.addService(service, implementation);
  }
}

function addForeignServices(server: Server, services: readonly string[]): HealthImplementation {
  const names = ['', ...services];
  const health = new HealthImplementation(Object.fromEntries(names.map((name) => [name, 'SERVING' as const])));
  health.addToServer(server);
  createReflection(services).addToServer(server);
  return health;
}

function credentialsOf(tls: TlsFiles | undefined): ServerCredentials {
  if (tls === undefined) {
    return ServerCredentials.createInsecure();
  }
  const { key, cert, ca } = tls;
  try {
    createSecureContext({ key, cert, ...(ca === undefined ? {} : { ca }) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RangeError(
      `The TLS key, certificate or CA cannot be used: ${reason}. Expected PEM, the key that of the certificate.`,
      {
        cause: error,
      },
    );
  }
  return ServerCredentials.createSsl(ca ?? null, [{ private_key: key, cert_chain: cert }], ca !== undefined);
}

async function bind(server: Server, { host, port, tls }: GrpcServerOptions): Promise<number> {
  const credentials = credentialsOf(tls);
  const address = endpoint(host, port);
  try {
    return await new Promise((resolve, reject) => {
      server.bindAsync(address, credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
    });
  } catch (error) {
    throw new ListenError('gRPC', address, '--listen', error);
  }
}
