import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSortedMap } from '../../../src/apiserver/store/sorted-map.js';

const key = fc.string({ unit: fc.constantFrom('a', 'b', '-', '/', '0'), maxLength: 4 });

test('is a map whose ranges are sorted, also when it is cut to pieces', () => {
  const action = fc.tuple(fc.constantFrom('set', 'set', 'delete'), key, fc.nat());
  fc.assert(
    fc.property(fc.array(action, { maxLength: 200 }), key, key, fc.nat(5), (actions, from, to, most) => {
      const map = createSortedMap<number>();
      const model = new Map<string, number>();
      for (const [what, at, value] of actions) {
        if (what === 'set') {
          map.set(at, value);
          model.set(at, value);
        } else {
          expect(map.delete(at)).toBe(model.delete(at));
        }
      }
      const sorted = [...model].sort(([left], [right]) => (left < right ? -1 : 1));
      const inRange = sorted.filter(([at]) => at >= from && at < to).map(([, value]) => value);
      expect(map.size).toBe(model.size);
      expect(map.slice('', null)).toEqual(sorted.map(([, value]) => value));
      expect(map.slice(from, to)).toEqual(inRange);
      expect(map.slice(from, to, most)).toEqual(inRange.slice(0, most));
      expect(map.count(from, to)).toBe(inRange.length);
    }),
  );
});

test('stays sorted over many parts, whatever the order of arrival', () => {
  const count = 5000;
  const map = createSortedMap<number>();
  for (let at = 0; at < count; at++) map.set(String((at * 7919) % count).padStart(5, '0'), (at * 7919) % count);
  expect(map.slice('', null)).toEqual(Array.from({ length: count }, (_, at) => at));
  for (let at = 0; at < count; at += 2) map.delete(String(at).padStart(5, '0'));
  expect(map.slice('00100', '00106')).toEqual([101, 103, 105]);
  for (let at = 1; at < count; at += 2) map.delete(String(at).padStart(5, '0'));
  expect([map.size, map.slice('', null)]).toEqual([0, []]);
  map.set('x', 1);
  expect(map.slice('', null)).toEqual([1]);
});
