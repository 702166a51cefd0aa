import { noPorts } from '../read/container-ports.js';
import { noLabels } from '../read/labels.js';
import type { Labels, WorkloadKind, WorkloadReading } from '../reading.js';
import { type Draft, hasIdentity, isInNamespace, note } from './draft.js';
import { createUidClaims, precedes } from './unique.js';

/** What the server shows as a workload. */
export interface Workload {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** What the Rancher annotation of a Service calls its kind. */
  readonly kind: string;
  /** It is an object of the upload, and not only named as an owner. */
  readonly isUploaded: boolean;
  /** Label sets that Services are matched with; a pair counts that is in either. */
  readonly labels: Labels;
  readonly templateLabels: Labels;
  readonly namedPorts: ReadonlyMap<string, number>;
}

/** By uid. */
export type ShownWorkloads = Map<string, Workload>;

/** The server files an OpenGaussCluster under StatefulSets. */
const rancherKind: Readonly<Record<WorkloadKind, string>> = {
  Deployment: 'deployment',
  StatefulSet: 'statefulset',
  DaemonSet: 'daemonset',
  ReplicationController: 'replicationcontroller',
  CloneSet: 'cloneset',
  OpenGaussCluster: 'statefulset',
};

export function gatherWorkloads(draft: Draft, namespaces: ReadonlySet<string>): ShownWorkloads {
  const shown = createUidClaims(draft, draft.members.workload.length);
  for (const row of draft.members.workload) {
    const workload = draft.readings[row];
    if (workload?.kind !== 'workload') continue;
    if (!hasIdentity(draft, row, workload.meta)) continue;
    if (isInNamespace(draft, row, workload.meta, namespaces)) shown.claim(row, workload.meta.uidHash);
  }
  const workloads: ShownWorkloads = new Map();
  for (const row of shown.rows()) {
    const reading = draft.readings[row];
    if (reading?.kind === 'workload') workloads.set(reading.meta.uid, toWorkload(reading));
  }
  inventWorkloads(draft, namespaces, workloads);
  return workloads;
}

function toWorkload(reading: WorkloadReading): Workload {
  const { meta, workloadKind } = reading;
  return {
    uid: meta.uid,
    namespace: meta.namespace,
    name: meta.name,
    kind: rancherKind[workloadKind],
    isUploaded: true,
    // Of a ReplicationController only the template's labels are indexed.
    labels: workloadKind === 'ReplicationController' ? noLabels : reading.labels,
    templateLabels: reading.templateLabels,
    namedPorts: reading.namedPorts,
  };
}

/** Pods of an InPlaceSet bring their workload along: the server makes one of the owner's name and uid. */
function inventWorkloads(draft: Draft, namespaces: ReadonlySet<string>, workloads: ShownWorkloads): void {
  if (!draft.traits.podOwnerKinds.has('InPlaceSet')) return;
  const inventors = new Map<string, number>();
  for (const row of draft.inventors) {
    const pod = draft.readings[row];
    if (pod?.kind !== 'pod' || pod.owner.first === null) continue;
    const owner = pod.owner.first.uid;
    if (pod.meta.uid === '' || pod.meta.name === '' || !namespaces.has(pod.meta.namespace)) continue;
    const other = inventors.get(owner);
    if (!workloads.has(owner) && (other === undefined || precedes(draft, row, other))) inventors.set(owner, row);
  }
  for (const row of inventors.values()) {
    const pod = draft.readings[row];
    if (pod?.kind !== 'pod' || pod.owner.first === null) continue;
    const { name, uid } = pod.owner.first;
    const { namespace } = pod.meta;
    workloads.set(uid, {
      uid,
      namespace,
      name,
      kind: 'inplaceset',
      isUploaded: false,
      labels: pod.labels,
      templateLabels: noLabels,
      namedPorts: noPorts,
    });
    note(
      draft,
      row,
      'becomes-workload',
      `Its owner, InPlaceSet ${name}, is shown as a workload of type Deployment, made of this reference.`,
    );
  }
}
