import { expect, test } from 'vitest';
import {
  type CachedEntry,
  type ContentPlace,
  createEntryCache,
} from '../../../src/conformance/analysis/entry-cache.js';

/** The content among other bytes, as it lies in a request. */
function place(type: string, content: Uint8Array): ContentPlace {
  const source = Buffer.concat([Buffer.from('before'), content, Buffer.from('behind')]);
  return { type, source, start: 6, stop: 6 + content.length };
}

function made(usedBy = 0): CachedEntry {
  const facts = { compressedBytes: 0, inflatedBytes: 0, trailingBytes: 0, invalidUtf8: false };
  const outcome = { id: 0, statuses: '', reasons: [] };
  const digest = { high: 0, low: 0 };
  return { decoded: { facts, failure: null, readings: [] }, judged: { outcome, failures: [] }, digest, usedBy };
}

test.each([0, 1, 3, 4, 5, 100, 100_000])('equal bytes of one type are made once (%i bytes)', (length) => {
  const cache = createEntryCache();
  const content = () => new Uint8Array(length).fill(0xfe);
  const first = cache.get(place('a', content()), made);
  expect(cache.get(place('a', content()), () => expect.unreachable())).toBe(first);
  expect(cache.get(place('b', content()), made)).not.toBe(first);
  expect(cache.get(place('a', new Uint8Array(length + 1).fill(0xfe)), made)).not.toBe(first);
  expect(cache.size).toBe(3);
});

test('contents that differ in any one byte are told apart, however many there are', () => {
  const cache = createEntryCache();
  const contents = Array.from({ length: 5_000 }, (_, index) => {
    const content = Buffer.alloc(300);
    // Where the quick sum does not look.
    content.writeUInt32LE(index, 10);
    return content;
  });
  const entries = contents.map((content) => cache.get(place('a', content), made));
  expect(new Set(entries).size).toBe(contents.length);
  for (const [index, content] of contents.entries()) {
    expect(cache.get(place('a', content), () => expect.unreachable())).toBe(entries[index]);
  }
});

test('what no kept upload used is dropped', () => {
  const cache = createEntryCache();
  const content = (index: number) => {
    const bytes = Buffer.alloc(300);
    bytes.writeUInt32LE(index, 10);
    return place('a', bytes);
  };
  for (let index = 0; index < 300; index++) cache.get(content(index), () => made(index % 3));
  cache.keepOnly([0, 2]);
  expect(cache.size).toBe(200);
  for (let index = 0; index < 300; index++) {
    let wasMade = false;
    const entry = cache.get(content(index), () => {
      wasMade = true;
      return made(index % 3);
    });
    expect([wasMade, entry.usedBy]).toEqual([index % 3 === 1, index % 3]);
  }
  expect(cache.size).toBe(300);
});
