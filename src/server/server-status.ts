import type { MemoryJournalStats } from '../journal/memory-journal.js';
import type { Compat } from '../kube/compat.js';
import type { DataStatus } from './data/data-folder.js';
import type { ModelCounts } from './model/server-model.js';
import type { RecorderStats } from './recorder.js';
import type { OpenStreamStats } from './streams/open-streams.js';

/** How the server is doing; plain JSON. */
export interface ServerStatus {
  readonly compat: Compat;
  readonly strictPackages: boolean;
  /** "address:port". */
  readonly grpc: string;
  /** Unix time, ms. */
  readonly startedAt: number;
  readonly now: number;
  /** Bytes. */
  readonly maxMessage: number;
  readonly connections: number;
  /** Streams among them. */
  readonly openCalls: number;
  readonly streams: OpenStreamStats;
  readonly memory: ModelCounts & { readonly storedSnapshots: number };
  readonly journal: RecorderStats & {
    /** null: calls are not written down. */
    readonly directory: string | null;
    readonly pendingBytes: number;
  };
  /** null: what the server knows is kept in memory alone. */
  readonly data: DataStatus | null;
  /** The latest calls, as /api/calls shows them. */
  readonly recent: MemoryJournalStats;
}
