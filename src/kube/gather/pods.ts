import { parseAddress } from '../address.js';
import { type Compat, compatTraits } from '../compat.js';
import type { PodReading } from '../reading.js';
import { type Draft, hasIdentity, isInNamespace, note, refuse } from './draft.js';
import { addHazard } from './hazards.js';
import type { ShownNamespaces } from './namespaces.js';
import type { OwnerLookup } from './owner-lookup.js';
import { claimIdentities, derivedIdentity } from './pod-identity.js';
import { isOrdinary, type PodSurroundings } from './pod-surroundings.js';
import type { ShownReplicaSets } from './replica-sets.js';
import { createUidClaims } from './unique.js';
import type { ShownWorkloads, Workload } from './workloads.js';

export interface ShownPods {
  readonly count: number;
  /** Rows of the shown Pods that are not known to be ordinary. */
  readonly remarkable: readonly number[];
  /** The workload of a shown Pod. */
  workloadOf(pod: PodReading): Workload | undefined;
  /** Rows of the Pods that make the controller process of a real server die. */
  readonly crashing: readonly number[];
  /** Rows of the Pods that were found to be a hazard. */
  readonly hazardous: ReadonlySet<number>;
}

interface Cluster {
  readonly workloads: ShownWorkloads;
  readonly replicaSets: ShownReplicaSets;
  readonly owners: OwnerLookup;
  readonly surroundings: PodSurroundings;
}

export function gatherPods(draft: Draft, cluster: Cluster): ShownPods {
  const { owners, surroundings } = cluster;
  const shown = createUidClaims(draft, draft.members.pod.length);
  const crashing: number[] = [];
  const hazardous = new Set<number>();
  const remarkable: number[] = [];
  // Pods of one owner mostly stand side by side, and comparing is cheaper than looking up.
  let lastOwner: PodReading['owner'] | null = null;
  let lastUid = '';
  let lastWorkload = cluster.workloads.get(lastUid);
  const workloadOf = ({ owner }: PodReading): Workload | undefined => {
    if (owner === lastOwner) return lastWorkload;
    lastOwner = owner;
    const uid = owner.first?.uid ?? '';
    if (uid !== lastUid) {
      lastUid = uid;
      lastWorkload = cluster.replicaSets.get(uid) ?? cluster.workloads.get(uid);
    }
    return lastWorkload;
  };
  for (const row of draft.members.pod) {
    const pod = draft.readings[row];
    if (pod?.kind !== 'pod') continue;
    const ordinary = isOrdinary(pod, surroundings);
    let hazard: PodHazard = 'none';
    if (!ordinary) {
      hazard = addPodHazards(draft, row, pod, surroundings);
      if (hazard !== 'none') hazardous.add(row);
      if (!mayBeShown(draft, row, pod, surroundings)) continue;
    }
    if (workloadOf(pod) === undefined) {
      refuse(draft, row, 'owner-not-shown', owners.explain(pod.owner.first));
      continue;
    }
    if (hazard === 'crash') crashing.push(row);
    if (!ordinary) remarkable.push(row);
    shown.claim(row, pod.meta.uidHash);
  }
  const isShown = (row: number): boolean => draft.rows[row]?.shown === true;
  // The uid is the identity of an ordinary Pod.
  const displaced = claimIdentities(draft, remarkable.filter(isShown));
  const told = remarkable.filter(isShown);
  for (const row of told) {
    const pod = draft.readings[row];
    if (pod?.kind === 'pod') notePod(draft, row, pod, surroundings);
  }
  return { count: shown.size - displaced, remarkable: told, workloadOf, crashing, hazardous };
}

/** As far as the Pod itself goes. */
function mayBeShown(draft: Draft, row: number, pod: PodReading, { namespaces }: PodSurroundings): boolean {
  return (
    hasIdentity(draft, row, pod.meta) &&
    isInNamespace(draft, row, pod.meta, namespaces.names) &&
    hasSupportedOwner(draft, row, pod)
  );
}

/**
 * Marks the Pods that are ordinary. To be called when everything has been said about them.
 *
 * @param strays rows of Pods whose address lies in no known network
 */
export function rememberOrdinary(
  draft: Draft,
  { remarkable, hazardous }: ShownPods,
  strays: ReadonlySet<number>,
  surroundings: PodSurroundings,
): void {
  for (const row of remarkable) {
    const pod = draft.readings[row];
    if (pod?.kind !== 'pod' || draft.rows[row] !== pod.row || hazardous.has(row) || strays.has(row)) continue;
    if (derivedIdentity(pod, draft.traits) === null) pod.ordinaryIn = surroundings;
  }
}

function hasSupportedOwner(draft: Draft, row: number, pod: PodReading): boolean {
  const { shape, first } = pod.owner;
  if (shape === 'object' || shape === 'other') {
    refuse(
      draft,
      row,
      'owner-references-not-an-array',
      'metadata.ownerReferences is not an array, so the owner is not found: send it as Kubernetes has it.',
    );
    return false;
  }
  if (first === null || first.uid === '') {
    refuse(
      draft,
      row,
      'no-owner',
      'metadata.ownerReferences[0].uid is absent: DeepFlow shows only Pods that belong to a workload, so a bare Pod cannot be shown.',
    );
    return false;
  }
  if (!draft.traits.podOwnerKinds.has(first.kind)) {
    refuse(draft, row, 'owner-kind-unsupported', ownerKindDetail(draft, first.kind, first.name));
    return false;
  }
  return true;
}

