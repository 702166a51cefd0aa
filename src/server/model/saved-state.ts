import type { AgentGroup } from './agent-groups.js';
import type { SavedAgent } from './agent-record.js';
import type { Domain } from './domain-record.js';

/**
 * What a server knows, as plain JSON: groups, registry, domains, seats, and the memories of versions. Not in it: the bytes
 * of uploads and what was made of them.
 */
export interface SavedState {
  readonly database: SavedDatabase;
  readonly memory: SavedMemory;
}

/** What survives a restart of the real server, as it stands in its database. */
export interface SavedDatabase {
  readonly groups: readonly AgentGroup[];
  readonly agents: readonly SavedAgent[];
  readonly domains: readonly Domain[];
  readonly seats: readonly SavedSeat[];
  readonly counters: SavedCounters;
}

/** So that no id is given twice. */
export interface SavedCounters {
  readonly group: number;
  readonly agent: number;
  readonly domain: number;
  /** Of all lcuuids made so far. */
  readonly lcuuid: number;
  /** The highest version of platform data given. */
  readonly platform: number;
}

export interface SavedSeat {
  readonly clusterId: string;
  /** "ctrl_ip-ctrl_mac". */
  readonly holder: string;
  /** Unix time, ms. */
  readonly since: number;
  /** Unix time, ms. */
  readonly heard: number;
}

/** What a restart of the real server loses. */
export interface SavedMemory {
  readonly clusters: readonly SavedCluster[];
  readonly prometheus: readonly SavedCluster[];
  readonly genesis: readonly SavedGenesis[];
}

/** Versions are uint64 in decimal. */
export interface SavedCluster {
  readonly clusterId: string;
  readonly handshake: { readonly version: string; readonly seen: number } | null;
  readonly stored: {
    readonly version: string;
    readonly errorMsg: string;
    readonly time: number;
    readonly seq: number;
    readonly entryCount: number;
  } | null;
}

/** What an agent said with GenesisSync. */
export interface SavedGenesis {
  /** "ctrl_ip-ctrl_mac". */
  readonly agent: string;
  /** Name of its machine; "" where that is not known. */
  readonly host: string;
  readonly clusterId: string;
  /** uint64 in decimal; null: no version memory, as the agent had no id. */
  readonly version: string | null;
  /** Unix time, ms. */
  readonly heard: number;
  readonly nics: readonly GenesisNic[];
  readonly processes: readonly GenesisProcess[];
}

/** A NIC that an agent saw on its host or in a network namespace of it. */
export interface GenesisNic {
  /** "aa:bb:cc:dd:ee:ff". */
  readonly mac: string;
  /** Spelled in one way each. */
  readonly ips: readonly { readonly ip: string; readonly prefix: number }[];
  readonly name: string;
  /** The NIC of the root namespace that it hangs on; "" where that was not said. */
  readonly device: string;
  readonly netns: string;
}

export interface GenesisProcess {
  readonly pid: number;
  readonly name: string;
  readonly startTime: number;
}
