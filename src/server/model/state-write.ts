import type { AgentGroup } from './agent-groups.js';
import type { SavedAgent } from './agent-record.js';
import type { Domain } from './domain-record.js';
import type { SavedCluster, SavedGenesis, SavedSeat } from './saved-state.js';

/** The records that the state of a server is made of, by the table that they are in. */
export interface SavedTables {
  /** By lcuuid. */
  readonly groups: AgentGroup;
  /** By lcuuid. */
  readonly agents: SavedAgent;
  /** By lcuuid. */
  readonly domains: Domain;
  /** By cluster id. */
  readonly seats: SavedSeat;
  /** By `memoryKey`. */
  readonly clusters: SavedCluster;
  /** By `memoryKey`. */
  readonly prometheus: SavedCluster;
  /** By "ctrl_ip-ctrl_mac". */
  readonly genesis: SavedGenesis;
}

export type TableName = keyof SavedTables;

/** Told of a record that was made (`before` is null), changed or forgotten (`now` is null), within the call that did it. */
export type OnWrite<T> = (key: string, before: T | null, now: T | null) => void;

/** Told of every record of every table, and of a counter that went up by itself. */
export interface StateListener {
  write<Name extends TableName>(
    table: Name,
    key: string,
    before: SavedTables[Name] | null,
    now: SavedTables[Name] | null,
  ): void;
  counted(): void;
}
