import type { Entry, Snapshot } from '../../../kube/entry.js';
import type { Reading } from '../../../kube/reading.js';
import { createUidSet } from '../../../kube/uid-set.js';
import { intendedType, isKnownType } from './types.js';

/** Kinds of readings that are resources. */
export type ResourceKind = Exclude<Reading['kind'], 'other' | 'not-an-object'>;

export type ReadingOf<Kind extends ResourceKind> = Extract<Reading, { readonly kind: Kind }>;

/** An object of an upload and the entry that it came in. */
export interface Located<Resource extends Reading = Reading> {
  readonly entry: Entry;
  readonly reading: Resource;
}

export interface KindIndex<Kind extends ResourceKind> {
  readonly readings: readonly ReadingOf<Kind>[];
  /** The entry that each of the readings came in. */
  readonly entries: readonly Entry[];
  /** Both together. Made when first asked for: mostly nobody does, and there may be 100,000. */
  readonly objects: readonly Located<ReadingOf<Kind>>[];
  /** Bits of the needed fields that every object carries; all bits where there is no object. */
  readonly everyField: number;
  /** Bits of the needed fields that some object carries. */
  readonly someField: number;
}

export interface DuplicateUid {
  readonly entry: Entry;
  readonly uid: string;
  /** Index of the first entry with this uid. */
  readonly first: number;
}

export interface UploadSizes {
  readonly compressedBytes: number;
  readonly inflatedBytes: number;
  /** Bytes, about, that the needed fields alone would have. */
  readonly neededBytes: number;
  readonly entriesWithManagedFields: number;
  readonly entriesWithLastApplied: number;
}

/**
 * An upload as the rules on whole snapshots look at it. Items of Lists count as objects and misspelt types as what they
 * were meant to be, so that each fault is found by the rule about it and by no other.
 */
export interface SnapshotIndex {
  readonly kinds: { readonly [Kind in ResourceKind]: KindIndex<Kind> };
  /** uids of what a Pod or a ReplicaSet may belong to; kept apart because a small set is faster to look into. */
  readonly owners: ReadonlySet<string>;
  readonly duplicates: readonly DuplicateUid[];
  readonly duplicateCount: number;
  /** Names of the Namespaces in the upload. */
  readonly namespaces: ReadonlySet<string>;
  /** Types that the upload holds, or was meant to hold. */
  readonly types: ReadonlySet<string>;
  /** Types of which some object could not be read; what it held is unknown. */
  readonly obscured: ReadonlySet<string>;
  /** Types of which some object has no uid, or, of Namespaces, no name: nothing can be known to point at it. */
  readonly anonymous: ReadonlySet<string>;
  readonly sizes: UploadSizes;
}

const keptDuplicates = 20;
/** Misspelt types are guessed as the compat that reads the most types would have them: the index is the same for all. */
const guessedFor = 'v7';
const indices = new WeakMap<Snapshot, SnapshotIndex>();

/** The index of a snapshot: made by the first rule that asks, and kept as long as the snapshot. */
export function indexOf(snapshot: Snapshot): SnapshotIndex {
  const known = indices.get(snapshot);
  if (known !== undefined) return known;
  const made = makeIndex(snapshot);
  indices.set(snapshot, made);
  return made;
}

/** For whoever makes the index while making the snapshot. */
export function keepIndex(snapshot: Snapshot, index: SnapshotIndex): void {
  indices.set(snapshot, index);
}

/** An index in the making. */
export interface SnapshotIndexing {
  /** To be told of each entry, in order. */
  add(entry: Entry): void;
  /** @param entries all that were told of */
  index(entries: readonly Entry[]): SnapshotIndex;
}

function makeIndex({ entries }: Snapshot): SnapshotIndex {
  const indexing = createSnapshotIndexing(entries.length);
  for (const entry of entries) indexing.add(entry);
  return indexing.index(entries);
}

/**
 * Everything in it is paid once for each of up to 100,000 objects.
 *
 * @param expected number of entries; more are welcome
 */
