import type { JournalDamage } from '../journal/journal-damage.js';
import { readJournal } from '../journal/journal-reader.js';
import type { CallRecord, JournalRecord, StartRecord } from '../journal/record.js';
import type { Compat } from '../kube/compat.js';
import { createServerModel, type HeldCluster, type ServerModel } from '../server/model/server-model.js';
import type { Analyst } from './analyst.js';
import { wantedCalls, withEvidence } from './evidence/with-evidence.js';
import { createInThreadAnalyst } from './in-thread-analyst.js';
import { createJudge } from './judge.js';
import type { JudgeContext, Rule } from './rule.js';
import type { Verdict } from './verdict.js';

export interface JudgeJournalOptions {
  /** By whose rules; default: those of the behaviour that the server played, of the first start in the journal. */
  readonly compat?: Compat;
  readonly rules: readonly Rule[];
  readonly onDamage: (damage: JournalDamage) => void;
  /** Unix time, ms, of the end of observation; default: the end of the last call. */
  readonly until?: number;
  /** Told of each record, in order. */
  readonly onRecord?: (record: JournalRecord) => void;
  /** Default: one in the calling thread. */
  readonly createAnalyst?: (context: JudgeContext) => Analyst;
}

/**
 * Judges a journal (a directory, or one file of it) again: the same verdict as while it was written.
 *
 * @throws JournalError where nothing there can be read as a journal
 */
export async function judgeJournal(path: string, options: JudgeJournalOptions): Promise<Verdict> {
  const { rules, onDamage, until } = options;
  const start = await firstStart(path);
  const context: JudgeContext = {
    clusterRegistered: false,
    ...start?.judging,
    compat: options.compat ?? start?.compat ?? 'v7',
  };
  const createAnalyst = options.createAnalyst ?? ((of) => createInThreadAnalyst({ context: of, rules, now: () => 0 }));
  const analyst = createAnalyst(context);
  try {
    const judge = createJudge({ ...context, rules, analyst });
    for await (const record of readJournal(path, onDamage)) {
      const admission = await judge.admit(record.kind === 'call' || record.kind === 'held' ? record.request.length : 0);
      judge.observe(record);
      options.onRecord?.(record);
      admission.release();
    }
    const verdict = await judge.verdict(until === undefined ? {} : { until });
    const calls = await readCalls(path, wantedCalls(verdict));
    return withEvidence(verdict, (seq) => calls.get(seq) ?? null);
  } finally {
    await analyst.close();
  }
}

async function readCalls(path: string, wanted: ReadonlySet<number>): Promise<ReadonlyMap<number, CallRecord>> {
  const calls = new Map<number, CallRecord>();
  if (wanted.size === 0) return calls;
  for await (const record of readJournal(path, () => {})) {
    if (record.kind === 'call' && wanted.has(record.seq)) calls.set(record.seq, record);
  }
  return calls;
}

async function firstStart(path: string): Promise<StartRecord | null> {
  for await (const record of readJournal(path, () => {})) if (record.kind === 'start') return record;
  return null;
}

/** What a server held of a cluster when its journal ended. */
export interface JournalledSnapshot {
  readonly clusterId: string;
  readonly compat: Compat;
  /** uint64. */
  readonly version: bigint;
  readonly errorMsg: string;
  readonly registered: boolean;
  /** The request message whose entries these are. */
  readonly request: Uint8Array;
}

/**
 * The snapshots that the server held at the end of a journal, in order of cluster id.
 *
 * @throws JournalError where nothing there can be read as a journal
 */
export async function storedSnapshots(
  path: string,
  onDamage: (damage: JournalDamage) => void,
): Promise<readonly JournalledSnapshot[]> {
  const held = await lastState(path, onDamage);
  if (held === null) return [];
  const { compat, clusters } = held;
  const wanted = new Map(
    clusters.flatMap((cluster) => (cluster.stored === null ? [] : [[cluster.stored.seq, cluster]])),
  );
  // The latest counts: of a snapshot that was held before, the call may stand here, too, or one of that number to another server.
  const snapshots = new Map<string, JournalledSnapshot>();
  for await (const record of readJournal(path, () => {})) {
    if (record.kind !== 'call' && record.kind !== 'held') continue;
    const cluster = wanted.get(record.seq);
    if (cluster === undefined || cluster.stored === null) continue;
    const { clusterId, registered, stored } = cluster;
    const { version, errorMsg } = stored;
    snapshots.set(clusterId, { clusterId, compat, version, errorMsg, registered, request: record.request });
  }
  return [...snapshots.values()].sort((one, other) => (one.clusterId < other.clusterId ? -1 : 1));
}

async function lastState(
  path: string,
  onDamage: (damage: JournalDamage) => void,
): Promise<{ readonly compat: Compat; readonly clusters: readonly HeldCluster[] } | null> {
  let model: ServerModel | null = null;
  let lastEnd = 0;
  for await (const record of readJournal(path, onDamage)) {
    if (record.kind === 'start') {
      model = createServerModel(record, record.saved);
    } else if (record.kind === 'call') {
      model?.apply(record);
      lastEnd = Math.max(lastEnd, record.time + record.duration);
    } else if (record.kind === 'held') {
      lastEnd = Math.max(lastEnd, record.time);
    } else if (record.kind === 'change') {
      model?.change(record.change, record.time);
    }
  }
  return model === null ? null : { compat: model.settings.compat, clusters: model.clusters(lastEnd) };
}
