import { noLabels } from '../read/labels.js';
import type { ReplicaSetReading } from '../reading.js';
import { type Draft, hasIdentity, isInNamespace, note, refuse } from './draft.js';
import { createUidClaims } from './unique.js';
import type { ShownWorkloads, Workload } from './workloads.js';

/** The workload under which each shown ReplicaSet stands, by the ReplicaSet's uid. */
export type ShownReplicaSets = Map<string, Workload>;

/** Adds to `workloads` the ReplicaSets that stand for themselves. */
export function gatherReplicaSets(
  draft: Draft,
  namespaces: ReadonlySet<string>,
  workloads: ShownWorkloads,
): ShownReplicaSets {
  const shown = createUidClaims(draft, draft.members.replicaset.length);
  for (const row of draft.members.replicaset) {
    const replicaSet = draft.readings[row];
    if (replicaSet?.kind !== 'replicaset') continue;
    if (isAdmitted(draft, row, replicaSet, namespaces)) shown.claim(row, replicaSet.meta.uidHash);
  }
  const byUid: ShownReplicaSets = new Map();
  const standAlone: Workload[] = [];
  for (const row of shown.rows()) {
    const replicaSet = draft.readings[row];
    if (replicaSet?.kind !== 'replicaset') continue;
    const { meta, owner } = replicaSet;
    let workload = workloads.get(owner.first?.uid ?? '');
    if (workload === undefined) {
      workload = toWorkload(replicaSet);
      standAlone.push(workload);
      const cut = meta.name.lastIndexOf('-');
      const shownName = cut < 0 ? meta.name : meta.name.slice(0, cut);
      note(
        draft,
        row,
        'becomes-workload',
        `Its owner ${owner.first?.name || owner.first?.uid} is not among the shown workloads, so it is shown as a workload of its own, named ${shownName}.`,
      );
    }
    byUid.set(meta.uid, workload);
    if (owner.shape === 'object') {
      note(
        draft,
        row,
        'owner-references-object-accepted',
        'metadata.ownerReferences is an object: real servers want an array and would leave the ReplicaSet out.',
      );
    }
  }
  // Only now, so that no ReplicaSet stands under another one, whatever the order of entries.
  for (const workload of standAlone) {
    if (!workloads.has(workload.uid)) workloads.set(workload.uid, workload);
  }
  return byUid;
}

function isAdmitted(
  draft: Draft,
  row: number,
  { meta, replicas, owner }: ReplicaSetReading,
  namespaces: ReadonlySet<string>,
): boolean {
  if (!hasIdentity(draft, row, meta)) return false;
  if (replicas <= 0) {
    refuse(
      draft,
      row,
      'replicaset-inactive',
      'spec.replicas is 0 or absent: the server takes the ReplicaSet for inactive.',
    );
    return false;
  }
  if (!isInNamespace(draft, row, meta, namespaces)) return false;
  const isOddShape =
    owner.shape === 'other' || (owner.shape === 'object' && !draft.traits.acceptsOwnerReferencesObject);
  if (isOddShape) {
    refuse(
      draft,
      row,
      'owner-references-not-an-array',
      'metadata.ownerReferences is not an array, so the owner is not found: send it as Kubernetes has it.',
    );
    return false;
  }
  if (owner.first === null || owner.first.uid === '') {
    refuse(
      draft,
      row,
      'no-owner',
      'metadata.ownerReferences[0].uid is absent: a ReplicaSet without an owner is not shown.',
    );
    return false;
  }
  return true;
}

function toWorkload({ meta, templateLabels, namedPorts }: ReplicaSetReading): Workload {
  return {
    uid: meta.uid,
    namespace: meta.namespace,
    name: meta.name,
    kind: 'replicasetcontroller',
    isUploaded: true,
    labels: noLabels,
    templateLabels,
    namedPorts,
  };
}
