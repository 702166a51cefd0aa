import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { shareBytes, waitForBytes } from '../../src/conformance/shared-bytes.js';

test('few bytes are there at once', () => {
  const source = randomBytes(1_000);
  const { bytes, arrived } = shareBytes(source);
  expect(Atomics.load(arrived, 0)).toBe(source.length);
  expect(Buffer.from(bytes).equals(source)).toBe(true);
});

test('many bytes come in several turns of the event loop, and say how many are there', async () => {
  const source = randomBytes(9 * 1024 * 1024);
  const { bytes, arrived } = shareBytes(source);
  let turns = 0;
  for (let there = 0; there < source.length; there = Atomics.load(arrived, 0)) {
    expect(Buffer.from(bytes.subarray(0, there)).equals(source.subarray(0, there))).toBe(true);
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(turns).toBeGreaterThan(2);
  expect(Buffer.from(bytes).equals(source)).toBe(true);
});

test('who waits for what is there does not wait for the rest', () => {
  const arrived = new Int32Array(new SharedArrayBuffer(4));
  Atomics.store(arrived, 0, 10);
  expect(waitForBytes(arrived, 10)).toBe(10);
  expect(waitForBytes(arrived, 3)).toBe(10);
});
