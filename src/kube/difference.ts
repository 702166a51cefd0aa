import type { InventoryObject, InventoryWithReadings, ReasonCode } from './inventory.js';
import type { Reading } from './reading.js';
import { findTypeString } from './type-strings.js';

export interface ObjectName {
  readonly type: string;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

/** Why an object that was not shown is shown now. */
export type CreationCause =
  /** The inventory before showed nothing at all; the text tells why. */
  | { readonly kind: 'snapshot-was-not-shown'; readonly detail: string }
  | { readonly kind: 'new-in-upload' }
  /** It was uploaded before, but not shown, for this reason. */
  | { readonly kind: 'reason-gone'; readonly reason: ReasonCode };

/** Why an object that was shown is not shown any more. */
export type DeletionCause =
  | { readonly kind: 'absent-from-upload' }
  /** The Namespace, owner or workload that it hangs on is not shown any more. */
  | { readonly kind: 'parent-gone'; readonly reason: ReasonCode; readonly parent: string; readonly detail: string }
  /** A field that it needs is gone, or has a value that is not shown. */
  | { readonly kind: 'field-lost'; readonly reason: ReasonCode; readonly field: string; readonly detail: string }
  /** Another object of the upload stands in its place, or its entry cannot be read. */
  | { readonly kind: 'displaced'; readonly reason: ReasonCode; readonly detail: string };

export interface InventoryDifference {
  /** Null: the server takes over the later snapshot. Else why it keeps what it showed; then nothing differs. */
  readonly keepsBecause: string | null;
  readonly created: readonly { readonly object: ObjectName; readonly cause: CreationCause }[];
  /** Objects shown in both whose needed content differs; `changed` names what does, in the words of readings. */
  readonly updated: readonly { readonly object: ObjectName; readonly changed: readonly string[] }[];
  readonly deleted: readonly { readonly object: ObjectName; readonly cause: DeletionCause }[];
}

/**
 * What the server creates, updates and deletes when the later of two snapshots of a cluster takes the place of the
 * earlier. Sorted by type and uid; empty for equal snapshots.
 */
export function difference(before: InventoryWithReadings, after: InventoryWithReadings): InventoryDifference {
  if (after.inventory.state !== 'shown') {
    return { keepsBecause: after.inventory.reason, created: [], updated: [], deleted: [] };
  }
  const isFirst = before.inventory.state !== 'shown';
  const earlier = indexRows(before.inventory.objects);
  const later = indexRows(after.inventory.objects);
  const created: InventoryDifference['created'][number][] = [];
  const updated: InventoryDifference['updated'][number][] = [];
  const deleted: InventoryDifference['deleted'][number][] = [];
  for (const [key, row] of later) {
    const object = after.inventory.objects[row];
    if (object === undefined || !object.shown) continue;
    const old = earlier.get(key);
    const oldObject = old === undefined ? undefined : before.inventory.objects[old];
    if (isFirst || old === undefined || oldObject === undefined || !oldObject.shown) {
      const cause = isFirst
        ? ({ kind: 'snapshot-was-not-shown', detail: before.inventory.reason } as const)
        : creationCause(oldObject);
      created.push({ object: nameOf(object), cause });
      continue;
    }
    const oldReading = before.readings[old] ?? null;
    const reading = after.readings[row] ?? null;
    if (oldReading?.digest === reading?.digest) continue;
    updated.push({ object: nameOf(object), changed: changedParts(oldReading, reading) });
  }
  if (!isFirst) {
    for (const [key, row] of earlier) {
      const object = before.inventory.objects[row];
      if (object === undefined || !object.shown) continue;
      const next = later.get(key);
      const nextObject = next === undefined ? undefined : after.inventory.objects[next];
      if (nextObject?.shown) continue;
      deleted.push({ object: nameOf(object), cause: deletionCause(nextObject, after.readings[next ?? -1] ?? null) });
    }
  }
  return {
    keepsBecause: null,
    created: created.sort(byName),
    updated: updated.sort(byName),
    deleted: deleted.sort(byName),
  };
}

/** Rows by family and uid (a change of the type string replaces nothing); of several with one uid the one that is shown. */
function indexRows(objects: readonly InventoryObject[]): Map<string, number> {
  const rows = new Map<string, number>();
  for (let row = 0; row < objects.length; row++) {
    const object = objects[row];
    if (object === undefined) continue;
    // The version entry has no uid, and there is but one that counts.
    if (object.uid === '' && !object.shown) continue;
    const family = findTypeString(object.type)?.family ?? object.type;
    const key = `${family} ${object.uid}`;
    if (object.shown || !rows.has(key)) rows.set(key, row);
  }
  return rows;
}

function creationCause(before: InventoryObject | undefined): CreationCause {
  if (before?.reason === undefined) return { kind: 'new-in-upload' };
  return { kind: 'reason-gone', reason: before.reason };
}

/** The field that each reason complains of, as a JSON path. */
const fieldOfReason: Partial<Readonly<Record<ReasonCode, string>>> = {
  'no-metadata': 'metadata',
  'no-uid': 'metadata.uid',
  'no-name': 'metadata.name',
  'no-git-version': 'gitVersion',
  'no-namespace': 'metadata.namespace',
  'no-internal-ip': 'status.addresses',
  'replicaset-inactive': 'spec.replicas',
  'no-owner': 'metadata.ownerReferences',
  'owner-references-not-an-array': 'metadata.ownerReferences',
  'owner-kind-unsupported': 'metadata.ownerReferences[0].kind',
  'no-selector': 'spec.selector',
  'service-type-unsupported': 'spec.type',
  'no-ports': 'spec.ports',
};

function deletionCause(after: InventoryObject | undefined, reading: Reading | null): DeletionCause {
  if (after?.reason === undefined) return { kind: 'absent-from-upload' };
  const { reason, detail = '' } = after;
  if (reason === 'namespace-not-shown') {
    return { kind: 'parent-gone', reason, parent: `Namespace ${after.namespace}`, detail };
  }
  if (reason === 'owner-not-shown') {
    const owner = reading?.kind === 'pod' ? reading.owner.first : null;
    return { kind: 'parent-gone', reason, parent: `${owner?.kind} ${owner?.name || owner?.uid}`, detail };
  }
  if (reason === 'no-workload-matches') {
    return { kind: 'parent-gone', reason, parent: 'the workloads that the selector matched', detail };
  }
  const field = fieldOfReason[reason];
  return field === undefined ? { kind: 'displaced', reason, detail } : { kind: 'field-lost', reason, field, detail };
}

const derived: ReadonlySet<string> = new Set([
  'row',
  'ordinaryIn',
  'bringsWorkload',
  'digest',
  'neededSize',
  'fields',
  'fieldsApplicable',
  'jsonKind',
]);

/** Empty where what differs is not kept in readings (a creation time, the labels of a ReplicaSet). */
function changedParts(before: Reading | null, after: Reading | null): readonly string[] {
  if (before === null || after === null) return [];
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after)
    .filter(([part, value]) => !derived.has(part) && asText(value) !== asText(old.get(part)))
    .map(([part]) => part);
}

function asText(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (each instanceof Map ? [...each].sort() : each)) ?? '';
}

function nameOf({ type, uid, namespace, name }: InventoryObject): ObjectName {
  return { type, uid, namespace, name };
}

function byName(left: { readonly object: ObjectName }, right: { readonly object: ObjectName }): number {
  const a = `${left.object.type} ${left.object.uid}`;
  const b = `${right.object.type} ${right.object.uid}`;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
