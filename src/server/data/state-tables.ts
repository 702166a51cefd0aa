import type { SavedCounters, SavedState } from '../model/saved-state.js';
import type { SavedTables } from '../model/state-write.js';
import type { KeptUpload } from './kept-upload.js';

/** All that a data folder holds, by table. */
export interface DataTables extends SavedTables {
  /** By `memoryKey`: the bytes whose entries the cluster's snapshot is made of. */
  readonly uploads: KeptUpload;
  /** One record, with the key "". */
  readonly counters: SavedCounters;
}

export type DataTable = keyof DataTables;

export type Fields = Readonly<Record<string, unknown>>;

/**
 * What became of one record: fields that are set and names of fields that are gone, or null where the whole record is.
 * A record that is not there is made of the fields.
 */
export type StateOp = readonly [table: DataTable, key: string, set: Fields | null, gone?: readonly string[]];

export type StateTables = Readonly<Record<DataTable, Map<string, Fields>>>;

/** Those whose records stand in the order in which they were written last, not made first. */
const orderedByWrite: ReadonlySet<DataTable> = new Set(['seats', 'clusters', 'prometheus', 'genesis']);

export function emptyTables(): StateTables {
  return {
    groups: new Map(),
    agents: new Map(),
    domains: new Map(),
    seats: new Map(),
    clusters: new Map(),
    prometheus: new Map(),
    genesis: new Map(),
    uploads: new Map(),
    counters: new Map(),
  };
}

export function applyOp(tables: StateTables, [name, key, set, gone = []]: StateOp): void {
  const table = tables[name];
  if (set === null) {
    table.delete(key);
    return;
  }
  const record: Record<string, unknown> = { ...table.get(key), ...set };
  for (const field of gone) delete record[field];
  if (orderedByWrite.has(name)) table.delete(key);
  table.set(key, record);
}

/** The op that makes `now` of `before`; null where they are the same in a table without an order of writes. */
export function opOf(name: DataTable, key: string, before: object | null, now: object | null): StateOp | null {
  if (now === null) return [name, key, null];
  if (before === null) return [name, key, { ...now }];
  const [old, fields]: readonly Fields[] = [{ ...before }, { ...now }];
  if (old === undefined || fields === undefined) return null;
  const set = Object.fromEntries(Object.entries(fields).filter(([field, value]) => !isSame(old[field], value)));
  const gone = Object.keys(old).filter((field) => !(field in fields));
  if (gone.length > 0) return [name, key, set, gone];
  return Object.keys(set).length > 0 || orderedByWrite.has(name) ? [name, key, set] : null;
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  return typeof one === 'object' && typeof other === 'object' && JSON.stringify(one) === JSON.stringify(other);
}

/** The tables of a state, as ops that make them. */
export function* opsOf({ database, memory }: SavedState): Generator<StateOp> {
  for (const group of database.groups) yield ['groups', group.lcuuid, { ...group }];
  for (const agent of database.agents) yield ['agents', agent.lcuuid, { ...agent }];
  for (const domain of database.domains) yield ['domains', domain.lcuuid, { ...domain }];
  for (const seat of database.seats) yield ['seats', seat.clusterId, { ...seat }];
  for (const cluster of memory.clusters) yield ['clusters', cluster.clusterId, { ...cluster }];
  for (const cluster of memory.prometheus) yield ['prometheus', cluster.clusterId, { ...cluster }];
  for (const report of memory.genesis) yield ['genesis', report.agent, { ...report }];
  yield ['counters', '', { ...database.counters }];
}

/** What `opsOf` was given. */
export function savedOf(tables: StateTables): SavedState {
  const list = <Name extends DataTable>(name: Name) =>
    // Their sums fit, so they are what was written.
    [...tables[name].values()] as unknown as readonly DataTables[Name][];
  const counters = list('counters')[0] ?? { group: 0, agent: 0, domain: 0, lcuuid: 0, platform: 0 };
  return {
    database: {
      groups: list('groups'),
      agents: list('agents'),
      domains: list('domains'),
      seats: list('seats'),
      counters,
    },
    memory: { clusters: list('clusters'), prometheus: list('prometheus'), genesis: list('genesis') },
  };
}
