import { describe, expect, it } from 'vitest';
import { createOutbox } from '../../../src/server/streams/outbox.js';

const large = 100_000;

describe('outbox', () => {
  it('lets messages wait for room in the order in which they came', async () => {
    const outbox = createOutbox(2 * large);
    const entered: number[] = [];
    const enter = (index: number) =>
      outbox.enter(large).then((leave) => {
        entered.push(index);
        return leave;
      });
    const leaves = [await enter(0), await enter(1)];
    const later = [enter(2), enter(3)];
    await Promise.resolve();
    expect(entered).toEqual([0, 1]);
    expect([outbox.waiting(), outbox.held()]).toEqual([2, 2 * large]);
    leaves[1]?.();
    leaves[1]?.();
    await later[0];
    expect(entered).toEqual([0, 1, 2]);
    leaves[0]?.();
    await later[1];
    expect([outbox.waiting(), outbox.held()]).toEqual([0, 2 * large]);
    for (const leave of [...leaves, ...(await Promise.all(later))]) leave();
    expect(outbox.held()).toBe(0);
  });

  it('lets one through that is larger than all room, alone', async () => {
    const outbox = createOutbox(large);
    const leave = await outbox.enter(3 * large);
    const next = outbox.enter(large);
    expect(outbox.waiting()).toBe(1);
    leave();
    await next;
    expect(outbox.held()).toBe(large);
  });

  it('does not keep small ones waiting behind large ones', async () => {
    const outbox = createOutbox(large);
    await outbox.enter(large);
    void outbox.enter(large);
    await outbox.enter(100);
    expect([outbox.waiting(), outbox.held()]).toEqual([1, large + 100]);
  });
});
