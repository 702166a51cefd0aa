import type { InventoryObject } from '../inventory.js';
import type { OwnerReference } from '../reading.js';
import type { Draft } from './draft.js';

/** Tells why an owner is not shown: because it is not in the upload, or because it was refused. */
export interface OwnerLookup {
  /** The row of an uploaded workload or ReplicaSet, shown or not. */
  find(uid: string): InventoryObject | undefined;
  explain(owner: OwnerReference | null): string;
}

/** To be asked when it is decided which workloads and ReplicaSets are shown. */
export function createOwnerLookup(draft: Draft): OwnerLookup {
  let uploaded: Map<string, InventoryObject> | null = null;
  const find = (uid: string): InventoryObject | undefined => {
    uploaded ??= index(draft);
    return uploaded.get(uid);
  };
  return {
    find,
    explain(owner) {
      const name = `${owner?.kind} ${owner?.name || owner?.uid}`;
      const found = find(owner?.uid ?? '');
      if (found === undefined) return `Its owner ${name} is not in the upload.`;
      return `Its owner ${name} is in the upload, but not shown itself (${found.reason ?? 'of another kind'}).`;
    },
  };
}

function index(draft: Draft): Map<string, InventoryObject> {
  const uploaded = new Map<string, InventoryObject>();
  for (const family of ['workload', 'replicaset'] as const) {
    for (const row of draft.members[family]) {
      const object = draft.rows[row];
      const known = object === undefined ? undefined : uploaded.get(object.uid);
      // A duplicate's reason tells less than that of the row that was refused for itself.
      if (object !== undefined && (known === undefined || (object.reason ?? '') < (known.reason ?? ''))) {
        uploaded.set(object.uid, object);
      }
    }
  }
  return uploaded;
}
