import { rm } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type OpenSegmentFile, openSegmentFile } from '../../journal/segment-file.js';
import type { SavedCounters } from '../model/saved-state.js';
import { DataError } from './data-error.js';
import { beginStateFile, type StateFile } from './state-file.js';
import type { StateHeader } from './state-lines.js';
import { opOf, type StateOp } from './state-tables.js';

/** Keeps a state on disk: what it was when a file was begun, and what became of it since. */
export interface StateLog {
  /** @param promised somebody may be told of it; else it is enough that it outlives this process */
  write(op: StateOp, promised: boolean): void;
  /** A counter went up, and nothing else. */
  counted(): void;
  /** The state is another one altogether: a new file begins with it. */
  restate(): void;
  /**
   * Resolves when all that was written so far is on disk.
   *
   * @throws DataError `io` where it is not; nothing is written then until `ready` has made it possible again
   */
  settled(): Promise<void>;
  /** Null while the log can be written. Else tries again, and @throws DataError `io` where that is in vain. */
  ready(): Promise<void> | null;
  stats(): StateLogStats;
  /** Waits for what was written. */
  close(): Promise<void>;
}

export interface StateLogStats {
  /** Of the file that is written to. */
  readonly bytes: number;
  /** Writes since the start; each has what came in one turn of the event loop, or while another one was under way. */
  readonly writes: number;
  readonly syncs: number;
  /** Files begun since the start. */
  readonly files: number;
  /** Why nothing can be written at the moment; null while it can. */
  readonly problem: string | null;
}

export interface StateLogOptions {
  readonly directory: string;
  /** Files have higher numbers than this. */
  readonly lastNumber: number;
  readonly header: () => StateHeader;
  /** The whole state as it is. */
  readonly state: () => Iterable<StateOp>;
  readonly counters: () => SavedCounters;
  readonly onProblem: (message: string, cause: unknown) => void;
  readonly open?: OpenSegmentFile;
  /** A file is followed by a new one when it is larger than this, and three times what it began with. Default 8 MiB. */
  readonly fileBytes?: number;
  /** What failed is tried again after so long, ms. Default 1,000. */
  readonly retryMs?: number;
}

/** What nobody may rely on is synced after so long, ms. */
const lazySyncMs = 1000;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: DataError) => void;
}

/** A file that is to take over. */
interface Successor {
  /** null: the state is still being written. */
  file: StateFile | null;
  /** What was written since its state was taken. Some of that may be in the state: it does no harm twice. */
  readonly since: StateOp[];
}

