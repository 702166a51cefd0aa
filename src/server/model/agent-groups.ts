import type { IdMaker } from './lcuuid.js';
import { type ChangeResult, type ConfigGeneration, refuseChange } from './server-change.js';
import type { OnWrite } from './state-write.js';

/** Agents with one configuration. A group with the name "default" always exists. */
export interface AgentGroup {
  /** From 1, the default group's; not given twice. */
  readonly id: number;
  readonly lcuuid: string;
  /** "g-" and ten letters or digits. */
  readonly shortId: string;
  readonly name: string;
  readonly teamId: number;
  readonly userId: number;
  /** Unix time, ms; 0 for the default group as long as nobody changed it. */
  readonly updatedAt: number;
  readonly configurations: Readonly<Partial<Record<ConfigGeneration, GroupConfiguration>>>;
}

export interface GroupConfiguration {
  readonly lcuuid: string;
  /** As it was given: not checked, not merged with defaults. */
  readonly yaml: string;
  /** Unix time, ms. */
  readonly updatedAt: number;
}

/** What a group is made of. */
export interface NewGroup {
  readonly name: string;
  readonly shortId?: string;
  readonly teamId?: number;
  readonly userId?: number;
}

export interface PutConfiguration {
  readonly generation: ConfigGeneration;
  readonly yaml: string;
  readonly mode: 'create' | 'update' | 'any';
}

export interface AgentGroups {
  readonly default: AgentGroup;
  /** The default one first. */
  list(): readonly AgentGroup[];
  get(lcuuid: string): AgentGroup | null;
  /** The group that an agent asks for, by short id or name; null where there is none. */
  find(request: string): AgentGroup | null;
  create(group: NewGroup, time: number): ChangeResult;
  rename(lcuuid: string, name: string, time: number): ChangeResult;
  /** Whoever has agents in it puts them elsewhere. */
  delete(lcuuid: string): ChangeResult;
  putConfiguration(lcuuid: string, put: PutConfiguration, time: number): ChangeResult;
  deleteConfiguration(lcuuid: string, generation: ConfigGeneration, time: number): ChangeResult;
  /** The highest id given so far. */
  lastId(): number;
}

export const defaultGroupName = 'default';

/** More are refused. */
const maxGroups = 10_000;
const maxName = 256;
const shortIdPattern = /^g-[0-9a-zA-Z]{10}$/;

export interface AgentGroupsOptions {
  readonly ids: IdMaker;
  /** As `list` gave them; default: none but the default group is made. */
  readonly saved?: readonly AgentGroup[];
  readonly lastId?: number;
  readonly onWrite?: OnWrite<AgentGroup>;
}

