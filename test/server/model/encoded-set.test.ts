import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEncodedSet } from '../../../src/server/model/encoded-set.js';

const key = fc.integer({ min: 0, max: 700 }).map(String);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ key, piece: fc.uint8Array({ minLength: 1, maxLength: 4 }) }) },
  fc.record({ key }),
);

it('is its pieces one behind the other, in the order in which their keys came', () => {
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 800 }), { maxLength: 4 }), (rounds) => {
      const set = createEncodedSet();
      const expected = new Map<string, Buffer>();
      for (const steps of rounds) {
        for (const one of steps) {
          if ('piece' in one) {
            set.set(one.key, Buffer.from(one.piece));
            expected.set(one.key, Buffer.from(one.piece));
          } else {
            set.delete(one.key);
            expected.delete(one.key);
          }
        }
        expect(set.bytes().equals(Buffer.concat([...expected.values()]))).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});
