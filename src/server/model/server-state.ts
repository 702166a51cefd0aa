import { createHash } from 'node:crypto';
import { type Compat, type CompatTraits, compatTraits } from '../../kube/compat.js';
import { type AgentIdentity, type AgentRegistry, createAgentRegistry } from './agents.js';
import { type BoundedMap, createBoundedMap } from './bounded-map.js';
import type { ClusterMemory } from './cluster-memory.js';
import { createDomains, type Domains } from './domains.js';
import { createElection, type Election } from './election.js';
import { type GroupConfig, parseGroupConfig } from './group-config.js';

/** What decides how a server answers before it was called for the first time. */
export interface ServerSettings {
  readonly compat: Compat;
  /** Cluster ids whose domains exist. */
  readonly clusters: readonly string[];
  /** Only the compat's own package is answered. */
  readonly strictPackages: boolean;
  /** Short ids of the teams that exist. Default: none. */
  readonly teams?: readonly string[];
  /** Agents that are registered, in the order of their ids from 1. Default: none. */
  readonly agents?: readonly AgentIdentity[];
  /** Configuration of the agent group, YAML, that Sync delivers. Default: empty. */
  readonly groupConfig?: string;
}

/** All that the server remembers of its callers. */
export interface ServerState {
  readonly settings: ServerSettings;
  readonly traits: CompatTraits;
  readonly teams: ReadonlySet<string>;
  /** By `memoryKey`. */
  readonly memories: BoundedMap<ClusterMemory>;
  readonly domains: Domains;
  readonly agents: AgentRegistry;
  readonly election: Election;
  readonly groupConfig: GroupConfig;
}

const maxClusters = 100_000;

/** @throws RangeError if a declared cluster id cannot be that of a domain, or the group configuration is no YAML mapping */
export function createServerState(settings: ServerSettings): ServerState {
  return {
    settings,
    traits: compatTraits[settings.compat],
    teams: new Set(settings.teams ?? []),
    memories: createBoundedMap(maxClusters),
    domains: createDomains(settings.clusters),
    agents: createAgentRegistry(settings.agents),
    election: createElection(),
    groupConfig: parseGroupConfig(settings.groupConfig ?? ''),
  };
}

/** The cluster id itself, as long as it is of a sane length (a call may carry one of 100 MB). */
export function memoryKey(clusterId: string): string {
  if (clusterId.length <= 256) {
    return clusterId;
  }
  return `${clusterId.slice(0, 256)}... (sha256 ${createHash('sha256').update(clusterId).digest('hex')})`;
}
