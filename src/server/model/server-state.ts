import { createHash } from 'node:crypto';
import { type Compat, type CompatTraits, compatTraits } from '../../kube/compat.js';
import { type Configurations, createConfigurations } from '../services/configuration-cache.js';
import { type AgentGroups, createAgentGroups } from './agent-groups.js';
import type { AgentIdentity } from './agent-record.js';
import { type AgentRegistry, createAgentRegistry } from './agents.js';
import type { BoundedMap } from './bounded-map.js';
import type { LocalEnd } from './call-outcome.js';
import { createClusterMemories, saveClusterMemories } from './cluster-memories.js';
import type { ClusterMemory } from './cluster-memory.js';
import { createDomains, type Domains } from './domains.js';
import { createElection, type Election } from './election.js';
import { createGenesisMemory, type GenesisMemory } from './genesis-memory.js';
import { createGpidTable, type GpidTable } from './gpid-table.js';
import { parseGroupConfig } from './group-config.js';
import { createIdMaker, type IdMaker } from './lcuuid.js';
import type { ModelEvent } from './model-event.js';
import { newAgent } from './new-agent.js';
import { createPlatformMemory, type PlatformMemory } from './platform-memory.js';
import type { SavedCounters, SavedState } from './saved-state.js';
import { configGenerations } from './server-change.js';
import type { OnWrite, SavedTables, StateListener, TableName } from './state-write.js';

/** What decides how a server answers before it was called for the first time. */
export interface ServerSettings {
  readonly compat: Compat;
  /** Cluster ids whose domains exist. */
  readonly clusters: readonly string[];
  /** Only what a server of the compat's generation answers is answered. */
  readonly strictPackages: boolean;
  /** Short ids of the teams that exist. Default: none. */
  readonly teams?: readonly string[];
  /** Agents that are registered, in the order of their ids from 1. Default: none. */
  readonly agents?: readonly AgentIdentity[];
  /** What agents are told to fetch that can. Default: nothing. */
  readonly upgrade?: OfferedUpgrade;
  /** Where agents are told to reach the server. Default: where each of them reached it. */
  readonly advertise?: LocalEnd;
  /** Configuration of the default group, YAML, that Sync delivers, in either generation. Default: none. */
  readonly groupConfig?: string;
}

export interface OfferedUpgrade {
  readonly revision: string;
  /** Which agents it is there for: those that run as a process, those in Kubernetes. Default: both. */
  readonly for?: readonly ('process' | 'kubernetes')[];
}

/** What the database has of NICs and addresses: too much to be written out, so it is handed from one model to the next. */
export interface KeptPlatform {
  readonly platform: PlatformMemory;
}

/** All that the server remembers of its callers. */
export interface ServerState {
  readonly settings: ServerSettings;
  readonly traits: CompatTraits;
  readonly teams: ReadonlySet<string>;
  readonly ids: IdMaker;
  /** By `memoryKey`. */
  readonly memories: BoundedMap<ClusterMemory>;
  /** What PrometheusAPISync was told, by `memoryKey`. */
  readonly prometheus: BoundedMap<ClusterMemory>;
  readonly domains: Domains;
  readonly groups: AgentGroups;
  readonly agents: AgentRegistry;
  readonly election: Election;
  readonly genesis: GenesisMemory;
  readonly platform: PlatformMemory;
  readonly gpids: GpidTable;
  readonly configurations: Configurations;
  /** Tells those who listen to the model. */
  readonly tell: (event: ModelEvent) => void;
}

/** @throws RangeError if a declared cluster id cannot be that of a domain, or the group configuration is no YAML mapping */
export function createServerState(
  settings: ServerSettings,
  saved: SavedState | undefined,
  kept: KeptPlatform | undefined,
  tell: (event: ModelEvent) => void,
  listener?: StateListener,
): ServerState {
  let begun = false;
  // What is loaded or made here is no news: whoever listens takes the whole state first.
  const writing =
    <Name extends TableName>(table: Name): OnWrite<SavedTables[Name]> =>
    (key, before, now) => {
      if (begun) listener?.write(table, key, before, now);
    };
  const { database, memory } = saved ?? {};
  const counters = database?.counters ?? { group: 0, agent: 0, domain: 0, lcuuid: 0, platform: 0 };
  const ids = createIdMaker(counters.lcuuid);
  const groups = createAgentGroups({
    ...{ ids, saved: database?.groups ?? [], lastId: counters.group },
    onWrite: writing('groups'),
  });
  const platform = kept?.platform ?? createPlatformMemory(counters.platform, listener?.counted);
  if (kept === undefined) for (const report of memory?.genesis ?? []) platform.setNics(null, report, report.heard);
  const domains = createDomains({
    ...{ ids, declared: settings.clusters, lastId: counters.domain },
    saved: database?.domains ?? [],
    onWrite: writing('domains'),
    onAdded: ({ clusterId, id }) => {
      if (platform.renumber(clusterId, id)) tell({ kind: 'behind' });
      tell({ kind: 'platform', clusterId });
    },
  });
  const agents = createAgentRegistry({
    ...{ ids, saved: database?.agents ?? [], lastId: counters.agent },
    onWrite: writing('agents'),
  });
  for (const identity of settings.agents ?? []) {
    const identified = { ...identity, identifiedBy: 'ip-and-mac' as const };
    if (agents.find(identified) === null) agents.add(newAgent(identified, groups.default.lcuuid));
  }
  configureDefaultGroup(groups, settings.groupConfig);
  const state: ServerState = {
    settings,
    traits: compatTraits[settings.compat],
    teams: new Set(settings.teams ?? []),
    ids,
    memories: createClusterMemories(memory?.clusters, listener && writing('clusters')),
    prometheus: createClusterMemories(memory?.prometheus, listener && writing('prometheus')),
    domains,
    groups,
    agents,
    election: createElection(database?.seats, writing('seats')),
    genesis: createGenesisMemory(memory?.genesis, writing('genesis')),
    platform,
    gpids: createGpidTable(),
    configurations: createConfigurations(),
    tell,
  };
  begun = true;
  return state;
}

/** What was saved counts more: somebody may have changed it since. */
function configureDefaultGroup(groups: AgentGroups, yaml: string | undefined): void {
  if (yaml === undefined) return;
  parseGroupConfig(yaml);
  for (const generation of configGenerations) {
    groups.putConfiguration(groups.default.lcuuid, { generation, yaml, mode: 'create' }, 0);
  }
}

export function saveServerState(state: ServerState): SavedState {
  const { groups, agents, domains, election } = state;
  return {
    database: {
      groups: groups.list(),
      agents: agents.list(),
      domains: [...domains.list()],
      seats: election.saved(),
      counters: stateCounters(state),
    },
    memory: {
      clusters: saveClusterMemories(state.memories),
      prometheus: saveClusterMemories(state.prometheus),
      genesis: state.genesis.saved(),
    },
  };
}

export function stateCounters({ groups, agents, domains, ids, platform }: ServerState): SavedCounters {
  return {
    group: groups.lastId(),
    agent: agents.lastId(),
    domain: domains.lastId(),
    lcuuid: ids.made(),
    platform: platform.lastVersion(),
  };
}

/** The cluster id itself, as long as it is of a sane length (a call may carry one of 100 MB). */
export function memoryKey(clusterId: string): string {
  if (clusterId.length <= 256) {
    return clusterId;
  }
  return `${clusterId.slice(0, 256)}... (sha256 ${createHash('sha256').update(clusterId).digest('hex')})`;
}
