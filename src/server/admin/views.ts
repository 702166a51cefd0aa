import type { InventoryCounts, InventoryState, SnapshotFailure } from '../../kube/inventory.js';
import type { ServerModel } from '../model/server-model.js';

/** What the server itself does not know: what came of judging the calls. Handed in. */
export interface Views {
  clusters(): Promise<readonly ClusterView[]>;
  /** JSON in UTF-8 (`Inventory` of src/kube); null where no snapshot of the cluster is held. */
  inventoryJson(clusterId: string): Promise<Uint8Array | null>;
  /** What the latest snapshot changed: JSON in UTF-8 (`Difference` of src/kube); null where fewer than two came. */
  differenceJson(clusterId: string): Promise<Uint8Array | null>;
  /** JSON in UTF-8, `{type string: [object, ...]}`; null as above. */
  snapshotJson(clusterId: string): Promise<Uint8Array | null>;
  /** JSON in UTF-8, as `check --report json` writes it. */
  verdictJson(): Promise<Uint8Array>;
}

export interface ClusterView {
  readonly clusterId: string;
  readonly registered: boolean;
  /** uint64 in decimal; null where nothing is held. */
  readonly version: string | null;
  /** Unix time, ms, of the last call that was taken in; null as above. */
  readonly updated: number | null;
  readonly errorMsg: string;
  /** null where nobody looked. */
  readonly state: InventoryState | null;
  /** Why the state is not `shown`; "" where it is. */
  readonly reason: string;
  /** Why the snapshot is not shown, in the words of the server; null where it is, and where nobody looked. */
  readonly failure: SnapshotFailure | null;
  readonly counts: InventoryCounts | null;
}

/** The views of a server that nobody judges. */
export function modelViews(model: ServerModel, now: () => number): Views {
  return {
    clusters: async () =>
      model.clusters(now()).map(({ clusterId, registered, stored }) => ({
        clusterId,
        registered,
        version: stored === null ? null : stored.version.toString(),
        updated: stored?.time ?? null,
        errorMsg: stored?.errorMsg ?? '',
        state: stored === null ? 'empty' : null,
        reason: '',
        failure: null,
        counts: null,
      })),
    inventoryJson: async () => null,
    differenceJson: async () => null,
    snapshotJson: async () => null,
    verdictJson: async () => Buffer.from('{"outcome":"nothing-judged","rules":[]}'),
  };
}
