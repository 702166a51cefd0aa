import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createInOrder } from '../../src/conformance/in-order.js';

test('items are handed on in the order of pushing, whatever the order in which they come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { maxLength: 20 }),
      fc.infiniteStream(fc.nat(1000)),
      async (late, ranks) => {
        const handed: number[] = [];
        const inOrder = createInOrder<number>((item) => handed.push(item));
        const resolvers: { rank: number; resolve: () => void }[] = [];
        for (const [index, isLate] of late.entries()) {
          if (!isLate) inOrder.push(index);
          else {
            const { value: rank } = ranks.next();
            inOrder.push(new Promise((resolve) => resolvers.push({ rank: rank ?? 0, resolve: () => resolve(index) })));
          }
        }
        const drained = inOrder.drained();
        for (const { resolve } of resolvers.toSorted((one, other) => one.rank - other.rank)) resolve();
        await drained;
        expect(handed).toEqual(late.map((_, index) => index));
      },
    ),
  );
});

test('drained waits for what was pushed before, not for what comes later', async () => {
  const handed: string[] = [];
  const inOrder = createInOrder<string>((item) => handed.push(item));
  let resolveFirst: (item: string) => void = () => {};
  inOrder.push(new Promise((resolve) => (resolveFirst = resolve)));
  const drained = inOrder.drained();
  inOrder.push(new Promise<string>(() => {}));
  expect(handed).toEqual([]);
  resolveFirst('first');
  await drained;
  expect(handed).toEqual(['first']);
});
