import type { ResourceType } from '../discovery/resource-type.js';
import { createSortedMap } from './sorted-map.js';
import { objectKey, type StoredObject } from './stored-object.js';

/** What happened to one object of a table. */
export interface TableEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  /** As it is now; of a deleted one as it was last, with the revision of the deletion. */
  readonly now: StoredObject;
  /** Null of an added one. */
  readonly before: StoredObject | null;
}

/** Which objects a page may hold. */
export interface PageRange {
  /** Null: all. */
  readonly namespace: string | null;
  /** Null: what is now. */
  readonly revision: number | null;
  /** The last key that is not wanted any more; null: from the beginning. */
  readonly after: string | null;
  /** Null: all. */
  readonly most: number | null;
}

export interface Page {
  readonly objects: readonly StoredObject[];
  /** How many come after them. */
  readonly remaining: number;
}

/** The objects of one storage, and how they came to be what they are. */
export interface ResourceTable {
  /** The preferred type of those that show these objects. */
  readonly type: ResourceType;
  readonly size: number;
  get(namespace: string, name: string): StoredObject | undefined;
  /** Makes the event true. */
  apply(event: TableEvent): void;
  /** Tells the subscribers of an event that was applied. */
  tell(event: TableEvent): void;
  /** All there is, in the order of the keys. */
  all(namespace: string | null): readonly StoredObject[];
  /** What there was at a revision; null where the history does not reach back so far. */
  page(range: PageRange): Page | null;
  /** All events after a revision, oldest first; null where the history does not reach back so far. */
  eventsAfter(revision: number): readonly TableEvent[] | null;
  /** The revision that was current so many events ago; the oldest known one where there are fewer. */
  revisionBefore(events: number): number;
  /** Forgets the history up to a revision that is not before the newest event. */
  compact(revision: number): void;
  subscribe(listener: (event: TableEvent) => void): () => void;
}

/** @param historyLimit events that are kept at least; twice as many at most */
export function createResourceTable(type: ResourceType, historyLimit: number): ResourceTable {
  const objects = createSortedMap<StoredObject>();
  const listeners = new Set<(event: TableEvent) => void>();
  let history: TableEvent[] = [];
  /** The history has every event after this revision. */
  let floor = 0;

  function eventsAfter(revision: number): readonly TableEvent[] | null {
    return revision < floor ? null : history.slice(firstAfter(history, revision));
  }

  return {
    type,
    get size() {
      return objects.size;
    },
    get: (namespace, name) => objects.get(objectKey(namespace, name)),
    apply: (event) => {
      if (event.type === 'DELETED') objects.delete(event.now.key);
      else objects.set(event.now.key, event.now);
      history.push(event);
      if (history.length >= historyLimit * 2) {
        floor = history[history.length - historyLimit - 1]?.revision ?? floor;
        history = history.slice(-historyLimit);
      }
    },
    tell: (event) => {
      for (const listener of [...listeners]) listener(event);
    },
    all: (namespace) => objects.slice(...keyRange(namespace, null)),
    page: ({ namespace, revision, after, most }) => {
      const undone = revision === null ? [] : eventsAfter(revision);
      if (undone === null) return null;
      const [from, to] = keyRange(namespace, after);
      const before = statesBefore(undone, from, to);
      const wanted = most ?? Number.POSITIVE_INFINITY;
      const current = objects.slice(from, to, wanted + before.size);
      const reached = objects.count(from, to) === current.length ? null : (current.at(-1)?.key ?? null);
      const there = before.size === 0 ? current : undo(current, before, reached);
      let total = objects.count(from, to);
      for (const [key, object] of before) {
        total += (object === null ? 0 : 1) - (objects.get(key) === undefined ? 0 : 1);
      }
      const chosen = there.length > wanted ? there.slice(0, wanted) : there;
      return { objects: chosen, remaining: total - chosen.length };
    },
    eventsAfter,
    revisionBefore: (events) => {
      const undone = history.at(-Math.max(1, Math.trunc(events)));
      return undone === undefined ? floor : undone.revision - 1;
    },
    compact: (revision) => {
      history = [];
      floor = revision;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** From and to, the latter exclusive. */
function keyRange(namespace: string | null, after: string | null): [from: string, to: string | null] {
  const start = namespace === null ? '' : `${namespace}/`;
  const from = after === null || after < start ? start : `${after}\0`;
  return [from, namespace === null ? null : `${namespace}0`];
}

/** What the objects of a range that the events changed were before; null: not there. */
function statesBefore(
  events: readonly TableEvent[],
  from: string,
  to: string | null,
): ReadonlyMap<string, StoredObject | null> {
  const before = new Map<string, StoredObject | null>();
  for (const event of events) {
    const { key } = event.now;
    if (key >= from && (to === null || key < to) && !before.has(key)) before.set(key, event.before);
  }
  return before;
}

/** @param reached the last key that `current` reaches to; null: to the end */
function undo(
  current: readonly StoredObject[],
  before: ReadonlyMap<string, StoredObject | null>,
  reached: string | null,
): readonly StoredObject[] {
  const kept = current.filter((object) => !before.has(object.key));
  for (const [key, object] of before) {
    if (object !== null && (reached === null || key <= reached)) kept.push(object);
  }
  return kept.sort((left, right) => (left.key < right.key ? -1 : 1));
}

function firstAfter(history: readonly TableEvent[], revision: number): number {
  let low = 0;
  let high = history.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((history[middle]?.revision ?? 0) <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}