export function createAgentGroups({ ids, saved = [], lastId = 0, onWrite }: AgentGroupsOptions): AgentGroups {
  const groups = new Map(saved.map((group) => [group.lcuuid, group]));
  /** By short id and by name. */
  const byRequest = new Map<string, AgentGroup>();
  let last = Math.max(lastId, ...saved.map(({ id }) => id));

  function put(group: AgentGroup): AgentGroup {
    onWrite?.(group.lcuuid, groups.get(group.lcuuid) ?? null, group);
    groups.set(group.lcuuid, group);
    return index(group);
  }

  function index(group: AgentGroup): AgentGroup {
    byRequest.set(group.shortId, group);
    byRequest.set(group.name, group);
    return group;
  }

  function add({ name, shortId, teamId = 1, userId = 1 }: NewGroup, time: number): AgentGroup {
    last += 1;
    const lcuuid = ids.lcuuid('group', name);
    const fields = { name, teamId, userId, updatedAt: time, configurations: {} };
    return put({ id: last, lcuuid, shortId: shortId ?? ids.groupId(name), ...fields });
  }

  for (const group of groups.values()) index(group);
  const first = [...groups.values()].find(({ id }) => id === 1) ?? add({ name: defaultGroupName }, 0);

  const unknown = (lcuuid: string) =>
    refuseChange('RESOURCE_NOT_FOUND', `agent group (${lcuuid.slice(0, maxName)}) not found`);

  return {
    get default() {
      return groups.get(first.lcuuid) ?? first;
    },
    list: () => [...groups.values()],
    get: (lcuuid) => groups.get(lcuuid) ?? null,
    find: (request) => byRequest.get(request) ?? null,
    create: (group, time) => {
      const refusal = nameProblem(group.name, byRequest) ?? shortIdProblem(group.shortId, byRequest);
      if (refusal !== null) return refusal;
      if (groups.size >= maxGroups) {
        return refuseChange('RESOURCE_NUM_EXCEEDED', `there are ${maxGroups} agent groups already`);
      }
      return { ok: true, lcuuid: add(group, time).lcuuid };
    },
    rename: (lcuuid, name, time) => {
      const group = groups.get(lcuuid);
      if (group === undefined) return unknown(lcuuid);
      if (group.name === name) return { ok: true, lcuuid };
      if (lcuuid === first.lcuuid) return refuseDefault(group, 'renamed');
      const refusal = nameProblem(name, byRequest);
      if (refusal !== null) return refusal;
      byRequest.delete(group.name);
      put({ ...group, name, updatedAt: time });
      return { ok: true, lcuuid };
    },
    delete: (lcuuid) => {
      const group = groups.get(lcuuid);
      if (group === undefined) return unknown(lcuuid);
      if (lcuuid === first.lcuuid) return refuseDefault(group, 'deleted');
      groups.delete(lcuuid);
      onWrite?.(lcuuid, group, null);
      byRequest.delete(group.shortId);
      byRequest.delete(group.name);
      return { ok: true, lcuuid };
    },
    putConfiguration: (lcuuid, { generation, yaml, mode }, time) => {
      const group = groups.get(lcuuid);
      if (group === undefined) return unknown(lcuuid);
      const known = group.configurations[generation];
      if (mode === 'create' && known !== undefined) {
        const description = `agent group (${group.shortId}) already has a configuration`;
        return refuseChange('RESOURCE_ALREADY_EXIST', description);
      }
      if (mode === 'update' && known === undefined) {
        return refuseChange('RESOURCE_NOT_FOUND', `agent group (${group.shortId}) has no configuration`);
      }
      const id = known?.lcuuid ?? ids.lcuuid('configuration', `${lcuuid} ${generation}`);
      const configuration = { lcuuid: id, yaml, updatedAt: time };
      put({ ...group, updatedAt: time, configurations: { ...group.configurations, [generation]: configuration } });
      return { ok: true, lcuuid: id };
    },
    deleteConfiguration: (lcuuid, generation, time) => {
      const group = groups.get(lcuuid);
      if (group === undefined) return unknown(lcuuid);
      const { [generation]: gone, ...configurations } = group.configurations;
      if (gone === undefined) {
        return refuseChange('RESOURCE_NOT_FOUND', `agent group (${group.shortId}) has no configuration`);
      }
      put({ ...group, updatedAt: time, configurations });
      return { ok: true, lcuuid: gone.lcuuid };
    },
    lastId: () => last,
  };
}

function refuseDefault({ name }: AgentGroup, what: 'renamed' | 'deleted') {
  return refuseChange('INVALID_PARAMETERS', `agent group (${name}) is the default one and cannot be ${what}`);
}

function nameProblem(name: string, taken: ReadonlyMap<string, AgentGroup>) {
  if (name === '' || name.length > maxName) {
    const found = name === '' ? 'is empty' : `has ${name.length} characters`;
    return refuseChange('INVALID_PARAMETERS', `the name of the agent group ${found}, expected 1 to ${maxName}`);
  }
  if (taken.has(name)) return refuseChange('RESOURCE_ALREADY_EXIST', `agent group (${name}) already exists`);
  return null;
}

function shortIdProblem(shortId: string | undefined, taken: ReadonlyMap<string, AgentGroup>) {
  if (shortId === undefined) return null;
  if (!shortIdPattern.test(shortId)) {
    const found = JSON.stringify(shortId.slice(0, maxName));
    return refuseChange('INVALID_PARAMETERS', `group id ${found} is not "g-" and ten letters or digits`);
  }
  if (taken.has(shortId)) return refuseChange('RESOURCE_ALREADY_EXIST', `agent group (${shortId}) already exists`);
  return null;
}
