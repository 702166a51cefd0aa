import { noLabels } from '../read/labels.js';
import type { Labels, ServiceReading } from '../reading.js';
import type { Draft } from './draft.js';
import type { ShownPods } from './pods.js';
import type { ShownWorkloads, Workload } from './workloads.js';

/** What a Service is tied to. */
export interface Match {
  readonly workloads: readonly Workload[];
  /** Where a targetPort that is a name is looked up. */
  readonly namedPorts: readonly ReadonlyMap<string, number>[];
}

export interface ServiceMatcher {
  /** Empty where the Service matches nothing. */
  match(service: ServiceReading): Match;
  /** Selector pairs that nothing in the namespace carries, as `key=value`. */
  unmatchedPairs(service: ServiceReading): readonly string[];
}

/** Something with labels: a workload, or in `doc` a Pod. */
interface Candidate {
  readonly namespace: string;
  readonly workload: Workload;
  readonly labels: Labels;
  readonly moreLabels: Labels;
  readonly namedPorts: ReadonlyMap<string, number>;
}

const noCandidates: readonly Candidate[] = [];
const noMatch: Match = { workloads: [], namedPorts: [] };

/** Namespace, key and value to those that carry the pair; only for keys that some Service of the namespace selects by. */
type LabelIndex = ReadonlyMap<string, ReadonlyMap<string, Map<string, Candidate[]>>>;

export function createServiceMatcher(draft: Draft, workloads: ShownWorkloads, pods: ShownPods): ServiceMatcher {
  const byPods = draft.traits.serviceMatches === 'pod-labels';
  const index = emptyIndex(draft);
  if (byPods) addPods(index, draft, pods);
  else addWorkloads(index, workloads);
  let byName: ReadonlyMap<string, readonly Workload[]> | null = null;
  const called = (name: string): readonly Workload[] => {
    byName ??= indexByName(workloads);
    return byName.get(name) ?? [];
  };
  const find = (namespace: string, key: string, value: string): readonly Candidate[] =>
    index.get(namespace)?.get(key)?.get(value) ?? noCandidates;

  return {
    match({ meta, selector, targetWorkloadIds }) {
      const { namespace } = meta;
      const cluster = draft.traits.matchesOpenGaussSelector ? selector.get('opengauss.cluster') : undefined;
      const pairs: (readonly [string, string])[] = [];
      let shortest: readonly Candidate[] | null = null;
      for (const pair of selector) {
        const list = find(namespace, pair[0], pair[1]);
        if (list.length > 0) {
          pairs.push(pair);
          if (shortest === null || list.length < shortest.length) shortest = list;
        } else if (cluster === undefined) {
          // Every pair must be carried by something, even where the annotation names the workloads.
          return noMatch;
        }
      }
      const named = byPods ? [] : namedWorkloads(targetWorkloadIds, namespace, called);
      if (named === null) return noMatch;
      if (cluster !== undefined) named.push(...called(`statefulset:${namespace}:${cluster}`));
      return toMatch(shortest === null ? noCandidates : carryingAll(shortest, pairs), named);
    },
    unmatchedPairs({ meta, selector }) {
      return [...selector]
        .filter(([key, value]) => find(meta.namespace, key, value).length === 0)
        .map(([key, value]) => `${key}=${value}`);
    },
  };
}

/** With the namespaces and keys that Services select by. */
function emptyIndex(draft: Draft): LabelIndex {
  const index = new Map<string, Map<string, Map<string, Candidate[]>>>();
  for (const row of draft.members.service) {
    const service = draft.readings[row];
    if (service?.kind !== 'service') continue;
    const { namespace } = service.meta;
    const byKey = index.get(namespace) ?? new Map<string, Map<string, Candidate[]>>();
    index.set(namespace, byKey);
    for (const key of service.selector.keys()) if (!byKey.has(key)) byKey.set(key, new Map());
  }
  return index;
}

