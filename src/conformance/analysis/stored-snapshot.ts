import type { Compat } from '../../kube/compat.js';
import type { Entry } from '../../kube/entry.js';
import type { InventoryWithReadings } from '../../kube/inventory.js';
import { type TakeInventory, takeInventory } from '../../kube/take-inventory.js';
import type { InventoryView } from '../analyst.js';

/** Entries that the server holds for a cluster, and what it makes of them. */
export interface StoredSnapshot {
  readonly entries: readonly Entry[];
  /** Taken when first asked for; the last view is remembered. */
  inventory(view: InventoryView): InventoryWithReadings;
}

/** @param take default: the inventory is taken from scratch */
export function createStoredSnapshot(
  clusterId: string,
  entries: readonly Entry[],
  take: TakeInventory = takeInventory,
): StoredSnapshot {
  let last: { readonly key: string; readonly inventory: InventoryWithReadings } | null = null;
  return {
    entries,
    inventory(view) {
      const key = viewKey(view);
      if (last?.key === key) return last.inventory;
      const { version, errorMsg, registered } = view;
      const inventory = take({ clusterId, version, errorMsg, registered, entries }, view.compat);
      last = { key, inventory };
      return inventory;
    },
  };
}

function viewKey(view: InventoryView): string {
  return JSON.stringify([view.compat, String(view.version), view.errorMsg, view.registered]);
}

/** A snapshot as it is shown where nothing outside of it stands in the way. */
export function plainView(compat: Compat, version: bigint): InventoryView {
  return { compat, version, errorMsg: '', registered: true };
}
