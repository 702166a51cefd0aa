import { expect, test } from 'vitest';
import { digestPart, digestText } from '../../../src/conformance/analysis/content-digest.js';
import type { DecodedEntry } from '../../../src/kube/entry.js';
import type { Reading } from '../../../src/kube/reading.js';

function entry(...digests: number[]): DecodedEntry {
  const facts = { compressedBytes: 0, inflatedBytes: 0, trailingBytes: 0, invalidUtf8: false };
  return { facts, failure: null, readings: digests.map((digest) => ({ digest }) as Reading) };
}

test('parts tell types and all 53 bits apart', () => {
  const parts = [
    digestPart('*v1.Pod', entry(1)),
    digestPart('*v1.Node', entry(1)),
    digestPart('*v1.Pod', entry(2)),
    digestPart('*v1.Pod', entry(1 + 2 ** 52)),
    digestPart('*v1.Pod', entry(1 + 2 ** 32)),
  ];
  const texts = parts.map(({ high, low }) => digestText(high, low));
  expect(new Set(texts).size).toBe(parts.length);
});

test('changes in two entries do not cancel out', () => {
  const sum = (digests: number[]) => {
    const parts = digests.map((digest) => digestPart('*v1.Pod', entry(digest)));
    return digestText(
      parts.reduce((total, { high }) => (total + high) >>> 0, 0),
      parts.reduce((total, { low }) => (total + low) >>> 0, 0),
    );
  };
  expect(sum([10, 20])).toBe(sum([20, 10]));
  expect(sum([11, 19])).not.toBe(sum([10, 20]));
  expect(sum([10, 10])).not.toBe(sum([20]));
});

test('the text has 16 digits', () => {
  expect(digestText(0, 0xffff_ffff)).toBe('00000000ffffffff');
});