export function createSnapshotIndexing(expected: number): SnapshotIndexing {
  const kinds = emptyKinds();
  const uids = createUidSet(expected);
  const owners = new Set<string>();
  const duplicates: { readonly entry: Entry; readonly uid: string }[] = [];
  const namespaces = new Set<string>();
  const types = new Set<string>();
  const obscured = new Set<string>();
  const anonymous = new Set<string>();
  const meantBy = new Map<string, string | null>();
  let duplicateCount = 0;
  let compressedBytes = 0;
  let inflatedBytes = 0;
  let neededBytes = 0;
  let entriesWithManagedFields = 0;
  let entriesWithLastApplied = 0;
  let lastType: string | null = null;
  let lastKind: ResourceKind = 'pod';
  let ofLastKind: GrowingKind<Reading> = kinds.pod;

  /** The type that counts: as sent where anybody knows it, else as meant. */
  const typeOf = (entry: Entry): string => {
    if (isKnownType(entry.type)) return entry.type;
    const jsonKind = entry.decoded.readings[0]?.jsonKind ?? '';
    const key = `${entry.type} ${jsonKind}`;
    let meant = meantBy.get(key);
    if (meant === undefined) {
      meant = intendedType(entry.type, jsonKind, guessedFor);
      meantBy.set(key, meant);
    }
    return meant ?? entry.type;
  };

  const addName = (name: string): void => {
    if (name === '') anonymous.add('*v1.Namespace');
    else namespaces.add(name);
  };

  const take = (entry: Entry, reading: Reading): void => {
    const { uid } = reading.meta;
    if (uid === '') {
      if (reading.kind !== 'not-an-object') anonymous.add(typeOf(entry));
    } else if (!uids.add(reading.meta)) {
      duplicateCount += 1;
      if (duplicates.length < keptDuplicates) duplicates.push({ entry, uid });
    }
    if (reading.kind === 'not-an-object') return;
    if (reading.kind === 'other') {
      const type = typeOf(entry);
      types.add(type);
      if (!isKnownType(entry.type)) obscured.add(type);
      if (type === '*v1.Namespace') addName(reading.meta.name);
      owners.add(uid);
      return;
    }
    if (reading.kind === 'namespace') addName(reading.meta.name);
    else if (reading.kind === 'workload' || reading.kind === 'replicaset') owners.add(uid);
    if (reading.kind !== lastKind) {
      lastKind = reading.kind;
      ofLastKind = kinds[lastKind];
    }
    ofLastKind.readings.push(reading);
    ofLastKind.entries.push(entry);
    ofLastKind.everyField &= reading.fields;
    ofLastKind.someField |= reading.fields;
  };

  return {
    add(entry) {
      const { decoded, type } = entry;
      const { facts, readings, surplus } = decoded;
      compressedBytes += facts.compressedBytes;
      inflatedBytes += facts.inflatedBytes;
      if (surplus !== undefined) {
        if (surplus.managedFields) entriesWithManagedFields += 1;
        if (surplus.lastApplied) entriesWithLastApplied += 1;
      }
      if (type !== lastType) {
        lastType = type;
        types.add(typeOf(entry));
      }
      const first = readings[0];
      if (first === undefined || (first.kind === 'not-an-object' && !isListOrArray(first.found))) {
        obscured.add(typeOf(entry));
      }
      for (let position = 0; position < readings.length; position++) {
        const reading = readings[position] as Reading;
        neededBytes += reading.neededSize;
        take(entry, reading);
      }
    },
    index: (entries) => ({
      kinds,
      owners,
      duplicates: duplicates.map((each) => ({ ...each, first: firstWith(each.uid, entries)?.index ?? 0 })),
      duplicateCount,
      namespaces,
      types,
      obscured,
      anonymous,
      sizes: { compressedBytes, inflatedBytes, neededBytes, entriesWithManagedFields, entriesWithLastApplied },
    }),
  };
}

function isListOrArray(found: string): boolean {
  return found === 'list' || found === 'array';
}

function firstWith(uid: string, entries: readonly Entry[]): Entry | undefined {
  return entries.find(({ decoded }) => decoded.readings.some(({ meta }) => meta.uid === uid));
}

interface GrowingKind<Resource extends Reading> {
  readonly readings: Resource[];
  readonly entries: Entry[];
  everyField: number;
  someField: number;
}

function emptyKind<Kind extends ResourceKind>(): GrowingKind<Reading> & KindIndex<Kind> {
  const readings: Reading[] & ReadingOf<Kind>[] = [];
  const entries: Entry[] = [];
  const ofKind: readonly ReadingOf<Kind>[] = readings;
  let objects: readonly Located<ReadingOf<Kind>>[] | null = null;
  return {
    readings,
    entries,
    everyField: -1,
    someField: 0,
    get objects() {
      objects ??= ofKind.map((reading, position) => ({ entry: entries[position] as Entry, reading }));
      return objects;
    },
  };
}

function emptyKinds() {
  return {
    version: emptyKind<'version'>(),
    node: emptyKind<'node'>(),
    namespace: emptyKind<'namespace'>(),
    workload: emptyKind<'workload'>(),
    replicaset: emptyKind<'replicaset'>(),
    pod: emptyKind<'pod'>(),
    service: emptyKind<'service'>(),
    ingress: emptyKind<'ingress'>(),
    configmap: emptyKind<'configmap'>(),
  };
}

/** What a finding says of the object that it is about. */
export function placeOf({ entry, reading }: Located) {
  const { uid, namespace, name } = reading.meta;
  return {
    entry: entry.index,
    type: entry.type,
    ...(uid === '' ? {} : { uid }),
    ...(namespace === '' ? {} : { namespace }),
    ...(name === '' ? {} : { name }),
  };
}
