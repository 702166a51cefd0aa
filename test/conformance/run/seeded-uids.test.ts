import { expect, test } from 'vitest';
import { createSeededUids } from '../../../src/conformance/run/seeded-uids.js';

const some = (seed: number) => Array.from({ length: 1_000 }, createSeededUids(seed));

test('uids are UUIDs of version 4, each another one', () => {
  for (const uid of some(1))
    expect(uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(some(1)).size).toBe(1_000);
});

test('the same seed gives the same ones, another seed others', () => {
  expect(some(7)).toEqual(some(7));
  expect(some(7)[0]).not.toBe(some(8)[0]);
});
