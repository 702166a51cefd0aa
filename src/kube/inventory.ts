import type { Compat } from './compat.js';
import type { Reading } from './reading.js';

/**
 * - `shown`: the server shows what `counts` and `objects` say.
 * - `frozen`: an `error_msg` blocks the cluster; what was shown before stays.
 * - `rejected`: the snapshot fails as a whole; what was shown before stays.
 * - `empty`: the server holds no snapshot of this cluster.
 * - `unregistered`: no domain has this cluster id; the snapshot sits in memory unused.
 */
export type InventoryState = 'shown' | 'frozen' | 'rejected' | 'empty' | 'unregistered';

export interface InventoryCounts {
  readonly nodes: number;
  readonly namespaces: number;
  readonly workloads: number;
  readonly replicaSets: number;
  readonly services: number;
  readonly servicePorts: number;
  readonly workloadPorts: number;
  readonly ingresses: number;
  readonly ingressRules: number;
  readonly ingressBackends: number;
  readonly pods: number;
  readonly configMaps: number;
}

/** Why an object is not shown. */
export type ReasonCode =
  | 'entry-unreadable'
  | 'not-one-object'
  | 'type-unknown'
  | 'type-not-read'
  | 'type-shadowed'
  | 'no-metadata'
  | 'no-uid'
  | 'no-name'
  | 'no-git-version'
  | 'duplicate-uid'
  | 'no-namespace'
  | 'namespace-not-shown'
  | 'no-internal-ip'
  | 'replicaset-inactive'
  | 'no-owner'
  | 'owner-references-not-an-array'
  | 'owner-kind-unsupported'
  | 'owner-not-shown'
  | 'identity-taken'
  | 'no-selector'
  | 'service-type-unsupported'
  | 'no-ports'
  | 'no-workload-matches';

/** Something that a shown object lacks, though it is shown. */
export type NoteCode =
  | 'node-not-ready'
  | 'pod-not-ready'
  | 'pod-without-address'
  | 'pod-without-node'
  | 'pod-without-containers'
  | 'port-without-target'
  | 'path-without-backend'
  | 'rule-without-backend'
  | 'becomes-workload'
  | 'list-accepted'
  | 'owner-references-object-accepted'
  | 'generate-name-accepted';

export interface InventoryNote {
  readonly code: NoteCode;
  readonly detail: string;
}

export interface InventoryObject {
  /** The entry's type string. */
  readonly type: string;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Judged as if the snapshot were accepted as a whole. */
  readonly shown: boolean;
  readonly reason?: ReasonCode;
  /** A sentence for a person: what was found, what was expected, what to do. */
  readonly detail?: string;
  readonly notes?: readonly InventoryNote[];
}

export interface Hazard {
  /** The id of the rule that judges it, e.g. `hazard/pod-ip-is-an-ip`. */
  readonly id: string;
  readonly type: string;
  readonly uid: string;
  readonly name: string;
  readonly detail: string;
}

/** One cause why a snapshot fails as a whole. `text` is the server's own wording. */
export interface SnapshotFailure {
  readonly code:
    | 'error-msg'
    | 'unregistered'
    | 'no-entries'
    | 'entry-not-inflatable'
    | 'no-version-info'
    | 'no-git-version'
    | 'entry-not-json'
    | 'address-not-parseable'
    | 'no-usable-node'
    | 'controller-crash';
  readonly text: string;
  /** A sentence for a person: what to add or change. */
  readonly detail: string;
}

export interface Inventory {
  readonly clusterId: string;
  readonly compat: Compat;
  /** uint64 in decimal. */
  readonly version: string;
  readonly state: InventoryState;
  /** Why `state` is not `shown`, in a sentence; "" where it is. */
  readonly reason: string;
  /** Every cause, in the order in which the server would meet them; `reason` tells the first. */
  readonly failures: readonly SnapshotFailure[];
  /** All 0 unless `state` is `shown`. */
  readonly counts: InventoryCounts;
  readonly objects: readonly InventoryObject[];
  readonly hazards: readonly Hazard[];
  /** What the uploader would have to add to have more shown, most valuable first; one sentence each. */
  readonly advice: readonly string[];
}

/** What is kept apart so that the inventory is plain JSON. */
export interface InventoryWithReadings {
  readonly inventory: Inventory;
  /** The reading behind each of `Inventory.objects`, by position. */
  readonly readings: readonly (Reading | null)[];
  /** Positions of the objects that are not shown, in ascending order. */
  readonly hidden: readonly number[];
}
