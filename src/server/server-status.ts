import type { MemoryJournalStats } from '../journal/memory-journal.js';
import type { Compat } from '../kube/compat.js';
import type { RecorderStats } from './recorder.js';

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
  readonly openCalls: number;
  readonly memory: {
    readonly clusters: number;
    readonly storedSnapshots: number;
    readonly agents: number;
    /** Cluster ids that had to be forgotten because there were too many. */
    readonly forgottenClusters: number;
  };
  readonly journal: RecorderStats & {
    /** null: calls are not written down. */
    readonly directory: string | null;
    readonly pendingBytes: number;
  };
  /** The latest calls, as /api/calls shows them. */
  readonly recent: MemoryJournalStats;
}
