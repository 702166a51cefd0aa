import type { InventoryObject, ReasonCode, SnapshotFailure } from '../inventory.js';
import type { OwnerReference } from '../reading.js';
import { findTypeString } from '../type-strings.js';
import { count, type Draft, listed } from './draft.js';
import type { OwnerLookup } from './owner-lookup.js';

/** What each owner kind is got by; other kinds cannot be uploaded. */
const resourceOfKind: ReadonlyMap<string, string> = new Map([
  ['ReplicaSet', 'replicasets,deployments'],
  ['Deployment', 'deployments'],
  ['StatefulSet', 'statefulsets'],
  ['DaemonSet', 'daemonsets'],
  ['ReplicationController', 'replicationcontrollers'],
  ['CloneSet', 'clonesets'],
  ['StatefulSetPlus', 'statefulsets'],
  ['OpenGaussCluster', 'opengaussclusters'],
]);

/** What to add, the most valuable first; one sentence each, one topic once. */
export function adviseOn(draft: Draft, failures: readonly SnapshotFailure[], owners: OwnerLookup): readonly string[] {
  const refused = groupRefused(draft);
  return [
    ...failures.map(({ detail }) => detail),
    ...adviceForLists(refused),
    ...adviceForNamespaces(refused),
    ...adviceForOwners(draft, refused, owners),
    ...adviceForOwnerShape(refused),
    ...adviceForWorkloads(draft, owners),
    ...adviceForServices(draft, refused),
    ...adviceForIngressTypes(refused),
    ...adviceForIdentities(refused),
    ...adviceForUnknownTypes(refused),
    ...whatCannotBeShown(draft, refused),
  ];
}

type Refused = ReadonlyMap<ReasonCode, readonly RefusedRow[]>;

interface RefusedRow {
  readonly row: number;
  readonly object: InventoryObject;
}

function groupRefused(draft: Draft): Refused {
  const groups = new Map<ReasonCode, RefusedRow[]>();
  for (const row of draft.refused) {
    const object = draft.rows[row];
    if (object?.reason === undefined) continue;
    const group = groups.get(object.reason);
    if (group === undefined) groups.set(object.reason, [{ row, object }]);
    else group.push({ row, object });
  }
  return groups;
}

function adviceForLists(refused: Refused): readonly string[] {
  const lists = refused.get('not-one-object') ?? [];
  if (lists.length === 0) return [];
  const types = listed(lists.map(({ object }) => object.type));
  return [
    `Send every Kubernetes object as an entry of its own: ${count(lists.length, 'entry', 'entries')} (${types}) hold something else, and nothing is read from them.`,
  ];
}

function adviceForNamespaces(refused: Refused): readonly string[] {
  const objects = refused.get('namespace-not-shown') ?? [];
  if (objects.length === 0) return [];
  const names = listed(objects.map(({ object }) => object.namespace));
  const verb = objects.length === 1 ? 'refers' : 'refer';
  return [
    `Add *v1.Namespace entries (kubectl get namespaces -o json): ${count(objects.length, 'object')} ${verb} to namespaces that are not in the upload: ${names}.`,
  ];
}

/** Also of Pods that are refused for their namespace already: it is not all that they lack. */
function adviceForOwners(draft: Draft, refused: Refused, owners: OwnerLookup): readonly string[] {
  const missing = new Map<string, number>();
  for (const owner of ownersOfRefusedPods(draft, refused)) {
    if (owner.uid === '' || owner.kind === 'InPlaceSet' || !draft.traits.podOwnerKinds.has(owner.kind)) continue;
    if (owners.find(owner.uid) === null) missing.set(owner.kind, (missing.get(owner.kind) ?? 0) + 1);
  }
  return [...missing]
    .sort(([leftKind, left], [rightKind, right]) => right - left || (leftKind < rightKind ? -1 : 1))
    .map(([kind, pods]) => {
      const resource = resourceOfKind.get(kind);
      const what = kind === 'ReplicaSet' ? 'ReplicaSets and Deployments' : `${kind}s`;
      const how = resource === undefined ? '' : ` (kubectl get ${resource} -A -o json)`;
      return `Add ${what}${how}: ${count(pods, 'Pod is', 'Pods are')} owned by ${kind}s that are not in the upload.`;
    });
}

function* ownersOfRefusedPods(draft: Draft, refused: Refused): Generator<OwnerReference> {
  for (const reason of ['namespace-not-shown', 'owner-not-shown', 'owner-kind-unsupported'] as const) {
    for (const { row } of refused.get(reason) ?? []) {
      const pod = draft.readings[row];
      if (pod?.kind === 'pod' && pod.owner.shape === 'array' && pod.owner.first !== null) yield pod.owner.first;
    }
  }
}

