import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonBytes } from '../../../src/conformance/analysis/json-bytes.js';

test('the bytes are those of JSON.stringify', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ depthSize: 'small' })), (value) => {
      expect(Buffer.from(jsonBytes(value)).toString()).toBe(JSON.stringify(value));
    }),
  );
});

test.each([0, 1, 999, 1000, 1001, 2000, 2500])('also for an array of %i elements', (length) => {
  const value = { before: 1, objects: Array.from({ length }, (_, index) => ({ name: `ä${index}` })), after: undefined };
  expect(Buffer.from(jsonBytes(value)).toString()).toBe(JSON.stringify(value));
});

test('the bytes fill their buffer, so that it can be transferred', () => {
  const bytes = jsonBytes({ text: 'x'.repeat(200_000) });
  expect(bytes.byteLength).toBe(bytes.buffer.byteLength);
});
