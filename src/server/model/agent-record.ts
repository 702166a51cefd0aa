import type { TapMode } from './server-change.js';

export interface AgentIdentity {
  readonly ctrlIp: string;
  readonly ctrlMac: string;
}

/** Names of the wire format's AgentType. */
export type AgentTypeName =
  | 'TT_PROCESS'
  | 'TT_VM'
  | 'TT_PUBLIC_CLOUD'
  | 'TT_PHYSICAL_MACHINE'
  | 'TT_DEDICATED_PHYSICAL_MACHINE'
  | 'TT_HOST_POD'
  | 'TT_VM_POD'
  | 'TT_TUNNEL_DECAPSULATION'
  | 'TT_HYPER_V_COMPUTE'
  | 'TT_HYPER_V_NETWORK'
  | 'TT_K8S_SIDECAR';

/** `watch-only`: it watches and reports, and does nothing else. `never`: it refuses to watch. */
export type WatchPolicy = 'normal' | 'watch-only' | 'never';

/** What an agent says of itself and its machine with each Sync. */
export interface AgentDescription {
  /** `agent_group_id_request`: short id or name of the group that it asked for; "" for none. */
  readonly groupRequest: string;
  readonly processName: string;
  readonly revision: string;
  readonly host: string;
  readonly hostIps: readonly string[];
  /** Bit mask, uint64 in decimal; the agent's own bits. */
  readonly exceptionBits: string;
  readonly exceptionText: string;
  readonly configAccepted: boolean;
  readonly arch: string;
  readonly os: string;
  readonly kernelVersion: string;
  readonly cpuNum: number;
  /** Bytes, decimal. */
  readonly memorySize: string;
  /** Unix time, s; 0 where it did not say. */
  readonly bootTime: number;
}

/** What the database keeps of an agent. */
export interface SavedAgent extends AgentIdentity, AgentDescription {
  /** 1 to 64,000; of a deleted agent it is given again only when all others are taken. */
  readonly id: number;
  readonly lcuuid: string;
  /** No two agents have the same. */
  readonly name: string;
  readonly type: AgentTypeName;
  /** Known by address and MAC, or by the address alone. */
  readonly identifiedBy: 'ip-and-mac' | 'ip';
  readonly enabled: boolean;
  readonly groupLcuuid: string;
  /** What a person should know, e.g. that the group asked for does not exist; "" for nothing. */
  readonly note: string;
  readonly clusterId: string;
  readonly watchPolicy: WatchPolicy;
  readonly tapMode: TapMode;
  /** The revision that it is to fetch; "" for none. */
  readonly upgradeRevision: string;
  /** The image that an agent in Kubernetes is to fetch; "" for none. */
  readonly upgradeImage: string;
  /** Unix time, ms. */
  readonly createdAt: number;
  /** Unix time, ms, of its last Sync. */
  readonly syncedAt: number;
}

/** `lost`: not heard of for longer than `silenceAfter`. */
export type AgentState = 'normal' | 'lost' | 'disabled';

export interface RegisteredAgent extends SavedAgent {
  readonly state: AgentState;
  /** Names of the bits. */
  readonly exceptions: readonly string[];
}

/** As the server writes it in its table of watchers. */
export function agentKey(agent: AgentIdentity): string {
  return `${agent.ctrlIp}-${agent.ctrlMac}`;
}