function adviceForOwnerShape(refused: Refused): readonly string[] {
  const objects = refused.get('owner-references-not-an-array') ?? [];
  if (objects.length === 0) return [];
  return [
    `Send metadata.ownerReferences as the array that Kubernetes has: ${count(objects.length, 'object')} (${listed(objects.map(({ object }) => object.name))}) have something else there.`,
  ];
}

/** ReplicaSets that are workloads only because their Deployment is missing. */
function adviceForWorkloads(draft: Draft, owners: OwnerLookup): readonly string[] {
  let orphans = 0;
  for (const row of draft.members.replicaset) {
    const replicaSet = draft.readings[row];
    const object = draft.rows[row];
    // Only a ReplicaSet that stands for itself has anything noted.
    if (object?.notes === undefined || !object.shown || replicaSet?.kind !== 'replicaset') continue;
    if (owners.find(replicaSet.owner.first?.uid ?? '') === null) orphans += 1;
  }
  if (orphans === 0) return [];
  const consequence =
    orphans === 1
      ? '1 ReplicaSet stands as a workload of its own, since its owner is not in the upload'
      : `${orphans} ReplicaSets stand as workloads of their own, since their owners are not in the upload`;
  return [`Add Deployments (kubectl get deployments -A -o json): ${consequence}.`];
}

function adviceForServices(draft: Draft, refused: Refused): readonly string[] {
  const unmatched = refused.get('no-workload-matches') ?? [];
  if (unmatched.length === 0 || draft.traits.serviceMatches === 'pod-labels') return [];
  const bare = draft.members.workload.filter((row) => {
    const workload = draft.readings[row];
    return workload?.kind === 'workload' && workload.templateLabels.size === 0;
  }).length;
  if (bare === 0) return [];
  return [
    `Add spec.template.metadata.labels to the workloads (${count(bare, 'has none', 'have none')}): ${count(unmatched.length, 'Service matches', 'Services match')} no workload.`,
  ];
}

function adviceForIngressTypes(refused: Refused): readonly string[] {
  const shadowed = refused.get('type-shadowed') ?? [];
  if (shadowed.length === 0) return [];
  return [
    `Send all Ingresses and Routes under the type *v1.Ingress: ${count(shadowed.length, 'entry', 'entries')} under ${listed(shadowed.map(({ object }) => object.type))} ${shadowed.length === 1 ? 'is' : 'are'} not read beside another of these types.`,
  ];
}

function adviceForIdentities(refused: Refused): readonly string[] {
  const taken = refused.get('identity-taken') ?? [];
  if (taken.length === 0) return [];
  return [
    `Leave generateName and generate_name out of Pods: ${count(taken.length, 'Pod is', 'Pods are')} taken for another one because of them.`,
  ];
}

function adviceForUnknownTypes(refused: Refused): readonly string[] {
  const unknown = refused.get('type-unknown') ?? [];
  if (unknown.length === 0) return [];
  return [
    `Correct or leave out the types that no server knows: ${count(unknown.length, 'entry has', 'entries have')} one (${listed(unknown.map(({ object }) => object.type))}).`,
  ];
}

function whatCannotBeShown(draft: Draft, refused: Refused): readonly string[] {
  const byKind = new Map<string, number>();
  const add = (what: string): void => void byKind.set(what, (byKind.get(what) ?? 0) + 1);
  for (const { kind, uid } of ownersOfRefusedPods(draft, refused)) {
    if (uid === '' || draft.traits.podOwnerKinds.has(kind)) continue;
    add(kind === 'Node' ? 'static Pods' : kind === '' ? 'Pods of an owner without kind' : `Pods of a ${kind}`);
  }
  for (const { object } of refused.get('no-owner') ?? []) {
    add(object.type === '*v1.Pod' ? 'Pods without an owner' : 'ReplicaSets without an owner');
  }
  // Their namespace hides it now, but they will not be shown with it either.
  for (const { row } of refused.get('namespace-not-shown') ?? []) {
    const reading = draft.readings[row];
    if (reading?.kind === 'pod' && reading.owner.shape === 'absent') add('Pods without an owner');
    if (reading?.kind === 'service' && reading.selector.size === 0) add('Services without a selector');
  }
  for (const _ of refused.get('no-selector') ?? []) add('Services without a selector');
  for (const _ of refused.get('replicaset-inactive') ?? []) add('ReplicaSets at 0 replicas');
  for (const { object } of refused.get('type-not-read') ?? []) {
    if (findTypeString(object.type)?.family === 'other') add(`entries of type ${object.type}`);
  }
  if (byKind.size === 0) return [];
  const list = [...byKind]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([what, number]) => `${what} (${number})`);
  return [`DeepFlow cannot show these, whatever is uploaded: ${list.join(', ')}.`];
}
