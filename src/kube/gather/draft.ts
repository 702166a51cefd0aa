import type { Compat, CompatTraits } from '../compat.js';
import type { EntryFailure, Snapshot } from '../entry.js';
import type { InventoryNote, InventoryObject, NoteCode, ReasonCode } from '../inventory.js';
import type { Meta, Reading } from '../reading.js';
import type { Family } from '../type-strings.js';
import type { RankedFailure } from './failures.js';
import type { HazardCollector } from './hazards.js';

/** An entry that could not be read. */
export interface Unreadable {
  readonly index: number;
  readonly type: string;
  readonly failure: EntryFailure;
}

/** The inventory in the making: each step refuses rows, notes what they lack, and adds failures and hazards. */
export interface Draft {
  readonly snapshot: Snapshot;
  readonly compat: Compat;
  readonly traits: CompatTraits;
  /** Rows of readings are shared by all inventories: a row that changes is replaced. */
  readonly rows: InventoryObject[];
  /** By position, the reading behind each row. */
  readonly readings: (Reading | null)[];
  /** Rows of each family whose type the compat reads. */
  readonly members: Readonly<Record<Family, number[]>>;
  /** Rows of Pods that bring their workload along. */
  readonly inventors: number[];
  /** Rows that are not shown, each once; in the order of their refusal until all is decided. */
  readonly refused: number[];
  /** Type strings that have entries, readable or not. */
  readonly types: Set<string>;
  /** Entries that could not be inflated. */
  readonly notInflatable: Unreadable[];
  /** Entries of each type whose JSON is broken. */
  readonly brokenJson: Map<string, Unreadable[]>;
  readonly failures: RankedFailure[];
  readonly hazards: HazardCollector;
}

export function refuse(draft: Draft, row: number, reason: ReasonCode, detail: string): void {
  const object = draft.rows[row];
  if (object === undefined) return;
  // Named one by one, here and below: a spread takes many times as long, and whole families may be refused.
  const { type, uid, namespace, name, shown, notes } = object;
  if (shown) draft.refused.push(row);
  const refused = { type, uid, namespace, name, shown: false, reason, detail };
  draft.rows[row] = notes === undefined ? refused : { ...refused, notes };
}

/** Of a row that is shown so far. */
export function note(draft: Draft, row: number, code: NoteCode, detail: string): void {
  const object = draft.rows[row];
  if (object === undefined) return;
  const { type, uid, namespace, name, shown, notes } = object;
  const added: InventoryNote = { code, detail };
  draft.rows[row] = { type, uid, namespace, name, shown, notes: notes === undefined ? [added] : [...notes, added] };
}

/** Refuses a row whose object lacks what every object needs; true where it passes. */
export function hasIdentity(draft: Draft, row: number, meta: Meta): boolean {
  if (meta.uid !== '' && meta.name !== '') return true;
  if (!meta.present) {
    refuse(draft, row, 'no-metadata', 'The object has no metadata: upload it with metadata.uid and metadata.name.');
  } else if (meta.uid === '') {
    refuse(draft, row, 'no-uid', 'metadata.uid is absent or not a string: it is the identity of the object.');
  } else {
    refuse(draft, row, 'no-name', 'metadata.name is absent or not a string.');
  }
  return false;
}

/** Refuses a row whose namespace is not shown; true where it is. */
export function isInNamespace(draft: Draft, row: number, meta: Meta, namespaces: ReadonlySet<string>): boolean {
  if (namespaces.has(meta.namespace)) return true;
  if (meta.namespace === '') {
    refuse(draft, row, 'no-namespace', 'metadata.namespace is absent or not a string.');
  } else {
    refuse(
      draft,
      row,
      'namespace-not-shown',
      `Namespace ${meta.namespace} is not in the upload, or not shown: add its *v1.Namespace entry with uid and name.`,
    );
  }
  return false;
}

/** "1 Pod", "3 Pods". */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** "a, b, c and 4 more"; the same for the same names in any order. */
export function listed(names: Iterable<string>, most = 5): string {
  const sorted = [...new Set(names)].sort();
  const shown = sorted.slice(0, most).join(', ');
  return sorted.length > most ? `${shown} and ${sorted.length - most} more` : shown;
}
