import { type Compat, compats } from './compat.js';
import type { WorkloadKind } from './reading.js';

/** Types that are read alike. `other`: no server reads it as a resource. */
export type Family =
  | 'version'
  | 'node'
  | 'namespace'
  | 'workload'
  | 'replicaset'
  | 'pod'
  | 'service'
  | 'ingress'
  | 'configmap'
  | 'other';

/** A type string that some server or agent generation knows. */
export interface TypeString {
  readonly type: string;
  readonly family: Family;
  /** Set for the family `workload`. */
  readonly workloadKind: WorkloadKind | null;
  /** The resource's name for `kubectl get`; null where kubectl has none. */
  readonly resource: string | null;
  /** Entries of this type are collected or read by that generation. */
  readonly known: Readonly<Record<Compat, boolean>>;
  /** Entries of this type are read as resources. */
  readonly read: Readonly<Record<Compat, boolean>>;
}

const everywhere = { doc: true, 'v6.5': true, v7: true };
const servers = { doc: false, 'v6.5': true, v7: true };
const newServers = { doc: false, 'v6.5': false, v7: true };
const nowhere = { doc: false, 'v6.5': false, v7: false };

function typeString(
  type: string,
  family: Family,
  resource: string | null,
  read: TypeString['read'],
  workloadKind: WorkloadKind | null = null,
): TypeString {
  return { type, family, workloadKind, resource, known: read, read };
}

/** Every type string that is known anywhere. */
export const typeStrings: readonly TypeString[] = [
  typeString('*version.Info', 'version', null, servers),
  typeString('*v1.Node', 'node', 'nodes', everywhere),
  typeString('*v1.Namespace', 'namespace', 'namespaces', everywhere),
  typeString('*v1.Deployment', 'workload', 'deployments', everywhere, 'Deployment'),
  typeString('*v1.StatefulSet', 'workload', 'statefulsets', everywhere, 'StatefulSet'),
  typeString('*v1.DaemonSet', 'workload', 'daemonsets', everywhere, 'DaemonSet'),
  typeString('*v1.ReplicationController', 'workload', 'replicationcontrollers', everywhere, 'ReplicationController'),
  typeString('*v1.CloneSet', 'workload', 'clonesets', servers, 'CloneSet'),
  typeString('*v1.OpenGaussCluster', 'workload', 'opengaussclusters', newServers, 'OpenGaussCluster'),
  typeString('*v1.ReplicaSet', 'replicaset', 'replicasets', everywhere),
  typeString('*v1.Pod', 'pod', 'pods', everywhere),
  typeString('*v1.Service', 'service', 'services', everywhere),
  typeString('*v1.ServiceRule', 'service', 'servicerules', servers),
  typeString('*v1.Ingress', 'ingress', 'ingresses', servers),
  typeString('*v1.Route', 'ingress', 'routes', servers),
  typeString('*v1beta1.Ingress', 'ingress', 'ingresses', everywhere),
  typeString('*v1.ConfigMap', 'configmap', 'configmaps', newServers),
  { ...typeString('*v1.IPPool', 'other', 'ippools', nowhere), known: servers },
];

/** The server reads the first of these that has entries, and leaves the others unread. */
export const ingressTypesByPreference: readonly string[] = ['*v1.Ingress', '*v1.Route', '*v1beta1.Ingress'];

const byType: ReadonlyMap<string, TypeString> = new Map(typeStrings.map((each) => [each.type, each]));

/** Undefined for a string that nobody knows. */
export function findTypeString(type: string): TypeString | undefined {
  return byType.get(type);
}

/** How kubectl abbreviates the resources whose short names bear no likeness to their kinds. */
const shortNames: ReadonlyMap<string, string> = new Map([
  ['no', 'node'],
  ['ns', 'namespace'],
  ['deploy', 'deployment'],
  ['sts', 'statefulset'],
  ['ds', 'daemonset'],
  ['rc', 'replicationcontroller'],
  ['rs', 'replicaset'],
  ['po', 'pod'],
  ['svc', 'service'],
  ['ing', 'ingress'],
  ['cm', 'configmap'],
  ['version', 'info'],
]);

/**
 * The type string that was probably meant by one that nobody knows, of those that `compat` reads first; null where
 * nothing is near (`*v1.Job`: Jobs travel under no name).
 */
export function nearestTypeString(unknown: string, compat: Compat): string | null {
  const word = kindWord(unknown);
  let best: TypeString | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of typeStrings) {
    const kind = kindWord(candidate.type);
    const distance = editDistance(word, kind) + (candidate.read[compat] ? 0 : 0.5);
    if (distance < bestDistance && distance < Math.floor(kind.length / 4) + 1) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best?.type ?? null;
}

/** The compats that read a type, as words for a message: "v6.5 and v7". */
export function readersOf(type: TypeString): string {
  return compats.filter((compat) => type.read[compat]).join(' and ');
}

/** `pod` for `*v1.Pod`, `v1.Pod`, `apps/v1/Pods`, `pods`, `po`. */
function kindWord(type: string): string {
  const last =
    type
      .slice(0, 100)
      .split(/[./*\s]/)
      .at(-1) ?? '';
  const word = last.toLowerCase();
  const long = shortNames.get(word);
  if (long !== undefined) return long;
  if (word.endsWith('sses')) return word.slice(0, -2);
  return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
