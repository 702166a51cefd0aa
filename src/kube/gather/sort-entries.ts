import { type Compat, compatTraits } from '../compat.js';
import type { Entry, EntryFailure, Snapshot } from '../entry.js';
import type { InventoryNote, InventoryObject } from '../inventory.js';
import { noMeta, rowOf } from '../read/meta.js';
import type { NotAnObjectReading, Reading } from '../reading.js';
import { findTypeString, ingressTypesByPreference, nearestTypeString, readersOf } from '../type-strings.js';
import { count, type Draft, refuse } from './draft.js';
import { createHazardCollector } from './hazards.js';

/** Makes a row for every object of every entry, and sorts those that the compat reads by family. */
export function sortEntries(snapshot: Snapshot, compat: Compat): Draft {
  const draft: Draft = {
    snapshot,
    compat,
    traits: compatTraits[compat],
    rows: [],
    readings: [],
    members: {
      version: [],
      node: [],
      namespace: [],
      workload: [],
      replicaset: [],
      pod: [],
      service: [],
      ingress: [],
      configmap: [],
      other: [],
    },
    inventors: [],
    refused: [],
    types: new Set(),
    notInflatable: [],
    brokenJson: new Map(),
    failures: [],
    hazards: createHazardCollector(),
  };
  let lastType: string | null = null;
  let members: number[] | null = null;
  for (const entry of snapshot.entries) {
    const { type, decoded } = entry;
    if (type !== lastType) {
      lastType = type;
      draft.types.add(type);
      members = membersOf(draft, type);
    }
    const { readings } = decoded;
    const first = readings[0];
    // As nearly all are.
    if (members !== null && readings.length === 1 && first !== undefined && first.kind !== 'not-an-object') {
      addMember(draft, members, addRow(draft, first.row, first), first);
    } else sortEntry(draft, entry);
  }
  return draft;
}

/** Where the rows go that are of this type; null where the compat does not read it. */
function membersOf(draft: Draft, type: string): number[] | null {
  const known = findTypeString(type);
  return known?.read[draft.compat] ? draft.members[known.family] : null;
}

function addMember(draft: Draft, members: number[], row: number, reading: Reading): void {
  members.push(row);
  if (reading.kind === 'pod' && reading.bringsWorkload) draft.inventors.push(row);
}

/** The one type of Ingresses that the server reads; null where none is uploaded. */
export function ingressTypeIn(draft: Draft): string | null {
  return (
    ingressTypesByPreference.find(
      (type) => draft.types.has(type) && findTypeString(type)?.read[draft.compat] === true,
    ) ?? null
  );
}

function sortEntry(draft: Draft, entry: Entry): void {
  const { failure, readings } = entry.decoded;
  const first = readings[0];
  if (failure !== null || first === undefined) {
    const row = addRow(draft, rowOf(entry.type, noMeta), null);
    refuse(draft, row, 'entry-unreadable', `Entry ${entry.index}: ${failure?.message ?? 'it holds nothing.'}`);
    if (failure !== null) recordUnreadable(draft, entry, failure);
    return;
  }
  if (first.kind !== 'not-an-object' || first.items === 0 || !draft.traits.acceptsLists || readings.length === 1) {
    sortReading(draft, entry.type, first);
    return;
  }
  const notes: readonly InventoryNote[] = [
    {
      code: 'list-accepted',
      detail: `Came in ${nameOf(first)} of ${count(first.items, 'object')}: real servers read one object from one entry, and nothing from this one.`,
    },
  ];
  for (const reading of readings.slice(1)) sortReading(draft, entry.type, reading, notes);
}

function sortReading(draft: Draft, type: string, reading: Reading, notes?: readonly InventoryNote[]): void {
  const row = addRow(draft, notes === undefined ? reading.row : { ...reading.row, notes }, reading);
  const known = findTypeString(type);
  if (known === undefined) {
    const nearest = nearestTypeString(type, draft.compat);
    refuse(
      draft,
      row,
      'type-unknown',
      `No server knows the type ${JSON.stringify(type)}${nearest === null ? '.' : `; "${nearest}" was probably meant.`}`,
    );
  } else if (!known.read[draft.compat]) {
    const readers = readersOf(known);
    refuse(
      draft,
      row,
      'type-not-read',
      `${draft.compat} does not read ${type}${readers === '' ? ', nor does any other' : `; ${readers} would`}.`,
    );
  } else if (reading.kind === 'not-an-object') {
    refuse(draft, row, 'not-one-object', notAnObjectDetail(reading));
  } else {
    addMember(draft, draft.members[known.family], row, reading);
  }
}

function addRow(draft: Draft, object: InventoryObject, reading: Reading | null): number {
  draft.readings.push(reading);
  return draft.rows.push(object) - 1;
}

function recordUnreadable(draft: Draft, { index, type }: Entry, failure: EntryFailure): void {
  const unreadable = { index, type, failure };
  if (failure.stage === 'inflate') {
    draft.notInflatable.push(unreadable);
    return;
  }
  const sameType = draft.brokenJson.get(type);
  if (sameType === undefined) draft.brokenJson.set(type, [unreadable]);
  else sameType.push(unreadable);
}

function notAnObjectDetail(reading: NotAnObjectReading): string {
  if (reading.found !== 'list' && reading.found !== 'array') {
    return `The entry holds ${nameOf(reading)}, where one Kubernetes object was expected.`;
  }
  if (reading.items === 0) return `The entry holds ${nameOf(reading)} without items: leave it out.`;
  return `The entry holds ${nameOf(reading)} of ${count(reading.items, 'object')}: send each of them as an entry of its own, else none is read.`;
}

function nameOf(reading: NotAnObjectReading): string {
  switch (reading.found) {
    case 'list':
      return `a ${reading.jsonKind || 'List'}`;
    case 'array':
      return 'an array';
    case 'null':
      return 'null';
    default:
      return `a ${reading.found}`;
  }
}
