import type { AgentGroup } from '../../model/agent-groups.js';
import type { AgentTypeName, RegisteredAgent } from '../../model/agent-record.js';
import type { Domain } from '../../model/domain-record.js';
import type { RestModel } from './rest-model.js';
import { restTime } from './rest-time.js';

/** DeepFlow's numbers. */
export const agentTypeNumbers: Readonly<Record<AgentTypeName, number>> = {
  TT_PROCESS: 1,
  TT_VM: 2,
  TT_PUBLIC_CLOUD: 3,
  TT_PHYSICAL_MACHINE: 5,
  TT_DEDICATED_PHYSICAL_MACHINE: 6,
  TT_HOST_POD: 7,
  TT_VM_POD: 8,
  TT_TUNNEL_DECAPSULATION: 9,
  TT_HYPER_V_COMPUTE: 10,
  TT_HYPER_V_NETWORK: 11,
  TT_K8S_SIDECAR: 12,
};

const stateNumbers = { lost: 0, normal: 1, disabled: 2 } as const;

export function listAgents(model: RestModel) {
  const groups = new Map(model.groups().map((group) => [group.lcuuid, group]));
  const domains = new Map(model.domains().map((domain) => [domain.clusterId, domain]));
  return model.agents().map((agent) => agentJson(agent, groups.get(agent.groupLcuuid), domains.get(agent.clusterId)));
}

/** null: there is none. Without looking through all the others. */
export function oneAgent(model: RestModel, lcuuid: string) {
  const agent = model.agent(lcuuid);
  if (agent === null) return null;
  const group = model.groups().find((each) => each.lcuuid === agent.groupLcuuid);
  return agentJson(
    agent,
    group,
    model.domains().find(({ clusterId }) => clusterId === agent.clusterId),
  );
}

function agentJson(agent: RegisteredAgent, group: AgentGroup | undefined, domain: Domain | undefined) {
  return {
    ID: agent.id,
    NAME: agent.name,
    LCUUID: agent.lcuuid,
    TYPE: agentTypeNumbers[agent.type],
    STATE: stateNumbers[agent.state],
    ENABLE: agent.enabled ? 1 : 0,
    CTRL_IP: agent.ctrlIp,
    CTRL_MAC: agent.ctrlMac,
    LAUNCH_SERVER: agent.ctrlIp,
    RAW_HOSTNAME: agent.host,
    VTAP_GROUP_LCUUID: agent.groupLcuuid,
    VTAP_GROUP_NAME: group?.name ?? '',
    VTAP_GROUP_SHORT_UUID: group?.shortId ?? '',
    EXCEPTIONS: bitsOf(agent.exceptionBits),
    EXCEPTION_NAMES: agent.exceptions,
    EXCEPTION_DESCRIPTION: agent.exceptionText,
    REVISION: agent.revision,
    COMPLETE_REVISION: agent.revision,
    UPGRADE_REVISION: agent.upgradeRevision,
    UPGRADE_PACKAGE: agent.upgradeImage,
    POD_CLUSTER_ID: domain?.id ?? 0,
    POD_CLUSTER_NAME: domain?.name ?? '',
    TAP_MODE: agent.tapMode,
    PROCESS_NAME: agent.processName,
    OS: agent.os,
    ARCH: agent.arch,
    KERNEL_VERSION: agent.kernelVersion,
    CPU_NUM: agent.cpuNum,
    MEMORY_SIZE: Number(agent.memorySize),
    BOOT_TIME: agent.bootTime,
    CREATED_AT: restTime(agent.createdAt),
    SYNCED_CONTROLLER_AT: restTime(agent.syncedAt),
    SYNCED_ANALYZER_AT: '',
    CONTROLLER_IP: '127.0.0.1',
    CUR_CONTROLLER_IP: '127.0.0.1',
    ANALYZER_IP: '127.0.0.1',
    CUR_ANALYZER_IP: '127.0.0.1',
    TEAM_ID: 1,
    /** What the real server would tell its log only. */
    NOTE: agent.note,
  };
}

/** Values of the bits that are set, lowest first. @param mask uint64 in decimal */
function bitsOf(mask: string): readonly number[] {
  const bits: number[] = [];
  for (let rest = BigInt(mask), value = 1n; rest > 0n; rest >>= 1n, value <<= 1n) {
    if ((rest & 1n) === 1n) bits.push(Number(value));
  }
  return bits;
}
