import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { type Compat, compatTraits } from '../../../kube/compat.js';
import { messageType } from '../../../wire/protos.js';
import { playedByScenario } from '../../agent-call-reading.js';

/** Another agent of the same cluster, played by the scenario. */
export interface OtherAgent {
  /** "ctrl_ip-ctrl_mac", as the server knows it. */
  readonly key: string;
  /** Registers, or asks for its configuration again. @returns whether it was chosen to report the cluster */
  sync(): Promise<boolean>;
  /** Reports so many NICs of its root namespace, each with an address of its own; at most 4,096. */
  reportNics(count: number): Promise<void>;
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

const deadlineMs = 10_000;
const largestAnswer = 64 * 1024 * 1024;

export function createOtherAgent({ compat, server, clusterId, number, policy }: OtherAgentOptions): OtherAgent {
  const own = compatTraits[compat].package;
  const client = new Client(server, credentials.createInsecure(), { 'grpc.max_receive_message_length': largestAnswer });
  const ip = `10.10.0.${number}`;
  const mac = `02:00:00:00:00:${number.toString(16).padStart(2, '0')}`;
  const bootTime = Math.floor(Date.now() / 1000);
  let agentId = 0;

  const call = (method: string, request: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const metadata = new Metadata();
      // The agent that is judged is another one.
      metadata.set(playedByScenario, 'other-agent');
      const same = (bytes: Buffer): Buffer => bytes;
      const options = { deadline: Date.now() + deadlineMs };
      client.makeUnaryRequest(
        `/${own}.Synchronizer/${method}`,
        same,
        same,
        request,
        metadata,
        options,
        (error, answer) => (error === null ? resolve(answer ?? Buffer.alloc(0)) : reject(error)),
      );
    });

  return {
    key: `${ip}-${mac}`,
    async sync() {
      const request = messageType(`${own}.SyncRequest`).encode({
        ctrl_ip: ip,
        ctrl_mac: mac,
        host: `other-${number}`,
        host_ips: [ip],
        boot_time: bootTime,
        state: 'RUNNING',
        kubernetes_cluster_id: clusterId,
        kubernetes_watch_policy: policy,
        kubernetes_force_watch: policy === 'KWP_WATCH_ONLY',
        process_name: 'deepflow-agent-ce',
        ...(own === 'agent' ? { current_grpc_buffer_size: largestAnswer } : {}),
      });
      const answer = messageType(`${own}.SyncResponse`).tryDecode(await call('Sync', request)).message as Answer | null;
      const told = answer?.dynamic_config ?? answer?.config;
      agentId = told?.agent_id ?? told?.vtap_id ?? agentId;
      return told?.kubernetes_api_enabled === true;
    },
    async reportNics(count) {
      const interfaces = Array.from({ length: count }, (_, index) => ({
        name: `eth${index}`,
        mac: String(0x0200_0000_0000 + number * 0x100_0000 + index),
        ip: [`10.${number}.${index >> 8}.${index & 255}/16`],
      }));
      await call(
        'GenesisSync',
        messageType(`${own}.GenesisSyncRequest`).encode({
          version: bootTime,
          source_ip: ip,
          kubernetes_cluster_id: clusterId,
          platform_data: { raw_hostname: `other-${number}`, interfaces },
          ...(own === 'agent'
            ? { agent_type: 'TT_VM_POD', agent_id: agentId, agent_info: { ip, mac } }
            : { trident_type: 'TT_VM_POD', vtap_id: agentId }),
        }),
      );
    },
    close: () => client.close(),
  };
}

interface Answer {
  readonly dynamic_config?: Told | null;
  readonly config?: Told | null;
}

interface Told {
  readonly kubernetes_api_enabled?: boolean;
  readonly agent_id?: number;
  readonly vtap_id?: number;
}
