import type { SnapshotFailure } from '../inventory.js';
import { findTypeString } from '../type-strings.js';
import { count, type Draft, type Unreadable } from './draft.js';

/** Where the server would meet a failure; lower is earlier. */
export const failureRank = {
  unregistered: 0,
  noEntries: 1,
  errorMsg: 2,
  inflate: 3,
  version: 4,
  node: 10,
  nodeAddress: 11,
  namespace: 20,
  configMap: 30,
  workload: 40,
  replicaSet: 60,
  service: 70,
  clusterIp: 71,
  ingress: 80,
  crash: 90,
  noUsableNode: 99,
} as const;

export interface RankedFailure {
  readonly rank: number;
  readonly failure: SnapshotFailure;
}

export function fail(draft: Draft, rank: number, failure: SnapshotFailure): void {
  draft.failures.push({ rank, failure });
}

export function failuresInOrder(draft: Draft): readonly SnapshotFailure[] {
  return draft.failures.toSorted((left, right) => left.rank - right.rank).map(({ failure }) => failure);
}

/** What keeps the server from looking at the entries at all. */
export function checkDelivery(draft: Draft): void {
  const { snapshot, traits } = draft;
  const { clusterId, errorMsg, entries } = snapshot;
  if (traits.needsRegisteredDomain && !snapshot.registered) {
    fail(draft, failureRank.unregistered, {
      code: 'unregistered',
      text: `not found cluster (${clusterId}) dest info`,
      detail: `No domain has the cluster id "${clusterId}": create one, or have an agent call Sync with this kubernetes_cluster_id. Uploading does not create it.`,
    });
  }
  if (entries.length === 0) {
    fail(draft, failureRank.noEntries, {
      code: 'no-entries',
      text: `no found cluster (${clusterId}) entries`,
      detail: 'No entry was uploaded: send every object of the cluster, each as an entry of its own.',
    });
  }
  if (errorMsg !== '') {
    fail(draft, failureRank.errorMsg, {
      code: 'error-msg',
      text: `cluster (${clusterId}) k8s info grpc Error: ${errorMsg}`,
      detail: 'error_msg is not empty, which blocks every update of the cluster: send it empty once the error is over.',
    });
  }
}

/** One failure for all entries that cannot be inflated: each of them alone loses the whole upload. */
export function checkInflation(draft: Draft): void {
  const first = firstOf(draft.notInflatable);
  if (first === undefined) return;
  fail(draft, failureRank.inflate, {
    code: 'entry-not-inflatable',
    text: `cluster (${draft.snapshot.clusterId}) k8s entries length is 0`,
    detail: `${count(draft.notInflatable.length, 'entry', 'entries')} cannot be inflated, and one is enough to lose the whole upload. The first is entry ${first.index} (${first.type}): ${first.failure.message}`,
  });
}

function firstOf(entries: readonly Unreadable[]): Unreadable | undefined {
  return entries.toSorted((left, right) => left.index - right.index)[0];
}

const rankOfFamily = {
  version: failureRank.version,
  node: failureRank.node,
  namespace: failureRank.namespace,
  configmap: failureRank.configMap,
  workload: failureRank.workload,
  // Pods are parsed with the workloads already, in search of workloads to invent.
  pod: failureRank.workload,
  replicaset: failureRank.replicaSet,
  service: failureRank.service,
  ingress: failureRank.ingress,
  other: failureRank.ingress,
} as const;

/** One failure for each type that the server reads and that has entries whose JSON is broken. */
export function checkJson(draft: Draft, ingressType: string | null): void {
  for (const [type, broken] of draft.brokenJson) {
    const known = findTypeString(type);
    const first = firstOf(broken);
    if (first === undefined || known === undefined || !known.read[draft.compat]) continue;
    if (known.family === 'ingress' && type !== ingressType) continue;
    fail(draft, rankOfFamily[known.family], {
      code: 'entry-not-json',
      text: `${known.family} initialization simplejson error: (${first.failure.message})`,
      detail: `${count(broken.length, `${type} entry`, `${type} entries`)} cannot be parsed, and one is enough to reject the snapshot. The first is entry ${first.index}: ${first.failure.message}`,
    });
  }
}

/** One failure for all values of a kind that the server's address parser refuses. */
export function failOnAddresses(draft: Draft, rank: number, field: string, broken: readonly BrokenAddress[]): void {
  const first = broken.toSorted((left, right) =>
    `${left.name} ${left.value}` < `${right.name} ${right.value}` ? -1 : 1,
  )[0];
  if (first === undefined) return;
  const network = first.value.includes('/') ? first.value : `${first.value}/${first.value.includes('.') ? 32 : 128}`;
  fail(draft, rank, {
    code: 'address-not-parseable',
    text: `netaddr.ParseIPPrefix(${JSON.stringify(network)}): unable to parse IP`,
    detail: `${field} of ${first.name} is ${JSON.stringify(first.value)}, which is not an address${broken.length > 1 ? ` (and ${broken.length - 1} more)` : ''}: send it as Kubernetes holds it, or leave it out.`,
  });
}

export interface BrokenAddress {
  readonly name: string;
  readonly value: string;
}