const supportedKinds = {
  doc: kindsOf('doc'),
  'v6.5': kindsOf('v6.5'),
  v7: kindsOf('v7'),
};

function kindsOf(compat: Compat): string {
  return [...compatTraits[compat].podOwnerKinds].sort().join(', ');
}

function ownerKindDetail(draft: Draft, kind: string, name: string): string {
  const supported = supportedKinds[draft.compat];
  if (kind === '') return `metadata.ownerReferences[0].kind is absent; one of ${supported} is needed.`;
  const what = kind === 'Node' ? `Node ${name} (a static Pod)` : `${kind} ${name}`;
  return `Its owner is ${what}; ${draft.compat} shows only Pods owned by ${supported}.`;
}

/** `crash`: the Pod, if it gets that far, crashes the controller. */
type PodHazard = 'none' | 'other' | 'crash';

function addPodHazards(draft: Draft, row: number, pod: PodReading, { nodes, namespaces }: PodSurroundings): PodHazard {
  let crashes = false;
  let others = false;
  if (pod.podIp !== '' && parseAddress(pod.podIp) === null && !nodes.addresses.has(pod.podIp)) {
    crashes = true;
    addHazard(
      draft,
      'hazard/pod-ip-is-an-ip',
      row,
      `status.podIP ${JSON.stringify(pod.podIp)} is not an IP address: the controller of a real server dies of it, unless an agent on the node reports this address.`,
    );
  }
  if (pod.hasPodNetworks) {
    crashes = true;
    addHazard(
      draft,
      'hazard/no-pod-networks',
      row,
      'status.podNetworks has elements: the controller of a real server dies of them. Leave the field out.',
    );
  }
  if (!pod.hasLabels && namespaces.virtualKubelet.has(pod.meta.namespace)) crashes = true;
  const readsSnakeCase = draft.traits.podIdentity === 'generate_name-of-statefulset';
  if (pod.generateName !== '' && !readsSnakeCase) {
    others = true;
    addHazard(
      draft,
      'hazard/no-generate-name',
      row,
      `metadata.generateName is present: v7 servers make the Pod's identity of it, and Pods can take each other's. Leave it out.`,
    );
  } else if (readsSnakeCase && pod.generateNameSnake !== '' && pod.owner.first?.kind === 'StatefulSet') {
    others = true;
    addHazard(
      draft,
      'hazard/no-generate-name',
      row,
      `metadata.generate_name is present: the server makes the Pod's identity of it, and Pods can take each other's. Leave it out.`,
    );
  }
  if (crashes) return 'crash';
  return others ? 'other' : 'none';
}

function notePod(draft: Draft, row: number, pod: PodReading, { nodes }: PodSurroundings): void {
  if (!pod.ready)
    note(draft, row, 'pod-not-ready', 'No condition of type Ready has status True: shown in state exception.');
  if (pod.podIp === '') {
    note(
      draft,
      row,
      'pod-without-address',
      `status.podIP is absent${pod.phase === '' ? '' : ` (phase ${pod.phase})`}: traffic cannot be tagged with this Pod.`,
    );
  }
  if (!nodes.addresses.has(pod.hostIp)) {
    note(
      draft,
      row,
      'pod-without-node',
      pod.hostIp === ''
        ? 'status.hostIP is absent: the Pod is shown on no Node.'
        : `status.hostIP ${pod.hostIp} is the InternalIP of no shown Node: the Pod is shown on no Node.`,
    );
  }
  if (pod.containerIds.length === 0) {
    note(
      draft,
      row,
      'pod-without-containers',
      'status.containerStatuses has no containerID: agents cannot tell which processes belong to the Pod.',
    );
  }
  if (draft.traits.podIdentity === 'uid' && pod.generateNameSnake !== '' && pod.owner.first?.kind === 'StatefulSet') {
    note(
      draft,
      row,
      'generate-name-accepted',
      'metadata.generate_name is what the document shows; Kubernetes has no such field, and v6.5 servers can confuse Pods by it.',
    );
  }
}

/** The hazard of the namespace label, with what it comes to in this snapshot. */
export function addNamespaceHazards(draft: Draft, { virtualKubelet }: ShownNamespaces): void {
  if (virtualKubelet.size === 0) return;
  const unlabelled = new Set<string>();
  for (const row of draft.members.pod) {
    const pod = draft.readings[row];
    if (pod?.kind === 'pod' && !pod.hasLabels) unlabelled.add(pod.meta.namespace);
  }
  for (const [name, row] of virtualKubelet) {
    const consequence = unlabelled.has(name)
      ? 'and the namespace has a Pod without metadata.labels, which makes the controller of a real server die'
      : 'which makes the controller of a real server die as soon as a Pod without metadata.labels comes';
    addHazard(
      draft,
      'hazard/no-virtual-kubelet-label',
      row,
      `The label virtual-kubelet.io/provider-cluster-native-name is present, ${consequence}. Leave out the labels of Namespaces.`,
    );
  }
}
