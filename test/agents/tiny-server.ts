import { inflateSync } from 'node:zlib';
import * as grpc from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';

export type Package = 'agent' | 'trident';

/** One KubernetesAPISync call, decoded. */
export interface Report {
  readonly package: Package;
  readonly clusterId: string;
  /** Decimal. */
  readonly version: string;
  readonly errorMsg: string;
  readonly agentId: number;
  readonly sourceIp: string;
  readonly entries: readonly { readonly type: string; readonly object: Record<string, unknown> }[];
  /** ms. */
  readonly at: number;
  /** Another report of the same server had no answer yet. */
  readonly overlaps: boolean;
}

/** Decimal version to answer; null leaves it unset; a status code refuses the call. */
export type Answer = string | null | { readonly status: grpc.status };

export interface TinyServerOptions {
  readonly packages: readonly Package[];
  /** 0 gives none. */
  readonly agentId: number;
  /** Default: as a real server answers, with a memory of one version. */
  readonly answer?: (report: Report, usual: () => Answer) => Answer;
  readonly port?: number;
  /** Default 0. */
  readonly answerAfterMs?: number;
  /** Bytes. */
  readonly maxMessage?: number;
  /** YAML of the agent group; default: empty. */
  readonly groupConfig?: string;
}

export interface TinyServer {
  readonly address: string;
  readonly port: number;
  readonly reports: readonly Report[];
  /** The requests of Sync. */
  readonly syncs: readonly Record<string, unknown>[];
  /** The first report from the n-th on that fits; rejects after 20 s with all that came instead. */
  report(fits: (report: Report) => boolean, from?: number): Promise<Report>;
  /** Whether the agent is the one that has to report; at the start it is. */
  elect(elected: boolean): void;
  /** As a restart does. */
  forget(): void;
  /** Breaks all connections. */
  stop(): void;
}

const protos = loadSync(['agent.proto', 'trident.proto'], {
  includeDirs: ['proto'],
  keepCase: true,
  longs: String,
  enums: String,
  defaults: false,
});

interface Wire {
  readonly cluster_id?: string;
  readonly version?: string;
  readonly error_msg?: string;
  readonly agent_id?: number;
  readonly vtap_id?: number;
  readonly source_ip?: string;
  readonly entries?: readonly { readonly type?: string; readonly compressed_info?: Buffer }[];
}

export async function startTinyServer(options: TinyServerOptions): Promise<TinyServer> {
  const reports: Report[] = [];
  const syncs: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  let memory = '0';
  let open = 0;
  let elected = true;

  const usual = (report: Report): Answer => {
    if (report.agentId === 0) return null;
    if (report.entries.length === 0 && report.version !== memory) return memory;
    memory = report.version;
    return report.version;
  };

  const server = new grpc.Server({ 'grpc.max_receive_message_length': options.maxMessage ?? 100 * 1024 * 1024 });
  for (const name of options.packages) {
    const { Sync, KubernetesAPISync } = protos[`${name}.Synchronizer`] as ServiceDefinition;
    const service = { Sync, KubernetesAPISync } as grpc.ServiceDefinition;
    server.addService(service, {
      Sync: (call: grpc.ServerUnaryCall<Record<string, unknown>, object>, done: grpc.sendUnaryData<object>) => {
        syncs.push(call.request);
        const id =
          options.agentId === 0 ? {} : name === 'agent' ? { agent_id: options.agentId } : { vtap_id: options.agentId };
        const config = { kubernetes_api_enabled: elected, ...id };
        const yaml = options.groupConfig ?? '{}';
        done(null, {
          status: 'SUCCESS',
          ...(name === 'agent'
            ? { user_config: yaml, dynamic_config: config }
            : { config: { ...config, local_config: yaml } }),
        });
      },
      KubernetesAPISync: (call: grpc.ServerUnaryCall<Wire, object>, done: grpc.sendUnaryData<object>) => {
        const report = decode(name, call.request, open > 0);
        open++;
        const answer = options.answer?.(report, () => usual(report)) ?? (options.answer ? null : usual(report));
        reports.push(report);
        setTimeout(() => {
          open--;
          if (typeof answer === 'object' && answer !== null)
            done({ code: answer.status, details: 'as the test wants it' });
          else done(null, answer === null ? {} : { version: answer });
          for (const wake of [...waiting]) wake();
        }, options.answerAfterMs ?? 0);
      },
    });
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${options.port ?? 0}`, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });

  return {
    address: `127.0.0.1:${port}`,
    port,
    reports,
    syncs,
    report: (fits, from = 0) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = reports.slice(from).find(fits);
          if (found === undefined) return;
          clearTimeout(limit);
          waiting.delete(look);
          resolve(found);
        };
        const limit = setTimeout(() => {
          waiting.delete(look);
          const seen = reports.map(({ version, errorMsg, entries }) => `${version} '${errorMsg}' ${entries.length}`);
          const last = seen.slice(-20).join('\n');
          reject(new Error(`no such report after 20000 ms; the last of ${seen.length} were\n${last}`));
        }, 20_000);
        waiting.add(look);
        look();
      }),
    elect: (next) => {
      elected = next;
    },
    forget: () => {
      memory = '0';
    },
    stop: () => server.forceShutdown(),
  };
}

function decode(name: Package, wire: Wire, overlaps: boolean): Report {
  return {
    package: name,
    clusterId: wire.cluster_id ?? '',
    version: wire.version ?? '0',
    errorMsg: wire.error_msg ?? '',
    agentId: wire.agent_id ?? wire.vtap_id ?? 0,
    sourceIp: wire.source_ip ?? '',
    entries: (wire.entries ?? []).map(({ type = '', compressed_info }) => ({
      type,
      object: JSON.parse(inflateSync(compressed_info ?? Buffer.alloc(0)).toString()) as Record<string, unknown>,
    })),
    at: performance.now(),
    overlaps,
  };
}
