import type { DecodedEntry, Entry } from '../../kube/entry.js';
import { neededFields } from '../../kube/needed-fields.js';
import type { Meta, Reading } from '../../kube/reading.js';
import { type Family, findTypeString } from '../../kube/type-strings.js';
import type { FieldValues } from './field-values.js';
import type { TruthHistory, TruthObject, TruthVersion } from './truth-history.js';
import type { InForce } from './types-in-force.js';

/** Differences of one sort that are spelt out; the rest is counted. */
const kept = 20;
/** Kubernetes and the server round times to ms. */
const rounding = 5;

export interface Sample<Item> {
  /** The first ones. */
  readonly items: readonly Item[];
  readonly total: number;
}

export interface ExtraObject {
  readonly entry: Entry;
  readonly meta: Meta;
  /** Kubernetes held it once. */
  readonly wasHeld: boolean;
}

export interface FieldDifference {
  readonly entry: Entry;
  readonly object: TruthObject;
  /** Id of the needed field. */
  readonly field: string;
  readonly path: string;
  readonly held: string;
  /** "" where the upload lost it. */
  readonly found: string;
  /** The object had this value once. */
  readonly stale: boolean;
}

export interface MistypedObject {
  readonly entry: Entry;
  readonly object: TruthObject;
}

/** An upload beside what Kubernetes held while it was made. */
export interface TruthComparison {
  /** Unix time, ms. */
  readonly window: { readonly from: number; readonly to: number };
  /** Objects in force that Kubernetes held through the whole window. */
  readonly expected: number;
  /** Objects of the upload that Kubernetes held. */
  readonly matched: number;
  /** Types of which Kubernetes held an object through the whole window, in force or not. */
  readonly heldTypes: ReadonlySet<string>;
  readonly missing: Sample<TruthObject>;
  readonly extra: Sample<ExtraObject>;
  readonly mistyped: Sample<MistypedObject>;
  /** By id of the field. */
  readonly fields: ReadonlyMap<string, FieldComparison>;
  /** Kubernetes held it in the window, under this uid. */
  readonly holds: (uid: string) => boolean;
  readonly holdsNamespace: (name: string) => boolean;
  readonly holdsNodeAddress: (address: string) => boolean;
}

/** What became of one needed field in the objects of an upload. */
export interface FieldComparison {
  /** Objects of which Kubernetes holds the field. */
  readonly held: number;
  /** Kubernetes holds it, the upload does not. */
  readonly lost: Sample<FieldDifference>;
  /** The upload has another value than Kubernetes had in the window. */
  readonly changed: Sample<FieldDifference>;
}

export interface CompareOptions {
  readonly history: TruthHistory;
  readonly entries: readonly Entry[];
  readonly valuesOf: (decoded: DecodedEntry) => readonly FieldValues[];
  /** Unix time, ms: the arrival of the upload. */
  readonly time: number;
  readonly allowanceMs: number;
  readonly inForce: (uploaded: (family: Family) => boolean) => InForce;
  /** Objects of another namespace are only looked at as what others point at. */
  readonly isJudged: (object: { readonly namespace: string; readonly name: string }) => boolean;
  /** Of this comparison; never used before. */
  readonly number: number;
  /** Types of which something could not be read, so that nothing of them counts as missing. */
  readonly obscured: ReadonlySet<string>;
}

/** Compares an upload with what Kubernetes held at some moment of the window (what is there), or through all of it (what must be there). */
export function compareWithTruth(options: CompareOptions): TruthComparison {
  const { history, entries, valuesOf, time, allowanceMs, number, isJudged } = options;
  const window = { from: time - allowanceMs, to: time };
  const extra = createSample<ExtraObject>();
  const mistyped = createSample<MistypedObject>();
  const missing = createSample<TruthObject>();
  const fields = createFieldComparisons();
  const families = new Set<Family>();
  let matched = 0;

  const take = (entry: Entry, reading: Reading, values: FieldValues): void => {
    if (reading.kind === 'not-an-object' || reading.kind === 'version' || reading.meta.uid === '') return;
    const object = history.find(reading.meta.uid);
    if (!isJudged(object ?? reading.meta)) return;
    const versions = object?.versions.filter((version) => overlaps(version, window)) ?? [];
    if (object === undefined || versions.length === 0) {
      const { uid } = reading.meta;
      if (reading.kind !== 'other') extra.add(() => ({ entry, meta: reading.meta, wasHeld: history.wasHeld(uid) }));
      return;
    }
    matched += 1;
    object.seenBy = number;
    if (reading.kind === 'other') return;
    families.add(object.type.family);
    if (findTypeString(entry.type)?.family !== object.type.family) mistyped.add(() => ({ entry, object }));
    else fields.add(entry, object, versions, values);
  };

  for (const entry of entries) {
    const { readings } = entry.decoded;
    if (readings.length === 0) continue;
    const values = valuesOf(entry.decoded);
    for (let at = 0; at < readings.length; at++) take(entry, readings[at] as Reading, values[at] ?? []);
  }

  const inForce = options.inForce((family) => families.has(family));
  const heldTypes = new Set<string>();
  const namespaces = new Set<string>();
  const nodeAddresses = new Set<string>();
  const addressField = neededFields.node.findIndex(({ id }) => id === 'node/internal-ip');
  let expected = 0;
  for (const object of history.objects()) {
    if (object.type.family === 'namespace') {
      if (object.versions.some((version) => overlaps(version, window))) namespaces.add(object.name);
    } else if (object.type.family === 'node') {
      for (const version of object.versions) {
        if (overlaps(version, window)) nodeAddresses.add(version.values[addressField] ?? '');
      }
    }
    if (!isJudged(object) || !heldThrough(object, window)) continue;
    heldTypes.add(object.type.type);
    if (!inForce(object.type)) continue;
    expected += 1;
    if (object.seenBy === number || options.obscured.has(object.type.type)) continue;
    missing.add(() => object);
  }

  return {
    window,
    expected,
    matched,
    heldTypes,
    missing: missing.sample(),
    extra: extra.sample(),
    mistyped: mistyped.sample(),
    fields: fields.comparisons(),
    holds: (uid) => history.find(uid)?.versions.some((version) => overlaps(version, window)) ?? false,
    holdsNamespace: (name) => namespaces.has(name),
    holdsNodeAddress: (address) => nodeAddresses.has(address),
  };
}

