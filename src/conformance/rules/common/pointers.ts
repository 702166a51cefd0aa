import type { Entry } from '../../../kube/entry.js';
import type { OwnerReference, PodReading, Reading, ReplicaSetReading } from '../../../kube/reading.js';
import type { Located, SnapshotIndex } from './snapshot-index.js';

/** Something that objects point at and that the upload does not hold. */
export interface LostTarget {
  /** The first object that points at it. */
  readonly first: Located;
  /** How many do. */
  readonly count: number;
}

export interface LostOwner extends LostTarget {
  readonly owner: OwnerReference;
}

/** What the objects of an upload point at. */
export interface Pointers {
  /** By name. */
  readonly lostNamespaces: ReadonlyMap<string, LostTarget>;
  /** By uid; of any kind, also those that cannot be uploaded. */
  readonly lostOwners: ReadonlyMap<string, LostOwner>;
  /** By hostIP. */
  readonly lostNodes: ReadonlyMap<string, LostTarget>;
  /** Kinds of the owners of Pods, and how many Pods each has. */
  readonly podOwnerKinds: ReadonlyMap<string, number>;
  readonly replicaSetOwnerKinds: ReadonlyMap<string, number>;
  /** Pods with a hostIP. */
  readonly placedPods: number;
}

const known = new WeakMap<SnapshotIndex, Pointers>();

/** Found by the first rule that asks, and kept as long as the index. */
export function pointersOf(index: SnapshotIndex): Pointers {
  const before = known.get(index);
  if (before !== undefined) return before;
  const made = findPointers(index);
  known.set(index, made);
  return made;
}

/** The second and last pass over all objects, when all that can be pointed at is known. */
function findPointers({ kinds, namespaces, owners }: SnapshotIndex): Pointers {
  const nodes = new Set(kinds.node.readings.map(({ internalIp }) => internalIp ?? ''));
  const lostNamespaces = new Map<string, Mutable<LostTarget>>();
  const lostOwners = new Map<string, Mutable<LostOwner>>();
  const lostNodes = new Map<string, Mutable<LostTarget>>();
  const podOwnerKinds = createKindCounter();
  const replicaSetOwnerKinds = createKindCounter();
  let placedPods = 0;

  // Objects of one Namespace and one owner mostly stand side by side, and comparing is cheaper than looking up.
  let heldNamespace = '';
  const followNamespace = (reading: Reading, entry: Entry): void => {
    const { namespace } = reading.meta;
    if (namespace === heldNamespace || namespace === '') return;
    if (namespaces.has(namespace)) heldNamespace = namespace;
    else count(lostNamespaces, namespace, { entry, reading });
  };
  let heldUid = '';
  const followOwner = (reading: PodReading | ReplicaSetReading, entry: Entry, ofKind: KindCounter): void => {
    const owner = reading.owner.first;
    if (owner === null || owner.uid === '') return;
    ofKind.add(owner.kind);
    if (owner.uid === heldUid) return;
    if (owners.has(owner.uid)) {
      heldUid = owner.uid;
      return;
    }
    const lost = lostOwners.get(owner.uid);
    if (lost === undefined) lostOwners.set(owner.uid, { first: { entry, reading }, count: 1, owner });
    else lost.count += 1;
  };

  each(kinds.pod, (pod, entry) => {
    followNamespace(pod, entry);
    followOwner(pod, entry, podOwnerKinds);
    const { hostIp } = pod;
    if (hostIp === '') return;
    placedPods += 1;
    if (!nodes.has(hostIp)) count(lostNodes, hostIp, { entry, reading: pod });
  });
  each(kinds.replicaset, (replicaSet, entry) => {
    followNamespace(replicaSet, entry);
    followOwner(replicaSet, entry, replicaSetOwnerKinds);
  });
  for (const kind of ['workload', 'service', 'ingress', 'configmap'] as const) each(kinds[kind], followNamespace);
  return {
    lostNamespaces,
    lostOwners,
    lostNodes,
    podOwnerKinds: podOwnerKinds.counts(),
    replicaSetOwnerKinds: replicaSetOwnerKinds.counts(),
    placedPods,
  };
}

function each<Resource>(
  { readings, entries }: { readonly readings: readonly Resource[]; readonly entries: readonly Entry[] },
  visit: (reading: Resource, entry: Entry) => void,
): void {
  for (let position = 0; position < readings.length; position++) {
    visit(readings[position] as Resource, entries[position] as Entry);
  }
}

interface KindCounter {
  add(kind: string): void;
  counts(): ReadonlyMap<string, number>;
}

function createKindCounter(): KindCounter {
  const byKind = new Map<string, { count: number }>();
  let lastKind: string | undefined;
  let last = { count: 0 };
  return {
    add(kind) {
      if (kind !== lastKind) {
        last = byKind.get(kind) ?? { count: 0 };
        byKind.set(kind, last);
        lastKind = kind;
      }
      last.count += 1;
    },
    counts: () => new Map([...byKind].map(([kind, { count: total }]) => [kind, total])),
  };
}

type Mutable<Target> = { -readonly [Key in keyof Target]: Target[Key] };

function count(lost: Map<string, Mutable<LostTarget>>, key: string, located: Located): void {
  const target = lost.get(key);
  if (target === undefined) lost.set(key, { first: located, count: 1 });
  else target.count += 1;
}
