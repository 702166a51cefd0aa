import type { AgentGroup } from '../model/agent-groups.js';
import { type AgentIdentity, agentKey, type SavedAgent } from '../model/agent-record.js';
import { agentTypeOf } from '../model/agent-type.js';
import { newAgent } from '../model/new-agent.js';
import type { ServerState } from '../model/server-state.js';
import type { SyncAsk } from './sync-ask.js';

/** An agent as the server knew it when it called. */
export interface SyncedAgent {
  /** null: it was not registered. */
  readonly agent: SavedAgent | null;
  /** Its own, or the one it is going to be in. */
  readonly group: AgentGroup;
  /** It was registered behind this call: its next one is answered with an id. */
  readonly isNew: boolean;
}

/** Takes over what an agent says of itself; registers it behind the call where it is unknown. @param time Unix time, ms */
export function syncAgent(state: ServerState, ask: SyncAsk, time: number): SyncedAgent {
  const known = state.agents.find(ask.identity);
  if (known === null) {
    const { group, note } = groupFor(state, ask.groupRequest);
    const unregistered = newAgent(ask.identity, group.lcuuid);
    const isNew =
      ask.policy !== 'watch-only' &&
      state.agents.add({ ...unregistered, ...described(ask, time), tapMode: ask.tapMode, note, createdAt: time }) !==
        null;
    return { agent: null, group, isNew };
  }
  const group = state.groups.get(known.groupLcuuid) ?? state.groups.default;
  const tapMode = ask.tapMode === 0 ? known.tapMode : ask.tapMode;
  const agent = { ...known, ...described(ask, time, tapMode), tapMode, note: noteOn(state, ask.groupRequest, group) };
  state.agents.put(agent);
  return { agent, group, isNew: false };
}

/** As `syncAgent`, without taking anything over. */
export function peekAgent(state: ServerState, ask: SyncAsk): SyncedAgent {
  const agent = state.agents.find(ask.identity);
  const own = agent === null ? null : state.groups.get(agent.groupLcuuid);
  return { agent, group: own ?? groupFor(state, ask.groupRequest).group, isNew: false };
}

/** An agent by the address and MAC of its calls, however it wants to be known. */
export function findByIdentity(state: ServerState, identity: AgentIdentity): SavedAgent | null {
  const { ctrlIp, ctrlMac } = identity;
  const { agents } = state;
  return (
    agents.find({ ctrlIp, ctrlMac, identifiedBy: 'ip-and-mac' }) ?? agents.find({ ctrlIp, ctrlMac, identifiedBy: 'ip' })
  );
}

function described(ask: SyncAsk, time: number, tapMode = ask.tapMode) {
  const { clusterId } = ask;
  return {
    host: ask.host,
    hostIps: ask.hostIps,
    groupRequest: ask.groupRequest,
    processName: ask.processName,
    revision: ask.revision,
    arch: ask.arch,
    os: ask.os,
    kernelVersion: ask.kernelVersion,
    cpuNum: ask.cpuNum,
    memorySize: ask.memorySize,
    bootTime: ask.bootTime,
    exceptionBits: ask.exceptionBits,
    exceptionText: ask.exceptionText,
    configAccepted: ask.configAccepted,
    ctrlIp: ask.identity.ctrlIp,
    ctrlMac: ask.identity.ctrlMac,
    clusterId: clusterId.length > 256 ? '' : clusterId,
    watchPolicy: ask.policy,
    type: agentTypeOf({ clusterId, tapMode }),
    syncedAt: time,
  };
}

function groupFor(state: ServerState, request: string): { readonly group: AgentGroup; readonly note: string } {
  const group = request === '' ? state.groups.default : state.groups.find(request);
  if (group !== null) return { group, note: '' };
  return { group: state.groups.default, note: unknownGroup(request) };
}

function noteOn(state: ServerState, request: string, own: AgentGroup): string {
  if (request === '') return '';
  const wanted = state.groups.find(request);
  if (wanted === null) return unknownGroup(request);
  if (wanted.lcuuid === own.lcuuid) return '';
  return `It asks for the group ${wanted.name} (${wanted.shortId}) and is in ${own.name}: delete the agent, so that it registers anew.`;
}

function unknownGroup(request: string): string {
  return `It asks for the group ${JSON.stringify(request)}, which does not exist.`;
}

/** "ctrl_ip-ctrl_mac" of the caller. */
export function callerKey(ask: SyncAsk): string {
  return agentKey(ask.identity);
}