function addWorkloads(index: LabelIndex, workloads: ShownWorkloads): void {
  for (const workload of workloads.values()) {
    const { namespace, templateLabels, labels, namedPorts } = workload;
    if (!index.has(namespace)) continue;
    add(index, { namespace, workload, labels: templateLabels, moreLabels: labels, namedPorts });
  }
}

function addPods(index: LabelIndex, draft: Draft, pods: ShownPods): void {
  if (index.size === 0) return;
  for (const row of draft.members.pod) {
    const pod = draft.readings[row];
    if (pod?.kind !== 'pod' || draft.rows[row]?.shown !== true) continue;
    const workload = pods.workloadOf(pod);
    const { namespace } = pod.meta;
    if (workload === undefined) continue;
    add(index, { namespace, workload, labels: pod.labels, moreLabels: noLabels, namedPorts: pod.namedPorts });
  }
}

function add(index: LabelIndex, candidate: Candidate): void {
  const { namespace, labels, moreLabels } = candidate;
  const byKey = index.get(namespace);
  if (byKey === undefined) return;
  for (const [key, byValue] of byKey) {
    const value = labels.get(key);
    const other = moreLabels.get(key);
    if (value !== undefined) addTo(byValue, value, candidate);
    if (other !== undefined && other !== value) addTo(byValue, other, candidate);
  }
}

function addTo(byValue: Map<string, Candidate[]>, value: string, candidate: Candidate): void {
  const list = byValue.get(value);
  if (list === undefined) byValue.set(value, [candidate]);
  else list.push(candidate);
}

/** By `deployment:<namespace>:<name>`, as the Rancher annotation of a Service calls them. */
function indexByName(workloads: ShownWorkloads): ReadonlyMap<string, readonly Workload[]> {
  const byName = new Map<string, Workload[]>();
  for (const workload of workloads.values()) {
    const name = `${workload.kind}:${workload.namespace}:${workload.name}`;
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [workload]);
    else same.push(workload);
  }
  return byName;
}

/** Workloads that the Rancher annotation names; null where it is not JSON, which costs the Service its ports. */
function namedWorkloads(
  annotation: string,
  namespace: string,
  called: (name: string) => readonly Workload[],
): Workload[] | null {
  if (annotation === '') return [];
  let names: unknown;
  try {
    names = JSON.parse(annotation);
  } catch {
    // Not JSON: the server gives up on every port of the Service.
    return null;
  }
  if (!Array.isArray(names)) return [];
  return names
    .flatMap((name) => (typeof name === 'string' ? called(name) : []))
    .filter((workload) => workload.namespace === namespace);
}

/** Those of the candidates that carry every pair. */
function carryingAll(
  candidates: readonly Candidate[],
  pairs: readonly (readonly [string, string])[],
): readonly Candidate[] {
  if (pairs.length === 1) return candidates;
  return candidates.filter((candidate) =>
    pairs.every(([key, value]) => candidate.labels.get(key) === value || candidate.moreLabels.get(key) === value),
  );
}

function toMatch(candidates: readonly Candidate[], named: readonly Workload[]): Match {
  const [only] = candidates;
  // As it mostly is; sets are many times slower.
  if (candidates.length === 1 && named.length === 0 && only?.namedPorts === only?.workload.namedPorts && only) {
    return { workloads: [only.workload], namedPorts: only.namedPorts.size > 0 ? [only.namedPorts] : [] };
  }
  const workloads = new Set(named);
  const namedPorts = new Set<ReadonlyMap<string, number>>();
  for (const { workload, namedPorts: ports } of candidates) {
    workloads.add(workload);
    if (ports.size > 0) namedPorts.add(ports);
  }
  for (const workload of workloads) {
    if (workload.namedPorts.size > 0) namedPorts.add(workload.namedPorts);
  }
  return { workloads: [...workloads], namedPorts: [...namedPorts] };
}