interface Window {
  readonly from: number;
  readonly to: number;
}

function overlaps({ from, to }: TruthVersion, window: Window): boolean {
  return from <= window.to + rounding && to >= window.from - rounding;
}

function heldThrough({ versions }: TruthObject, window: Window): boolean {
  const [first] = versions;
  const last = versions.at(-1);
  return first !== undefined && last !== undefined && first.from <= window.from && last.to > window.to + rounding;
}

interface GrowingSample<Item> {
  add(describe: () => Item): void;
  sample(): Sample<Item>;
}

function createSample<Item>(): GrowingSample<Item> {
  const items: Item[] = [];
  let total = 0;
  return {
    add(describe) {
      if (total < kept) items.push(describe());
      total += 1;
    },
    sample: () => ({ items, total }),
  };
}

interface FieldComparisons {
  add(entry: Entry, object: TruthObject, versions: readonly TruthVersion[], found: FieldValues): void;
  comparisons(): ReadonlyMap<string, FieldComparison>;
}

interface FieldTally {
  held: number;
  readonly lost: GrowingSample<FieldDifference>;
  readonly changed: GrowingSample<FieldDifference>;
}

function createFieldComparisons(): FieldComparisons {
  const byFamily = new Map<Family, FieldTally[]>();
  const talliesOf = (family: Family): FieldTally[] => {
    let tallies = byFamily.get(family);
    if (tallies === undefined) {
      tallies = neededFields[family].map(() => ({ held: 0, lost: createSample(), changed: createSample() }));
      byFamily.set(family, tallies);
    }
    return tallies;
  };
  return {
    add(entry, object, versions, found) {
      const { family } = object.type;
      const tallies = talliesOf(family);
      const version = nearest(versions, found);
      for (let at = 0; at < tallies.length; at++) {
        const tally = tallies[at] as FieldTally;
        const held = version.values[at] ?? '';
        const value = found[at] ?? '';
        if (held !== '') tally.held += 1;
        if (held === value) continue;
        // A Route may be written as an Ingress: then it has rules of which Kubernetes knows nothing.
        if (held === '' && family === 'ingress') continue;
        const field = neededFields[family][at];
        if (field === undefined) continue;
        (value === '' ? tally.lost : tally.changed).add(() => ({
          entry,
          object,
          field: field.id,
          path: field.path,
          held,
          found: value,
          stale: object.versions.some((each) => each.values[at] === value),
        }));
      }
    },
    comparisons() {
      const comparisons = new Map<string, FieldComparison>();
      for (const [family, tallies] of byFamily) {
        for (const [at, { held, lost, changed }] of tallies.entries()) {
          const id = neededFields[family][at]?.id ?? '';
          comparisons.set(id, { held, lost: lost.sample(), changed: changed.sample() });
        }
      }
      return comparisons;
    },
  };
}

/** The version with the fewest differences, of several the newest. */
function nearest(versions: readonly TruthVersion[], found: FieldValues): TruthVersion {
  let best = versions[versions.length - 1] as TruthVersion;
  let least = differences(best.values, found);
  for (let at = versions.length - 2; at >= 0 && least > 0; at--) {
    const version = versions[at] as TruthVersion;
    const count = differences(version.values, found);
    if (count < least) {
      best = version;
      least = count;
    }
  }
  return best;
}

function differences(held: FieldValues, found: FieldValues): number {
  let count = 0;
  for (let at = 0; at < held.length; at++) if (held[at] !== found[at]) count += 1;
  return count;
}
