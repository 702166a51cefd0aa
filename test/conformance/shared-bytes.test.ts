import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { shareBytes } from '../../src/conformance/shared-bytes.js';

const hasArrived = (arrived: Int32Array) => Atomics.load(arrived, 0) === 1;

test('few bytes are there at once', () => {
  const source = randomBytes(1_000);
  const { bytes, arrived } = shareBytes(source);
  expect(hasArrived(arrived)).toBe(true);
  expect(Buffer.from(bytes).equals(source)).toBe(true);
});

test('many bytes come in several turns of the event loop, and say when all are there', async () => {
  const source = randomBytes(9 * 1024 * 1024);
  const { bytes, arrived } = shareBytes(source);
  let turns = 0;
  while (!hasArrived(arrived)) {
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(turns).toBeGreaterThan(2);
  expect(Buffer.from(bytes).equals(source)).toBe(true);
});
