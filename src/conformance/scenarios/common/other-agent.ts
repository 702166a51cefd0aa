import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { type Compat, compatTraits } from '../../../kube/compat.js';
import { messageType } from '../../../wire/protos.js';

/** Another agent of the same cluster, played by the scenario. */
export interface OtherAgent {
  /** Registers, or asks for its configuration again. @returns whether it was chosen to report the cluster */
  sync(): Promise<boolean>;
  close(): void;
}

export interface OtherAgentOptions {
  readonly compat: Compat;
  /** "host:port". */
  readonly server: string;
  readonly clusterId: string;
  /** Last part of its address. */
  readonly number: number;
  readonly policy: 'KWP_NORMAL' | 'KWP_WATCH_ONLY' | 'KWP_WATCH_DISABLED';
}

const deadlineMs = 5_000;

export function createOtherAgent({ compat, server, clusterId, number, policy }: OtherAgentOptions): OtherAgent {
  const own = compatTraits[compat].package;
  const client = new Client(server, credentials.createInsecure());
  const request = messageType(`${own}.SyncRequest`).encode({
    ctrl_ip: `10.10.0.${number}`,
    ctrl_mac: `02:00:00:00:00:${number.toString(16).padStart(2, '0')}`,
    kubernetes_cluster_id: clusterId,
    kubernetes_watch_policy: policy,
    kubernetes_force_watch: policy === 'KWP_WATCH_ONLY',
    process_name: 'deepflow-agent-ce',
  });
  return {
    sync: () =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          `/${own}.Synchronizer/Sync`,
          (bytes: Uint8Array) => Buffer.from(bytes),
          (bytes: Buffer) => messageType(`${own}.SyncResponse`).tryDecode(bytes).message,
          request,
          new Metadata(),
          { deadline: Date.now() + deadlineMs },
          (error, answer) => {
            if (error !== null) return reject(error);
            const decoded = answer as { dynamic_config?: Chosen; config?: Chosen } | null | undefined;
            resolve((decoded?.dynamic_config ?? decoded?.config)?.kubernetes_api_enabled === true);
          },
        );
      }),
    close: () => client.close(),
  };
}

interface Chosen {
  readonly kubernetes_api_enabled?: boolean;
}
