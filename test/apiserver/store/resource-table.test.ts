import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resourceTypes } from '../../../src/apiserver/discovery/resource-type.js';
import { createResourceTable } from '../../../src/apiserver/store/resource-table.js';
import { type StoredObject, storedObject } from '../../../src/apiserver/store/stored-object.js';

const [podType] = resourceTypes([]).filter((type) => type.plural === 'pods');
if (podType === undefined) throw new Error('there are no pods');
const pods = podType;

function state(revision: number, namespace: string, name: string): StoredObject {
  const metadata = { name, namespace, resourceVersion: String(revision) };
  return storedObject(pods, revision, { apiVersion: 'v1', kind: 'Pod', metadata });
}

const step = fc.tuple(fc.boolean(), fc.constantFrom('a', 'a-b', 'b'), fc.constantFrom('x', 'x-1', 'y', 'z'));
const brief = (object: StoredObject) => `${object.key}@${object.revision}`;

test('pages of the past are what was there then, and say how many come after them', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      fc.nat(40),
      fc.constantFrom(null, 'a', 'b'),
      fc.constantFrom(null, 1, 2, 3),
      fc.constantFrom(null, 'a/x', 'a-b/y', 'b/z'),
      (steps, back, namespace, most, after) => {
        const table = createResourceTable(pods, 1000);
        const states: (readonly StoredObject[])[] = [[]];
        let now = new Map<string, StoredObject>();
        for (const [at, [remove, inside, name]] of steps.entries()) {
          const next = state(at + 1, inside, name);
          const before = now.get(next.key) ?? null;
          if (remove && before !== null) {
            table.apply({ type: 'DELETED', revision: at + 1, now: next, before });
            now = new Map(now);
            now.delete(next.key);
          } else {
            table.apply({ type: before === null ? 'ADDED' : 'MODIFIED', revision: at + 1, now: next, before });
            now = new Map(now).set(next.key, next);
          }
          states.push([...now.values()].sort((left, right) => (left.key < right.key ? -1 : 1)));
        }
        const revision = Math.min(back, steps.length);
        const expected = (states[revision] ?? []).filter(
          (object) => (namespace === null || object.namespace === namespace) && (after === null || object.key > after),
        );
        const page = table.page({ namespace, revision, after, most });
        const wanted = expected.slice(0, most ?? undefined);
        expect(page?.objects.map(brief)).toEqual(wanted.map(brief));
        expect(page?.remaining).toBe(expected.length - wanted.length);
      },
    ),
  );
});

test('keeps at least as much history as it was told, and knows where it ends', () => {
  const table = createResourceTable(pods, 10);
  for (let revision = 1; revision <= 100; revision++) {
    const now = state(revision, 'a', `p-${String(revision).padStart(3, '0')}`);
    table.apply({ type: 'ADDED', revision, now, before: null });
  }
  expect(table.eventsAfter(90)?.map((event) => event.revision)).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100]);
  expect(table.eventsAfter(100)).toEqual([]);
  expect(table.eventsAfter(50)).toBeNull();
  expect(table.page({ namespace: null, revision: 50, after: null, most: null })).toBeNull();
  expect(table.revisionBefore(3)).toBe(97);
  table.compact(100);
  expect(table.eventsAfter(99)).toBeNull();
  expect(table.eventsAfter(100)).toEqual([]);
});
