import { expect, test } from 'vitest';
import { createSignal } from '../../../src/conformance/run/signal.js';

test('who waits is woken by the next notification, and by one that came since it looked', async () => {
  const signal = createSignal();
  const woken: string[] = [];
  const waiting = signal.wait(60_000).then(() => woken.push('by the next'));
  expect(woken).toEqual([]);
  signal.notify();
  await waiting;
  const before = signal.count;
  signal.notify();
  await signal.wait(60_000, before).then(() => woken.push('by one before'));
  expect(woken).toEqual(['by the next', 'by one before']);
});

test('who waits does so no longer than it wants to', async () => {
  const began = performance.now();
  await createSignal().wait(20);
  expect(performance.now() - began).toBeGreaterThan(15);
});
