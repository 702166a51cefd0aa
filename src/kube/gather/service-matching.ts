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

/** Namespace, key and value to those that carry the pair; only for keys that some Service selects by. */
type LabelIndex = Map<string, Map<string, Map<string, Candidate[]>>>;

export function createServiceMatcher(draft: Draft, workloads: ShownWorkloads, pods: ShownPods): ServiceMatcher {
  const byPods = draft.traits.serviceMatches === 'pod-labels';
  const index = buildIndex(selectedKeys(draft), byPods ? podCandidates(draft, pods) : workloadCandidates(workloads));
  const byKey = byPods ? new Map<string, Workload[]>() : indexByKey(workloads);
  const find = (namespace: string, key: string, value: string): readonly Candidate[] =>
    index.get(namespace)?.get(key)?.get(value) ?? noCandidates;

  return {
    match({ meta, selector, targetWorkloadIds }) {
      const { namespace } = meta;
      const lists = [...selector].map(([key, value]) => find(namespace, key, value));
      const cluster = draft.traits.matchesOpenGaussSelector ? selector.get('opengauss.cluster') : undefined;
      const found = lists.filter((list) => list.length > 0);
      // Every pair must be carried by something, even where the annotation names the workloads.
      if (cluster === undefined && found.length < selector.size) return { workloads: [], namedPorts: [] };
      const named = byPods ? [] : namedWorkloads(targetWorkloadIds, namespace, byKey);
      if (named === null) return { workloads: [], namedPorts: [] };
      if (cluster !== undefined) named.push(...(byKey.get(`statefulset:${namespace}:${cluster}`) ?? []));
      const pairs = [...selector].filter((_, i) => lists[i] !== noCandidates);
      return toMatch(intersection(found, pairs), named);
    },
    unmatchedPairs({ meta, selector }) {
      return [...selector]
        .filter(([key, value]) => find(meta.namespace, key, value).length === 0)
        .map(([key, value]) => `${key}=${value}`);
    },
  };
}

function selectedKeys(draft: Draft): ReadonlyMap<string, ReadonlySet<string>> {
  const keys = new Map<string, Set<string>>();
  for (const row of draft.members.service) {
    const service = draft.readings[row];
    if (service?.kind !== 'service') continue;
    const { namespace } = service.meta;
    const known = keys.get(namespace);
    const selected = known ?? new Set();
    if (known === undefined) keys.set(namespace, selected);
    for (const key of service.selector.keys()) selected.add(key);
  }
  return keys;
}

function* workloadCandidates(workloads: ShownWorkloads): Generator<Candidate> {
  for (const workload of workloads.values()) {
    const { namespace, templateLabels, labels, namedPorts } = workload;
    yield { namespace, workload, labels: templateLabels, moreLabels: labels, namedPorts };
  }
}

function* podCandidates(draft: Draft, pods: ShownPods): Generator<Candidate> {
  if (draft.members.service.length === 0) return;
  for (const row of pods.rows) {
    const pod = draft.readings[row];
    const workload = pod?.kind === 'pod' ? pods.workloadOf(pod) : undefined;
    if (pod?.kind !== 'pod' || workload === undefined) continue;
    const { namespace } = pod.meta;
    yield { namespace, workload, labels: pod.labels, moreLabels: noLabels, namedPorts: pod.namedPorts };
  }
}

function buildIndex(keys: ReadonlyMap<string, ReadonlySet<string>>, candidates: Iterable<Candidate>): LabelIndex {
  const index: LabelIndex = new Map();
  for (const candidate of candidates) {
    const { namespace } = candidate;
    const selected = keys.get(namespace);
    if (selected === undefined) continue;
    for (const key of selected) {
      const value = candidate.labels.get(key);
      const other = candidate.moreLabels.get(key);
      if (value !== undefined) addTo(index, namespace, key, value, candidate);
      if (other !== undefined && other !== value) addTo(index, namespace, key, other, candidate);
    }
  }
  return index;
}

function addTo(index: LabelIndex, namespace: string, key: string, value: string, candidate: Candidate): void {
  const byKey = index.get(namespace) ?? new Map<string, Map<string, Candidate[]>>();
  index.set(namespace, byKey);
  const byValue = byKey.get(key) ?? new Map<string, Candidate[]>();
  byKey.set(key, byValue);
  const list = byValue.get(value);
  if (list === undefined) byValue.set(value, [candidate]);
  else list.push(candidate);
}

function indexByKey(workloads: ShownWorkloads): Map<string, Workload[]> {
  const byKey = new Map<string, Workload[]>();
  for (const workload of workloads.values()) {
    const same = byKey.get(workload.key);
    if (same === undefined) byKey.set(workload.key, [workload]);
    else same.push(workload);
  }
  return byKey;
}

/** Workloads that the Rancher annotation names; null where it is not JSON, which costs the Service its ports. */
function namedWorkloads(
  annotation: string,
  namespace: string,
  byKey: ReadonlyMap<string, readonly Workload[]>,
): Workload[] | null {
  if (annotation === '') return [];
  let keys: unknown;
  try {
    keys = JSON.parse(annotation);
  } catch {
    // Not JSON: the server gives up on every port of the Service.
    return null;
  }
  if (!Array.isArray(keys)) return [];
  return keys
    .flatMap((key) => (typeof key === 'string' ? (byKey.get(key) ?? []) : []))
    .filter((workload) => workload.namespace === namespace);
}

/** Candidates that are in all lists: those of the shortest one that carry every pair. */
function intersection(
  lists: readonly (readonly Candidate[])[],
  pairs: readonly (readonly [string, string])[],
): readonly Candidate[] {
  const shortest = lists.reduce<readonly Candidate[] | null>(
    (least, list) => (least === null || list.length < least.length ? list : least),
    null,
  );
  if (shortest === null || lists.length === 1) return shortest ?? noCandidates;
  return shortest.filter((candidate) =>
    pairs.every(([key, value]) => candidate.labels.get(key) === value || candidate.moreLabels.get(key) === value),
  );
}

function toMatch(candidates: readonly Candidate[], named: readonly Workload[]): Match {
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
