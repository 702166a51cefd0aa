import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DirectoryLock, lockDirectory } from '../../journal/directory-lock.js';
import { JournalError } from '../../journal/journal-error.js';
import { makeDirectory } from '../../journal/make-directory.js';
import type { OpenSegmentFile } from '../../journal/segment-file.js';
import type { Clock } from '../clock.js';
import type { ServerModel } from '../model/server-model.js';
import type { SavedTables, StateListener, TableName } from '../model/state-write.js';
import { DataError } from './data-error.js';
import { describeFound, type FoundData, forgetUnreadable, tellTorn } from './found-data.js';
import type { KeptUpload } from './kept-upload.js';
import { readStateFile } from './read-state-file.js';
import { isReliedOn } from './relied-on.js';
import { stateName, stateNumber } from './state-file.js';
import { stateFormat } from './state-lines.js';
import { openStateLog, type StateLog, type StateLogStats } from './state-log.js';
import { emptyTables, opOf, opsOf, type StateOp } from './state-tables.js';
import { openUploadFiles } from './upload-files.js';
import { isUpload } from './upload-request.js';

/** A folder that keeps what a server knows, so that a server that is killed goes on where it was. One process writes it. */
export interface DataFolder extends StateListener {
  readonly directory: string;
  /** null: the folder was new. */
  readonly found: FoundData | null;
  /** From now on it keeps this model, which was made of `found` and tells this listener of what it writes. */
  begin(model: Pick<ServerModel, 'saved' | 'counters'>): Promise<void>;
  /** The model is another one altogether: it lost its memory. */
  restate(): void;
  /**
   * Before a call takes effect. Null where nothing has to be waited for; else resolves when it may, and with the upload
   * that it brings.
   *
   * @throws DataError `io` where the folder cannot be written: the call must not take effect
   */
  prepare(call: PreparedCall): Promise<StagedUpload | null> | null;
  /** As `StateLog.ready`. */
  ready(): Promise<void> | null;
  /** As `StateLog.settled`. */
  settled(): Promise<void>;
  /** The requests that the snapshots are made of which the model holds, in the order in which they came. */
  uploads(): readonly HeldUpload[];
  status(): DataStatus;
  close(): Promise<void>;
}

export interface PreparedCall {
  readonly seq: number;
  readonly path: string;
  readonly request: Uint8Array;
}

/** An upload that is on disk and belongs to no cluster yet. */
export interface StagedUpload {
  /** The call took effect, or never will: what nobody took is removed. */
  release(): void;
}

export interface HeldUpload {
  readonly clusterId: string;
  readonly seq: number;
  /** Unix time, ms, of the last call with its version. */
  readonly time: number;
  readonly bytes: number;
  /** @throws Error where the file cannot be read */
  read(): Promise<Buffer>;
}

export interface DataStatus extends StateLogStats {
  readonly directory: string;
  /** What was there at the start; null: the folder was new. */
  readonly found: { readonly compat: string; readonly agents: number; readonly snapshots: number } | null;
  readonly uploads: number;
  readonly uploadBytes: number;
}

export interface DataFolderOptions {
  readonly directory: string;
  readonly compat: string;
  readonly clock: Clock;
  readonly onProblem: (message: string, cause: unknown) => void;
  /** For tests: see `StateLogOptions`. */
  readonly open?: OpenSegmentFile;
  readonly fileBytes?: number;
  readonly retryMs?: number;
}

const lockPurpose = { file: 'data.lock', what: 'this data folder' } as const;

/**
 * @throws DataError `locked` while another process writes there; `newer-format` or `broken` where what is there cannot be
 * read; `io`
 */
export async function openDataFolder(options: DataFolderOptions): Promise<DataFolder> {
  const { directory } = options;
  try {
    makeDirectory(directory);
  } catch (cause) {
    throw DataError.io(`make the data folder ${directory}`, cause);
  }
  const lock = takeLock(directory);
  try {
    return await openLocked(options, lock);
  } catch (error) {
    lock.release();
    throw error instanceof DataError ? error : DataError.io(`open the data folder ${directory}`, error);
  }
}

function takeLock(directory: string): DirectoryLock {
  try {
    return lockDirectory(directory, lockPurpose);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    throw new DataError(error.code === 'locked' ? 'locked' : 'io', error.message, { cause: error });
  }
}

