/** The calls to the server, in the package that it speaks. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';

/** Servers from v7 know `agent`, servers up to v6.5 `trident`, those between both. */
export const packages = ['agent', 'trident'] as const;
export type Package = (typeof packages)[number];
/** A Sync is small; an upload may have 100 MiB. */
const deadlineSeconds = { Sync: 10, KubernetesAPISync: 30, GenesisSync: 10, Query: 10 };
type Method = keyof typeof deadlineSeconds;
type StreamMethod = 'Push' | 'Upgrade';
const mebibyte = 1024 * 1024;
export const largestAnswer = 64 * mebibyte;

export interface SyncAnswer {
  /** v7: YAML of the agent group. */
  readonly user_config?: string;
  /** v7: `dynamic_config`. */
  readonly dynamic_config?: { readonly agent_id?: number; readonly kubernetes_api_enabled?: boolean };
  /** Up to v6.5: `config`; `local_config` is a part of the YAML of the agent group. */
  readonly config?: {
    readonly vtap_id?: number;
    readonly kubernetes_api_enabled?: boolean;
    readonly local_config?: string;
  };
  readonly status?: string;
}

export interface ReportAnswer {
  /** uint64 in decimal; undefined where the server left it unset, which is not the same as 0. */
  readonly version?: string;
}

export interface Server {
  /** The configured one. */
  readonly address: string;
  /** Where calls go to at the moment. */
  readonly target: string;
  sync(request: object): Promise<SyncAnswer>;
  report(request: object): Promise<ReportAnswer>;
  /** Only with --agent-sync, as all that follows. */
  call(method: Method, request: object): Promise<object>;
  stream(method: StreamMethod, request: object): grpc.ClientReadableStream<object>;
  /** From now on calls go there, and streams end. @param largest of an answer, bytes */
  move(target: string, largest: number): void;
}

/** Tries `first` first, and from then on what the server has answered. */
export function connect(address: string, first: Package): Server {
  const protos = loadSync(['agent.proto', 'trident.proto'], {
    includeDirs: [findProtos()],
    keepCase: true,
    longs: String,
    enums: String,
  });
  let spoken = first;
  let client = openChannel(address);
  let target = address;
  let largest = largestAnswer;
  const streams = new Set<grpc.ClientReadableStream<object>>();

  const definitionOf = (name: Package, method: Method | StreamMethod) =>
    (protos[`${name}.Synchronizer`] as ServiceDefinition)[method] as MethodDefinition<object, object>;

  const callIn = (name: Package, method: Method, request: object): Promise<object> => {
    const definition = definitionOf(name, method);
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        definition.path,
        definition.requestSerialize,
        definition.responseDeserialize,
        request,
        new grpc.Metadata(),
        { deadline: Date.now() + deadlineSeconds[method] * 1000 },
        (error, answer) => (error === null ? resolve(answer ?? {}) : reject(error)),
      );
    });
  };

  const call = async (method: Method, request: object): Promise<object> => {
    const used = client;
    try {
      return await callIn(spoken, method, request);
    } catch (error) {
      // The connection may be dead without a sign of it; the next call gets a new one. Another call may have seen to it.
      if (isStatus(error, grpc.status.DEADLINE_EXCEEDED) && client === used) {
        client.close();
        client = openChannel(target, largest);
      }
      if (!isStatus(error, grpc.status.UNIMPLEMENTED)) throw error;
    }
    const other = spoken === 'agent' ? 'trident' : 'agent';
    const answer = await callIn(other, method, request);
    spoken = other;
    return answer;
  };

  return {
    address,
    sync: (request) => call('Sync', request),
    report: (request) => call('KubernetesAPISync', request),
    get target() {
      return target;
    },
    call,
    stream(method, request) {
      const { path, requestSerialize, responseDeserialize } = definitionOf(spoken, method);
      const stream = client.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        new grpc.Metadata(),
        {},
      );
      streams.add(stream);
      stream.once('close', () => streams.delete(stream));
      return stream;
    },
    move(where, bytes) {
      if (where === target && bytes === largest) return;
      client.close();
      client = openChannel(where, bytes);
      target = where;
      largest = bytes;
      for (const stream of streams) stream.cancel();
    },
  };
}

export function isStatus(error: unknown, code: grpc.status): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function openChannel(address: string, largest = largestAnswer): grpc.Client {
  return new grpc.Client(address, grpc.credentials.createInsecure(), {
    'grpc.max_send_message_length': 100 * mebibyte,
    'grpc.max_receive_message_length': largest,
    // Left alone, a channel waits up to two minutes before it looks for a server that was away.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1_000,
  });
}

/** The .proto files of the repository, seen from the source or from the build. */
function findProtos(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'proto', 'agent.proto'))) {
    if (dirname(folder) === folder) throw new Error('no folder proto/ with agent.proto above this program');
    folder = dirname(folder);
  }
  return join(folder, 'proto');
}
