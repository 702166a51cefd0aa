/** The two calls to the server, in the package that it speaks. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';

/** Servers from v7 know `agent`, servers up to v6.5 `trident`, those between both. */
export const packages = ['agent', 'trident'] as const;
export type Package = (typeof packages)[number];
/** A Sync is small; an upload may have 100 MiB. */
const deadlineSeconds = { Sync: 10, KubernetesAPISync: 30 };
type Method = keyof typeof deadlineSeconds;
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
  readonly address: string;
  sync(request: object): Promise<SyncAnswer>;
  report(request: object): Promise<ReportAnswer>;
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

  const callIn = (name: Package, method: Method, request: object): Promise<object> => {
    const definition = (protos[`${name}.Synchronizer`] as ServiceDefinition)[method] as MethodDefinition<
      object,
      object
    >;
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
    try {
      return await callIn(spoken, method, request);
    } catch (error) {
      if (isStatus(error, grpc.status.DEADLINE_EXCEEDED)) {
        // The connection may be dead without a sign of it; the next call gets a new one.
        client.close();
        client = openChannel(address);
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
  };
}

export function isStatus(error: unknown, code: grpc.status): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function openChannel(address: string): grpc.Client {
  return new grpc.Client(address, grpc.credentials.createInsecure(), {
    'grpc.max_send_message_length': 100 * mebibyte,
    'grpc.max_receive_message_length': largestAnswer,
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