async function openLocked(options: DataFolderOptions, lock: DirectoryLock): Promise<DataFolder> {
  const { directory, compat, clock, onProblem } = options;
  const names = await readdir(directory);
  const former = names.filter((name) => stateNumber(name.replace(/\.new$/, '')) !== null);
  const newest = names
    .flatMap((name) => stateNumber(name) ?? [])
    .sort((one, other) => one - other)
    .at(-1);
  const content = newest === undefined ? null : await readStateFile(join(directory, stateName(newest)));
  const tables = content?.tables ?? emptyTables();
  const uploads = new Map(
    [...tables.uploads].map(([clusterId, upload]) => [clusterId, upload as unknown as KeptUpload]),
  );
  const named = new Set([...uploads.values()].map(({ file }) => file));
  const files = await openUploadFiles(join(directory, 'uploads'), named, options.open);
  if (content !== null) {
    tellTorn(content, join(directory, stateName(newest ?? 0)), onProblem);
    for (const problem of await forgetUnreadable(content, uploads, files)) onProblem(problem, null);
  }
  const found = content === null ? null : describeFound(content, uploads);
  const counts =
    found === null
      ? null
      : { compat: found.compat, agents: found.saved.database.agents.length, snapshots: uploads.size };
  const staged = new Map<number, Omit<KeptUpload, 'seq'>>();
  let log: StateLog | null = null;
  let model: Pick<ServerModel, 'saved' | 'counters'> | null = null;

  function* state(): Generator<StateOp> {
    if (model === null) return;
    yield* opsOf(model.saved());
    for (const [clusterId, upload] of uploads) yield ['uploads', clusterId, { ...upload }];
  }

  async function close(): Promise<void> {
    try {
      await log?.close();
    } finally {
      lock.release();
    }
  }

  /** The snapshot of a cluster is another one, or gone: so are the bytes that it was made of. */
  function moveUpload(clusterId: string, seq: number | null): void {
    const before = uploads.get(clusterId);
    if (before?.seq === seq) return;
    const taken = seq === null ? undefined : staged.get(seq);
    if (seq !== null) staged.delete(seq);
    const now = seq === null || taken === undefined ? null : { ...taken, seq };
    if (now !== null) uploads.set(clusterId, now);
    else if (!uploads.delete(clusterId)) return;
    const op = opOf('uploads', clusterId, before ?? null, now);
    if (op !== null) log?.write(op, true);
    if (before !== undefined) removeLater(before.file);
  }

  /** Until it is on disk that nobody needs it, the file is needed. */
  function removeLater(file: string): void {
    log?.settled().then(
      () => files.remove(file),
      () => {
        // It is removed when the folder is opened again.
      },
    );
  }

  async function stage({ seq, request }: PreparedCall): Promise<StagedUpload> {
    const written = await files.write(request).catch((cause: unknown) => {
      throw DataError.io(`keep an upload in ${directory}`, cause);
    });
    staged.set(seq, written);
    return {
      release: () => {
        if (staged.delete(seq)) files.remove(written.file);
      },
    };
  }

  return {
    directory,
    found,
    begin: async (begun) => {
      model = begun;
      const header = () => ({ format: 'plumbline-data' as const, version: stateFormat, compat, begun: clock.now() });
      log = await openStateLog({
        ...{ directory, lastNumber: newest ?? 0, header, state, onProblem, counters: () => begun.counters() },
        ...(options.open === undefined ? {} : { open: options.open }),
        ...(options.fileBytes === undefined ? {} : { fileBytes: options.fileBytes }),
        ...(options.retryMs === undefined ? {} : { retryMs: options.retryMs }),
      });
      for (const name of former) await rm(join(directory, name), { force: true });
    },
    write: <Name extends TableName>(
      table: Name,
      key: string,
      before: SavedTables[Name] | null,
      now: SavedTables[Name] | null,
    ) => {
      if (log === null) return;
      const op = opOf(table, key, before, now);
      if (op !== null) log.write(op, isReliedOn(op, before, now));
      if (table === 'clusters') moveUpload(key, (now as SavedTables['clusters'] | null)?.stored?.seq ?? null);
    },
    counted: () => log?.counted(),
    restate: () => {
      const gone = [...uploads.values()];
      uploads.clear();
      log?.restate();
      for (const { file } of gone) removeLater(file);
    },
    prepare: (call) => {
      const ready = log?.ready() ?? null;
      if (isUpload(call.path, call.request)) return ready === null ? stage(call) : ready.then(() => stage(call));
      return ready === null ? null : ready.then(() => null);
    },
    ready: () => log?.ready() ?? null,
    settled: () => log?.settled() ?? Promise.resolve(),
    uploads: () =>
      (model?.saved().memory.clusters ?? [])
        .flatMap(({ clusterId, stored }): HeldUpload[] => {
          const upload = uploads.get(clusterId);
          if (upload === undefined || stored === null) return [];
          const { seq, bytes } = upload;
          return [{ clusterId, seq, bytes, time: stored.time, read: () => files.read(upload) }];
        })
        .sort((one, other) => one.seq - other.seq),
    status: () => ({
      directory,
      found: counts,
      ...(log?.stats() ?? { bytes: 0, writes: 0, syncs: 0, files: 0, problem: null }),
      uploads: uploads.size,
      uploadBytes: [...uploads.values()].reduce((sum, { bytes }) => sum + bytes, 0),
    }),
    close,
  };
}
