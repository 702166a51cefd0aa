import { stringify } from 'yaml';
import type { RegisteredAgent } from '../../../server/model/agent-record.js';
import { configGenerations } from '../../../server/model/server-change.js';
import { isManagedName } from '../../rules/common/agents.js';
import { isOf } from '../../run/observed-agents.js';
import type { Stage } from '../../run/stage.js';

/** How long a deepflow-agent may wait until it does again what failed, ms. */
export const longestRetryMs = 60_000;

/** What a managed agent does besides Sync it does at once, or at the pace of its reports. */
const leastSignMs = 2_000;

/**
 * Waits for a sign that the agent lets the server manage it: a Push, a GenesisSync, or the name of its process.
 *
 * @returns why rules on managed agents say nothing of this one; null where it is one
 */
export async function whyNotManaged(stage: Stage): Promise<string | null> {
  const isManaged = () =>
    stage.server.pushes().length > 0 ||
    stage.server.agentCalls().some(({ agent }) => (agent.kind === 'sync' ? isManagedName(agent.processName) : true));
  const managed = await stage.until('the agent shows that the server manages it', isManaged, {
    allowanceMs: Math.max(leastSignMs, 3_000 * stage.interval),
  });
  if (managed) return null;
  return stage.server.agentCalls().length === 0
    ? 'the agent does not call Sync'
    : 'the agent calls Sync for its id alone: it opens no Push, sends no GenesisSync and is no deepflow-agent by its process_name';
}

export interface AgentSettings {
  /** How often agents have to call Sync, s. */
  readonly syncSeconds?: number;
  readonly ntp?: boolean;
}

/** A group configuration for servers of both generations: each passes over the keys of the other. */
export function agentSettings({ syncSeconds, ntp }: AgentSettings): string {
  const interval = syncSeconds === undefined ? {} : { proactive_request_interval: `${syncSeconds}s` };
  return stringify({
    ...(syncSeconds === undefined ? {} : { sync_interval: syncSeconds }),
    ...(ntp === undefined ? {} : { ntp_enabled: ntp ? 1 : 0 }),
    global: { communication: interval, ...(ntp === undefined ? {} : { ntp: { enabled: ntp } }) },
  });
}

/** Replaces the configuration of the agent's group. @throws where the server refuses it, which is no fault of the agent */
export async function configure(stage: Stage, settings: AgentSettings): Promise<void> {
  const group = stage.server.model.groups()[0];
  if (group === undefined) throw new Error('The server has no default group.');
  const yaml = agentSettings(settings);
  // Agents are answered in the package that they call, also by a server of the other generation.
  for (const generation of configGenerations) {
    const mode = group.configurations[generation] === undefined ? 'create' : 'update';
    const change = { kind: 'put-configuration', group: group.lcuuid, generation, yaml, mode } as const;
    const result = await stage.server.change(change);
    if (!result.ok) throw new Error(`The server refuses the configuration: ${result.description}`);
  }
}

/** The agent as the server has registered it; null where it is not, as one that only watches. */
export function registered(stage: Stage): RegisteredAgent | null {
  const own = stage.server.agentCalls().findLast(isOf('sync'))?.agent;
  const agents = stage.server.model.agents(stage.now());
  return agents.find(({ ctrlIp, ctrlMac }) => ctrlIp === own?.ctrlIp && ctrlMac.toLowerCase() === own.ctrlMac) ?? null;
}
