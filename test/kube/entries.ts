import type { Compat } from '../../src/kube/compat.js';
import type { Entry, EntryFacts, EntryFailure, Snapshot } from '../../src/kube/entry.js';
import type { Inventory, InventoryObject } from '../../src/kube/inventory.js';
import { readObject } from '../../src/kube/read-object.js';
import { takeInventory } from '../../src/kube/take-inventory.js';

const facts: EntryFacts = { compressedBytes: 1, inflatedBytes: 1, trailingBytes: 0, invalidUtf8: false };

/** An entry before it has a place in a request. */
export type Draft =
  | { readonly type: string; readonly object: unknown }
  | { readonly type: string; readonly failure: EntryFailure };

export const notInflatable: EntryFailure = { stage: 'inflate', code: 'not-zlib', message: 'not a zlib stream.' };
export const notJson: EntryFailure = { stage: 'json', code: 'json-syntax', message: 'not JSON.' };

export function entryAt(index: number, draft: Draft): Entry {
  return 'failure' in draft
    ? { index, type: draft.type, decoded: { facts, failure: draft.failure, readings: [] } }
    : { index, type: draft.type, decoded: { facts, failure: null, readings: readObject(draft.type, draft.object) } };
}

export function snapshotOf(drafts: readonly Draft[], options: Partial<Snapshot> = {}): Snapshot {
  return {
    clusterId: 'cluster-1',
    version: 7n,
    errorMsg: '',
    registered: true,
    entries: drafts.map((draft, index) => entryAt(index, draft)),
    ...options,
  };
}

export function inventoryOf(compat: Compat, drafts: readonly Draft[], options: Partial<Snapshot> = {}): Inventory {
  return takeInventory(snapshotOf(drafts, options), compat).inventory;
}

/** The only row of a uid; fails where there is none or several. */
export function rowOf(inventory: Inventory, uid: string): InventoryObject {
  const rows = inventory.objects.filter((object) => object.uid === uid);
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`${rows.length} rows of ${uid}`);
  return row;
}

export function noteCodes(object: InventoryObject): readonly string[] {
  return (object.notes ?? []).map(({ code }) => code);
}
