import type { ReasonCode } from '../inventory.js';
import type { OwnerReference } from '../reading.js';
import type { Draft } from './draft.js';
import type { ShownReplicaSets } from './replica-sets.js';
import type { ShownWorkloads } from './workloads.js';

/** Tells why an owner is not shown: because it is not in the upload, or because it was refused. */
export interface OwnerLookup {
  /** What became of an uploaded workload or ReplicaSet; null where none was uploaded with this uid. */
  find(uid: string): 'shown' | ReasonCode | null;
  explain(owner: OwnerReference | null): string;
}

/** To be made when it is decided which workloads and ReplicaSets are shown. */
export function createOwnerLookup(draft: Draft, workloads: ShownWorkloads, replicaSets: ShownReplicaSets): OwnerLookup {
  let hidden: ReadonlyMap<string, ReasonCode> | null = null;
  const find = (uid: string): 'shown' | ReasonCode | null => {
    if (replicaSets.has(uid) || workloads.get(uid)?.isUploaded) return 'shown';
    hidden ??= indexHidden(draft);
    return hidden.get(uid) ?? null;
  };
  return {
    find,
    explain(owner) {
      const name = `${owner?.kind} ${owner?.name || owner?.uid}`;
      const found = find(owner?.uid ?? '');
      if (found === null) return `Its owner ${name} is not in the upload.`;
      return `Its owner ${name} is in the upload, but not shown itself (${found === 'shown' ? 'of another kind' : found}).`;
    },
  };
}

function indexHidden(draft: Draft): ReadonlyMap<string, ReasonCode> {
  const hidden = new Map<string, ReasonCode>();
  for (const row of draft.refused) {
    const kind = draft.readings[row]?.kind;
    const object = draft.rows[row];
    if ((kind !== 'workload' && kind !== 'replicaset') || object?.reason === undefined) continue;
    // To this compat it is as if it were not there.
    if (object.reason === 'type-not-read') continue;
    const known = hidden.get(object.uid);
    // A duplicate's reason tells less than that of the row that was refused for itself.
    if (known === undefined || object.reason < known) hidden.set(object.uid, object.reason);
  }
  return hidden;
}
