import { findingText } from '../../agent-config/configuration-finding.js';
import { readConfiguration } from '../../agent-config/read-configuration.js';
import { agentKey, type SavedAgent } from './agent-record.js';
import { agentTypeOf } from './agent-type.js';
import { type ChangeRefusal, type ChangeResult, refuseChange, type ServerChange } from './server-change.js';
import type { ServerState } from './server-state.js';

/** Does what a person asked for. Never throws for what it says. @param time Unix time, ms */
export function applyChange(state: ServerState, change: ServerChange, time: number): ChangeResult {
  switch (change.kind) {
    case 'create-group':
      return state.groups.create(change, time);
    case 'update-group':
      return state.groups.rename(change.lcuuid, change.name, time);
    case 'delete-group':
      return deleteGroup(state, change.lcuuid);
    case 'put-configuration': {
      const refusal = yamlProblem(change.yaml);
      return refusal ?? telling(state, change.group, state.groups.putConfiguration(change.group, change, time));
    }
    case 'delete-configuration':
      return telling(state, change.group, state.groups.deleteConfiguration(change.group, change.generation, time));
    case 'update-agent':
      return updateAgent(state, change);
    case 'delete-agent': {
      const gone = state.agents.delete(change.lcuuid);
      if (gone === null) return unknownAgent(change.lcuuid);
      tellAgent(state, gone);
      return { ok: true, lcuuid: gone.lcuuid };
    }
    case 'set-tap-mode':
      return setTapMode(state, change);
    case 'set-upgrade': {
      const agent = state.agents.get(change.lcuuid);
      if (agent === null) return unknownAgent(change.lcuuid);
      const { revision, image = '' } = change;
      return putAgent(state, { ...agent, upgradeRevision: revision, upgradeImage: image });
    }
    case 'create-domain':
      return state.domains.create(change, time);
    case 'update-domain':
      return state.domains.update(change.lcuuid, change);
    case 'delete-domain': {
      const clusterId = state.domains.find(change.lcuuid)?.clusterId ?? '';
      const result = state.domains.delete(change.lcuuid);
      // Agents know their cluster by the number of its domain.
      if (result.ok) state.tell({ kind: 'platform', clusterId });
      return result;
    }
  }
}

function yamlProblem(yaml: string): ChangeRefusal | null {
  const read = readConfiguration(yaml);
  if (read.ok) return null;
  const [first] = read.findings;
  return refuseChange('INVALID_POST_DATA', first === undefined ? 'the configuration is no YAML' : findingText(first));
}

function telling(state: ServerState, group: string, result: ChangeResult): ChangeResult {
  if (result.ok) state.tell({ kind: 'group', group });
  return result;
}

function deleteGroup(state: ServerState, lcuuid: string): ChangeResult {
  const result = state.groups.delete(lcuuid);
  if (!result.ok) return result;
  const fallback = state.groups.default.lcuuid;
  for (const agent of state.agents.list()) {
    if (agent.groupLcuuid === lcuuid) putAgent(state, { ...agent, groupLcuuid: fallback });
  }
  return result;
}

type AgentUpdate = Extract<ServerChange, { readonly kind: 'update-agent' }>;

function updateAgent(state: ServerState, { lcuuid, groupLcuuid, enable }: AgentUpdate): ChangeResult {
  const agent = state.agents.get(lcuuid);
  if (agent === null) return unknownAgent(lcuuid);
  if (groupLcuuid !== undefined && state.groups.get(groupLcuuid) === null) {
    return refuseChange('RESOURCE_NOT_FOUND', `agent group (${groupLcuuid.slice(0, 256)}) not found`);
  }
  return putAgent(state, {
    ...agent,
    ...(groupLcuuid === undefined ? {} : { groupLcuuid }),
    ...(enable === undefined ? {} : { enabled: enable }),
  });
}

type TapModeChange = Extract<ServerChange, { readonly kind: 'set-tap-mode' }>;

/** All of them or none. */
function setTapMode(state: ServerState, { lcuuids, tapMode }: TapModeChange): ChangeResult {
  const agents: SavedAgent[] = [];
  for (const lcuuid of lcuuids) {
    const agent = state.agents.get(lcuuid);
    if (agent === null) return unknownAgent(lcuuid);
    agents.push(agent);
  }
  for (const agent of agents) putAgent(state, { ...agent, tapMode, type: agentTypeOf({ ...agent, tapMode }) });
  return { ok: true, lcuuid: lcuuids[0] ?? '' };
}

function putAgent(state: ServerState, agent: SavedAgent): ChangeResult {
  state.agents.put(agent);
  tellAgent(state, agent);
  return { ok: true, lcuuid: agent.lcuuid };
}

function tellAgent(state: ServerState, agent: SavedAgent): void {
  state.tell({ kind: 'agent', agent: agentKey(agent) });
}

function unknownAgent(lcuuid: string): ChangeRefusal {
  return refuseChange('RESOURCE_NOT_FOUND', `agent (${lcuuid.slice(0, 256)}) not found`);
}
