import { messageType } from '../../wire/protos.js';
import type { GroupConfiguration } from '../model/agent-groups.js';
import { type AgentTypeName, agentKey, type SavedAgent } from '../model/agent-record.js';
import type { LocalEnd } from '../model/call-outcome.js';
import type { Machine } from '../model/cluster-platform.js';
import { regionId } from '../model/platform-encoding.js';
import type { PlatformContent } from '../model/platform-memory.js';
import type { ViewSegment } from '../model/platform-view.js';
import type { SentVersions } from '../model/push-answer.js';
import type { Configurations } from './configuration-cache.js';

/** All that an agent is told, the same for both packages. */
export interface SyncAnswer {
  readonly configurations: Configurations;
  /** null: the group has none. */
  readonly configuration: GroupConfiguration | null;
  /** Where the agent is told to be from now on, mostly the address that it reached: its default would be 127.0.0.1:30035. */
  readonly local: LocalEnd;
  /** The agent has to watch Kubernetes. */
  readonly watches: boolean;
  readonly type: AgentTypeName;
  /** null: not registered, so the agent stays disabled. */
  readonly registered: RegisteredAnswer | null;
}

export interface RegisteredAnswer {
  readonly agent: SavedAgent;
  /** Short id. */
  readonly group: string;
  /** 0: no domain. */
  readonly podClusterId: number;
  /** "": none. */
  readonly upgradeRevision: string;
  /** null: nothing is known. */
  readonly platform: PlatformContent | null;
  readonly machine: Machine;
  /** Only told to agents that capture for others. */
  readonly remote: readonly ViewSegment[];
  /** What the agent has already. */
  readonly versions: SentVersions;
}

const vpcId = 1;
const teamId = 1;
const organizationId = 1;

/** There are no policies. That is a set with a version, so that agents count Push as alive. */
export const noAcls = { version: 1, bytes: Buffer.alloc(0) } as const;

export function versionsOf({ registered }: SyncAnswer): SentVersions {
  if (registered?.agent.enabled !== true) return { platformData: 0, acls: 0, groups: 0 };
  const { platform } = registered;
  return {
    platformData: platform?.platformVersion ?? 0,
    acls: noAcls.version,
    groups: platform?.groupsVersion ?? 0,
  };
}

/** @param bufferSize the longest message that the agent takes, bytes; null where it is not known to have a limit */
export function encodeSyncAnswer(name: 'agent' | 'trident', answer: SyncAnswer, bufferSize: number | null): Uint8Array {
  if (name === 'trident') return encodeTridentAnswer(answer);
  const whole = encodeAgentAnswer(answer, null);
  if (bufferSize === null || whole.length <= bufferSize) return whole;
  return encodeAgentAnswer(answer, roomFor(whole.length));
}

const mebibyte = 1024 * 1024;

/** Whole MiB with one to spare. */
function roomFor(bytes: number): number {
  return (Math.ceil(bytes / mebibyte) + 1) * mebibyte;
}

/** @param newBufferSize null: everything; else what has to come first, and how large a message the agent has to expect */
function encodeAgentAnswer(answer: SyncAnswer, newBufferSize: number | null): Uint8Array {
  const { registered, configurations, configuration, local } = answer;
  const enabled = registered?.agent.enabled === true;
  const partial = newBufferSize !== null;
  return messageType('agent.SyncResponse').encode({
    status: 'SUCCESS',
    user_config: configurations.userConfig(configuration, local),
    dynamic_config: {
      enabled,
      kubernetes_api_enabled: answer.watches,
      agent_type: answer.type,
      ...(registered === null
        ? {}
        : {
            agent_id: registered.agent.id,
            region_id: regionId,
            vpc_id: vpcId,
            team_id: teamId,
            organize_id: organizationId,
            pod_cluster_id: registered.podClusterId,
            hostname: hostOf(registered.agent),
            group_id: registered.group,
          }),
    },
    ...(registered === null || !enabled ? {} : told(registered, partial)),
    ...(partial ? { only_partial_fields: true, new_grpc_buffer_size: newBufferSize } : {}),
  });
}

function encodeTridentAnswer(answer: SyncAnswer): Uint8Array {
  const { registered, configurations, configuration, local } = answer;
  const enabled = registered?.agent.enabled === true;
  return messageType('trident.SyncResponse').encode({
    status: 'SUCCESS',
    config: {
      ...configurations.config(configuration, local),
      enabled,
      kubernetes_api_enabled: answer.watches,
      trident_type: answer.type,
      ...(registered === null
        ? {}
        : {
            vtap_id: registered.agent.id,
            region_id: regionId,
            epc_id: vpcId,
            team_id: teamId,
            organize_id: organizationId,
            pod_cluster_id: registered.podClusterId,
            host: hostOf(registered.agent),
          }),
    },
    ...(registered === null || !enabled ? {} : told(registered, false)),
  });
}

function told(registered: RegisteredAnswer, partial: boolean) {
  const { upgradeRevision, machine } = registered;
  return {
    revision: upgradeRevision,
    self_update_url: upgradeRevision === '' ? '' : 'grpc',
    containers: machine.containers.map(({ podId, containerId }) => ({ pod_id: podId, container_id: containerId })),
    ...(partial ? {} : data(registered)),
  };
}

/** Bytes go with each version that the agent has not: without them it would take the new set for an empty one. */
function data({ platform, machine, remote, versions }: RegisteredAnswer) {
  return {
    version_acls: noAcls.version,
    ...(versions.acls === noAcls.version ? {} : { flow_acls: noAcls.bytes }),
    ...(platform === null
      ? {}
      : {
          version_platform_data: platform.platformVersion,
          version_groups: platform.groupsVersion,
          ...(versions.platformData === platform.platformVersion ? {} : { platform_data: platform.platformData }),
          ...(versions.groups === platform.groupsVersion ? {} : { groups: platform.groups }),
        }),
    local_segments: machine.segment === null ? [] : [segmentMessage(machine.segment)],
    remote_segments: remote.map(segmentMessage),
    // Machines that capture for their neighbours would be told what those capture themselves; this server knows of none.
    skip_interface: [],
  };
}

/** Agents pass over a segment whose two lists of MACs are not of one length. */
function segmentMessage({ id, macs, interfaceIds }: ViewSegment) {
  return { id, mac: [...macs], interface_id: [...interfaceIds], vmac: [...macs] };
}

function hostOf(agent: SavedAgent): string {
  return agent.host === '' ? agentKey(agent) : agent.host;
}

/** Agents log it and go on as they are. @param revision the agent's own */
export function encodeSyncFailure(name: 'agent' | 'trident', revision: string): Uint8Array {
  return messageType(`${name}.SyncResponse`).encode({ status: 'FAILED', revision });
}
