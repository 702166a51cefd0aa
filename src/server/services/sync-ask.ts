import type { MessageOutput } from '../../wire/message-types.js';
import { messageType } from '../../wire/protos.js';
import type { AgentDescription, WatchPolicy } from '../model/agent-record.js';
import type { SeenIdentity } from '../model/agents.js';
import { agentBits } from '../model/exceptions.js';
import type { SentVersions } from '../model/push-answer.js';
import type { TapMode } from '../model/server-change.js';

/** What an agent says with Sync or Push, the same for both packages. Texts are cut to a sane length. */
export interface SyncAsk extends AgentDescription {
  readonly identity: SeenIdentity;
  readonly team: string;
  readonly clusterId: string;
  /** Wanted name of the cluster's domain; "" for none. */
  readonly clusterName: string;
  readonly policy: WatchPolicy;
  readonly tapMode: TapMode;
  /** Versions that the agent has. */
  readonly versions: SentVersions;
  /** The longest answer that it takes, bytes; null where it is not known to have a limit. */
  readonly bufferSize: number | null;
}

export type DecodedAsk =
  | { readonly ask: SyncAsk; readonly problem: null }
  | { readonly ask: null; readonly problem: string };

/** What agents take that do not say how much. */
export const defaultBufferSize = 1024 * 1024;

export function decodeSyncAsk(packageName: 'agent' | 'trident', request: Uint8Array): DecodedAsk {
  return packageName === 'agent' ? decodeAgentAsk(request) : decodeTridentAsk(request);
}

function decodeAgentAsk(request: Uint8Array): DecodedAsk {
  const { message, problem } = messageType('agent.SyncRequest').tryDecode(request);
  if (message === null) return { ask: null, problem };
  const size = Number(message.current_grpc_buffer_size ?? 0);
  const ask: SyncAsk = {
    groupRequest: cut(message.agent_group_id_request),
    tapMode: tapModes[message.packet_capture_type ?? ''] ?? 0,
    exceptionText: cut(message.exception_description),
    bufferSize: size === 0 ? defaultBufferSize : size,
    ...commonAsk(message),
  };
  return { ask, problem: null };
}

function decodeTridentAsk(request: Uint8Array): DecodedAsk {
  const { message, problem } = messageType('trident.SyncRequest').tryDecode(request);
  if (message === null) return { ask: null, problem };
  const ask: SyncAsk = {
    groupRequest: cut(message.vtap_group_id_request),
    tapMode: tapModes[message.tap_mode ?? ''] ?? 0,
    exceptionText: '',
    bufferSize: null,
    ...commonAsk(message),
  };
  return { ask, problem: null };
}

type Common = Omit<SyncAsk, 'groupRequest' | 'tapMode' | 'exceptionText' | 'bufferSize'>;

function commonAsk(message: MessageOutput<'agent.SyncRequest' | 'trident.SyncRequest'>): Common {
  return {
    identity: {
      // Not cut: an identity that is too long is none.
      ctrlIp: message.ctrl_ip ?? '',
      ctrlMac: message.ctrl_mac ?? '',
      identifiedBy: message.agent_unique_identifier === 'IP' ? 'ip' : 'ip-and-mac',
    },
    team: message.team_id ?? '',
    clusterId: message.kubernetes_cluster_id ?? '',
    clusterName: message.kubernetes_cluster_name ?? '',
    policy: policyOf(message),
    processName: cut(message.process_name),
    revision: cut(message.revision),
    host: cut(message.host),
    hostIps: (message.host_ips ?? []).slice(0, maxHostIps).map(cut),
    exceptionBits: agentBits(message.exception ?? '0'),
    configAccepted: message.config_accepted ?? true,
    arch: cut(message.arch),
    os: cut(message.os),
    kernelVersion: cut(message.kernel_version),
    cpuNum: message.cpu_num ?? 0,
    memorySize: message.memory_size ?? '0',
    bootTime: message.boot_time ?? 0,
    versions: {
      platformData: Number(message.version_platform_data ?? 0),
      acls: Number(message.version_acls ?? 0),
      groups: Number(message.version_groups ?? 0),
    },
  };
}

function policyOf(message: MessageOutput<'agent.SyncRequest' | 'trident.SyncRequest'>): WatchPolicy {
  const policy = message.kubernetes_watch_policy;
  if (message.kubernetes_force_watch === true || policy === 'KWP_WATCH_ONLY') return 'watch-only';
  return policy === 'KWP_WATCH_DISABLED' ? 'never' : 'normal';
}

const tapModes: Readonly<Record<string, TapMode>> = { LOCAL: 0, MIRROR: 1, ANALYZER: 2, DECAP: 3 };

const maxHostIps = 256;
const maxText = 256;

function cut(text = ''): string {
  return text.length > maxText ? text.slice(0, maxText) : text;
}
