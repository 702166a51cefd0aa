import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { catchUpInTurns } from '../../src/server/catch-up-in-turns.js';
import type { ModelEvent } from '../../src/server/model/model-event.js';

it('has a model catch up in turns of the loop, until nothing is left, and again when it falls behind again', async () => {
  let left = 0;
  let done = 0;
  let tell: (event: ModelEvent) => void = () => {};
  catchUpInTurns({
    catchUp: () => {
      left -= 1;
      done += 1;
      return left > 0;
    },
    onChange: (listener) => {
      tell = listener;
      return () => true;
    },
  });
  tell({ kind: 'seat', clusterId: 'shop' });
  await setImmediate();
  expect(done).toBe(0);
  for (const round of [1, 2]) {
    left = 3;
    tell({ kind: 'behind' });
    tell({ kind: 'behind' });
    expect(done).toBe(3 * (round - 1));
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    expect([left, done]).toEqual([0, 3 * round]);
  }
});
