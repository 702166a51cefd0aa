import type { Compat } from '../kube/compat.js';
import type { InventoryCounts, InventoryState, ReasonCode, SnapshotFailure } from '../kube/inventory.js';
import type { WireProblem } from '../wire/wire-problem.js';
import type { RuleTally } from './tally.js';
import type { Standing, TruthOrder } from './truth/cluster-truth.js';

/**
 * Takes uploads apart: inflates, parses, judges entries and snapshots, and holds the snapshot that the server stores for
 * each cluster. One analyst sees all uploads of a cluster, in order.
 */
export interface Analyst {
  /**
   * Resolves when so many more bytes may be handed in; a server waits for it before it answers an upload, so that a
   * sender who is faster than the analysis is slowed down instead of filling the memory.
   */
  admit(bytes: number): Promise<Admission>;
  /**
   * An upload is on its way: what of it is there may be read already. It is handed in later, or it is abandoned.
   *
   * @param there its bytes up to, not including, this offset are there, and do not change any more
   */
  foresee(upload: ForeseenUpload, there: number): void;
  /** The foreseen upload with this number is not handed in. */
  abandon(seq: number): void;
  /** @throws AnalystFault when the analysis itself failed; never because of what the upload holds */
  analyse(upload: Upload): Promise<UploadReport>;
  /**
   * What the server shows of the snapshot stored last for the cluster, in numbers.
   * @throws AnalystFault
   */
  summary(clusterId: string, view: InventoryView): Promise<InventorySummary>;
  /**
   * The inventory of the snapshot stored last for the cluster, as JSON in UTF-8 (`Inventory`).
   * @throws AnalystFault
   */
  inventory(clusterId: string, view: InventoryView): Promise<Uint8Array>;
  /**
   * What changed between the snapshot stored last and the one before it, as JSON in UTF-8; null where fewer than two
   * were stored.
   * @throws AnalystFault
   */
  difference(clusterId: string, view: InventoryView): Promise<Uint8Array | null>;
  /**
   * The stored snapshot as JSON in UTF-8, `{type string: [object, ...]}`; entries that cannot be read are left out. Null
   * where none is stored.
   * @throws AnalystFault
   */
  snapshotJson(clusterId: string): Promise<Uint8Array | null>;
  /**
   * How nodes, Pods and Services shown of the snapshot stored last differ from when this was asked before: JSON in UTF-8, one
   * `ClusterFactsChange` a line. Null where nothing differs, none is stored, or nothing of it is shown.
   *
   * @param upload `seq` to put into the answer
   * @throws AnalystFault
   */
  facts(clusterId: string, view: InventoryView, upload: number): Promise<Uint8Array | null>;
  /** What is known of Kubernetes from now on: uploads handed in later are compared with it. */
  truth(order: TruthOrder): void;
  /**
   * How the snapshot stored last for the cluster stands against what Kubernetes holds at that moment; null where none is stored or nobody tells
   * what Kubernetes holds.
   * @throws AnalystFault
   */
  standing(clusterId: string, question: StandingQuestion): Promise<Standing | null>;
  /** The server restarted: it holds no snapshot any more. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/** Room for the bytes of one call, until released. Releasing twice does nothing. */
export interface Admission {
  release(): void;
}

export interface StandingQuestion {
  /** Unix time, ms. */
  readonly time: number;
  /** Objects that are asked for by name. */
  readonly uids: readonly string[];
}

/** A request that is on its way. */
export interface ForeseenUpload {
  /** `CallRecord.seq`. */
  readonly seq: number;
  readonly clusterId: string;
  /** Room for the whole request message, in memory that threads share. */
  readonly bytes: Uint8Array;
}

/** A request that carries entries; also one that carries none and makes the server hold none. */
export interface Upload {
  /** `CallRecord.seq`. */
  readonly seq: number;
  /** `CallRecord.time`. */
  readonly time: number;
  readonly clusterId: string;
  /** uint64. */
  readonly version: bigint;
  readonly errorMsg: string;
  /** A domain with this cluster id exists. */
  readonly registered: boolean;
  /** The server keeps the entries; otherwise they are judged and the snapshot stored before stays. */
  readonly stored: boolean;
  /** The request message. */
  readonly bytes: Uint8Array;
}

/** How the stored snapshot is looked at. */
export interface InventoryView {
  readonly compat: Compat;
  readonly version: bigint;
  /** `error_msg` of the cluster as it stands now. */
  readonly errorMsg: string;
  readonly registered: boolean;
}

/** What came of one upload. Small whatever the upload's size. */
export interface UploadReport {
  readonly seq: number;
  readonly clusterId: string;
  readonly stored: boolean;
  readonly entries: number;
  /** Entries whose bytes had not been seen before and were decoded. */
  readonly decoded: number;
  /** Entries that hold no readable JSON. */
  readonly unreadable: number;
  /** See `SyncCall.contentDigest`. */
  readonly contentDigest: string;
  /** See `digestOf`. */
  readonly bytesDigest: string;
  /** Oddities of the entries' protobuf fields, at most 20. */
  readonly problems: readonly WireProblem[];
  /** One for each entry rule, then one for each snapshot rule, then for each truth rule, as far as the compat knows them. */
  readonly tallies: readonly RuleTally[];
  /** Rules that broke while judging: faults of Plumbline, at most 20. */
  readonly faults: readonly string[];
  readonly timings: UploadTimings;
}

/** ms each. */
export interface UploadTimings {
  /** Splitting, look-ups, inflating, parsing, readings and entry rules. */
  readonly entries: number;
  readonly snapshotRules: number;
}

/** An inventory in numbers. */
export interface InventorySummary {
  readonly state: InventoryState;
  readonly reason: string;
  readonly counts: InventoryCounts;
  readonly objects: number;
  readonly shown: number;
  /** How many objects each reason hides. */
  readonly hiddenBy: Readonly<Partial<Record<ReasonCode, number>>>;
  readonly hazards: number;
  /** At most 20. */
  readonly failures: readonly SnapshotFailure[];
}