/** @throws DataError `io` */
export async function openStateLog(options: StateLogOptions): Promise<StateLog> {
  const { directory, onProblem, open = openSegmentFile, fileBytes = 8 * 1024 * 1024, retryMs = 1000 } = options;
  let lastNumber = options.lastNumber;
  let pending: StateOp[] = [];
  let waiters: Waiter[] = [];
  let isPromised = false;
  let isCounted = false;
  let isRestating = false;
  let isSyncWanted = false;
  let isUnsynced = false;
  let draining: Promise<void> | null = null;
  let recovering: Promise<void> | null = null;
  let successor: Successor | null = null;
  let problem: DataError | null = null;
  let lastAttempt = 0;
  let counters = options.counters();
  let closing: Promise<void> | null = null;
  let lazySync: NodeJS.Timeout | null = null;
  let mayFollowAt = 0;
  const stats = { writes: 0, syncs: 0, files: 0 };
  let file = await begin(takeState()).catch((cause: unknown) => {
    throw DataError.io(`write the data folder ${directory}`, cause);
  });

  function takeState(): StateOp[] {
    counters = options.counters();
    return [...options.state()];
  }

  async function begin(ops: readonly StateOp[], publish = true): Promise<StateFile> {
    lastNumber += 1;
    const begun = await beginStateFile({ directory, number: lastNumber, header: options.header(), ops, open });
    stats.files += 1;
    if (publish) await published(begun);
    return begun;
  }

  async function published(begun: StateFile): Promise<void> {
    try {
      await begun.publish();
    } catch (error) {
      await begun.discard();
      throw error;
    }
  }

  function start(): void {
    draining ??= drain();
  }

  async function drain(): Promise<void> {
    // What one turn of the loop brings is written at once.
    await nextTurn();
    for (;;) {
      if (isRestating) await restate();
      else if (successor !== null && successor.file !== null) await takeOver(successor.file, successor.since);
      else if (pending.length + waiters.length > 0 || isCounted || isSyncWanted) await writeBatch();
      else break;
    }
    draining = null;
  }

  function takeBatch(): { readonly ops: StateOp[]; readonly promised: boolean; readonly told: readonly Waiter[] } {
    const batch = { ops: pending, promised: isPromised, told: waiters };
    [pending, waiters, isPromised, isCounted] = [[], [], false, false];
    return batch;
  }

  async function writeBatch(): Promise<void> {
    const { ops, promised, told } = takeBatch();
    const counted = opOf('counters', '', counters, options.counters());
    if (counted !== null) ops.push(counted);
    counters = options.counters();
    const sync = promised || isSyncWanted;
    isSyncWanted = false;
    try {
      if (ops.length > 0) {
        stats.writes += 1;
        isUnsynced = true;
        const written = file.append(ops);
        if (written !== null) await written;
      }
      if (sync && isUnsynced) {
        stats.syncs += 1;
        isUnsynced = false;
        await file.sync();
      }
    } catch (cause) {
      fail(cause, told);
      return;
    }
    successor?.since.push(...ops);
    for (const { resolve } of told) resolve();
    if (isUnsynced) lazySync ??= setTimeout(syncLazily, lazySyncMs).unref();
    if (file.size() > Math.max(fileBytes, 3 * file.begun, mayFollowAt)) follow();
  }

  function syncLazily(): void {
    lazySync = null;
    if (closing !== null) return;
    isSyncWanted = true;
    start();
  }

  /** Begins the next file while this one is still written to. */
  function follow(): void {
    if (successor !== null) return;
    const next: Successor = { file: null, since: [] };
    successor = next;
    begin(takeState(), false).then(
      (begun) => {
        if (successor !== next) return begun.discard();
        next.file = begun;
        return start();
      },
      (cause: unknown) => {
        if (successor !== next) return;
        successor = null;
        mayFollowAt = 2 * file.size();
        onProblem(`${file.path} grows, as no shorter one can be written`, cause);
      },
    );
  }

  async function takeOver(next: StateFile, since: readonly StateOp[]): Promise<void> {
    successor = null;
    try {
      const written = since.length === 0 ? null : next.append(since);
      if (written !== null) await written;
      await next.sync();
      await next.publish();
    } catch (cause) {
      await next.discard();
      fail(cause, []);
      return;
    }
    await retire(next);
  }

  async function retire(next: StateFile): Promise<void> {
    const former = file;
    file = next;
    [isUnsynced, mayFollowAt] = [false, 0];
    await former.close().catch(() => {});
    await rm(former.path, { force: true }).catch(() => {});
  }

  /** In place of what is pending. */
  async function restate(): Promise<void> {
    isRestating = false;
    dropSuccessor();
    const { told } = takeBatch();
    try {
      await retire(await begin(takeState()));
      problem = null;
    } catch (cause) {
      fail(cause, told);
      return;
    }
    for (const { resolve } of told) resolve();
  }

  function dropSuccessor(): void {
    void successor?.file?.discard();
    successor = null;
  }

  function fail(cause: unknown, told: readonly Waiter[]): void {
    const error = DataError.io(`write ${file.path}`, cause);
    const isNew = problem === null;
    problem = error;
    lastAttempt = performance.now();
    dropSuccessor();
    for (const { reject } of [...told, ...takeBatch().told]) reject(error);
    if (isNew) onProblem('Calls that change something are refused until the data folder can be written again', error);
  }

  async function recover(): Promise<void> {
    await draining;
    if (problem !== null && performance.now() - lastAttempt < retryMs) throw problem;
    isRestating = true;
    const done = new Promise<void>((resolve, reject) => waiters.push({ resolve, reject }));
    start();
    await done;
  }

  async function finish(): Promise<void> {
    await draining;
    if (lazySync !== null) clearTimeout(lazySync);
    dropSuccessor();
    if (isUnsynced && problem === null) await file.sync();
    await file.close();
  }

  return {
    write: (op, promised) => {
      if (closing !== null || (problem !== null && recovering === null)) return;
      pending.push(op);
      isPromised ||= promised;
      start();
    },
    counted: () => {
      if (closing !== null) return;
      isCounted = true;
      start();
    },
    restate: () => {
      isRestating = true;
      start();
    },
    settled: () => {
      if (problem !== null) return Promise.reject(problem);
      if (draining === null) return Promise.resolve();
      return new Promise((resolve, reject) => waiters.push({ resolve, reject }));
    },
    ready: () => {
      if (problem === null) return null;
      recovering ??= recover().finally(() => {
        recovering = null;
      });
      return recovering;
    },
    stats: () => ({ ...stats, bytes: file.size(), problem: problem?.message ?? null }),
    close: () => {
      closing ??= finish();
      return closing;
    },
  };
}
