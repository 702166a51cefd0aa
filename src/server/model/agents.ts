import { type AgentIdentity, agentKey, type RegisteredAgent, type SavedAgent } from './agent-record.js';
import { exceptionNames } from './exceptions.js';
import type { IdMaker } from './lcuuid.js';
import type { OnWrite } from './state-write.js';

/** Agents known by their Sync calls. */
export interface AgentRegistry {
  /** Looked up as the agent wants to be known: by address and MAC, or by the address alone. */
  find(identity: SeenIdentity): SavedAgent | null;
  get(lcuuid: string): SavedAgent | null;
  byId(id: number): SavedAgent | null;
  /** However the agent is known. @param key "ctrl_ip-ctrl_mac" */
  idOf(key: string): number | null;
  /**
   * Takes an agent in.
   * @returns null where it cannot be: it has no identity, or all ids are taken
   */
  add(agent: NewAgent): SavedAgent | null;
  /** Replaces what is known of an agent; its id and identity stay. */
  put(agent: SavedAgent): void;
  delete(lcuuid: string): SavedAgent | null;
  /** In the order of their ids. */
  list(): readonly SavedAgent[];
  size(): number;
  /** The highest id given so far. */
  lastId(): number;
}

export interface SeenIdentity extends AgentIdentity {
  readonly identifiedBy: SavedAgent['identifiedBy'];
}

export type NewAgent = Omit<SavedAgent, 'id' | 'lcuuid' | 'name'>;

/** Ids end here; agents beyond stay unregistered. */
export const maxAgents = 64_000;

/** An agent that was not heard of for longer, ms, counts as lost: ten rounds of Sync, which is also how long a seat is kept. */
export const silenceAfter = 600_000;

export interface AgentRegistryOptions {
  readonly ids: IdMaker;
  readonly saved?: readonly SavedAgent[];
  readonly lastId?: number;
  readonly onWrite?: OnWrite<SavedAgent>;
}

export function createAgentRegistry({ ids, saved = [], lastId = 0, onWrite }: AgentRegistryOptions): AgentRegistry {
  const byKey = new Map<string, SavedAgent>();
  const byLcuuid = new Map<string, SavedAgent>();
  const byId = new Map<number, SavedAgent>();
  const names = new Set<string>();
  let last = Math.max(
    lastId,
    saved.reduce((highest, { id }) => Math.max(highest, id), 0),
  );
  for (const agent of saved) put(agent);

  function put(agent: SavedAgent): void {
    onWrite?.(agent.lcuuid, byLcuuid.get(agent.lcuuid) ?? null, agent);
    byKey.set(registryKey(agent), agent);
    byLcuuid.set(agent.lcuuid, agent);
    byId.set(agent.id, agent);
    names.add(agent.name);
  }

  /** Ids of the deleted are given again only when there are no others, so that no data is put down to the wrong agent. */
  function freeId(): number | null {
    if (last < maxAgents) {
      last += 1;
      return last;
    }
    for (let id = 1; id <= maxAgents; id++) if (!byId.has(id)) return id;
    return null;
  }

  function freeName(wanted: string, id: number): string {
    const name = names.has(wanted) ? `${wanted}-${id}` : wanted;
    return names.has(name) ? `${name}-${ids.made()}` : name;
  }

  return {
    find: (identity) => byKey.get(registryKey(identity)) ?? null,
    get: (lcuuid) => byLcuuid.get(lcuuid) ?? null,
    byId: (id) => byId.get(id) ?? null,
    // Addresses have no dash.
    idOf: (key) => (byKey.get(key) ?? byKey.get(`ip ${key.slice(0, Math.max(0, key.indexOf('-')))}`))?.id ?? null,
    add: (agent) => {
      if (!isNamed(agent)) return null;
      const id = byKey.size < maxAgents ? freeId() : null;
      if (id === null) return null;
      const lcuuid = ids.lcuuid('agent', registryKey(agent));
      const added = { ...agent, id, lcuuid, name: freeName(agent.host === '' ? agentKey(agent) : agent.host, id) };
      put(added);
      return added;
    },
    put,
    delete: (lcuuid) => {
      const agent = byLcuuid.get(lcuuid);
      if (agent === undefined) return null;
      byLcuuid.delete(lcuuid);
      byId.delete(agent.id);
      byKey.delete(registryKey(agent));
      names.delete(agent.name);
      onWrite?.(lcuuid, agent, null);
      return agent;
    },
    list: () => [...byKey.values()].sort((one, other) => one.id - other.id),
    size: () => byKey.size,
    lastId: () => last,
  };
}

/** @param time Unix time, ms */
export function describeAgent(agent: SavedAgent, time: number): RegisteredAgent {
  return { ...agent, state: stateOf(agent, time), exceptions: exceptionNames(agent.exceptionBits) };
}

function stateOf(agent: SavedAgent, time: number): RegisteredAgent['state'] {
  if (!agent.enabled) return 'disabled';
  return time - agent.syncedAt > silenceAfter ? 'lost' : 'normal';
}

function isNamed({ ctrlIp, ctrlMac, identifiedBy }: SeenIdentity): boolean {
  return ctrlIp !== '' && (ctrlMac !== '' || identifiedBy === 'ip') && ctrlIp.length + ctrlMac.length <= 256;
}

function registryKey(agent: SeenIdentity): string {
  return agent.identifiedBy === 'ip' ? `ip ${agent.ctrlIp}` : agentKey(agent);
}
