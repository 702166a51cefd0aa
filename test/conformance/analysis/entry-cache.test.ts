import { expect, test } from 'vitest';
import {
  type ContentPlace,
  createEntryCache,
  type EntryResult,
  type KnownEntry,
  type Origin,
} from '../../../src/conformance/analysis/entry-cache.js';

/** A cache that is used as an upload would use it. */
function createCache() {
  let made = 0;
  const cache = createEntryCache<ContentPlace>((): EntryResult => {
    made += 1;
    const facts = { compressedBytes: 0, inflatedBytes: 0, trailingBytes: 0, invalidUtf8: false };
    const outcome = { id: 0, statuses: '', reasons: [] };
    return { decoded: { facts, failure: null, readings: [] }, outcome, failures: [], high: 0, low: 0 };
  });
  const origins: Origin[] = [];
  return {
    /** @param upload default: one of its own */
    get(type: string, content: Uint8Array, upload?: number): KnownEntry {
      // The content lies among other bytes, as in a request.
      const request = Buffer.concat([Buffer.from('before'), content, Buffer.from('behind')]);
      const place = { start: 6, stop: 6 + content.length };
      const origin = { number: upload ?? origins.length + 1, request, entries: 1 };
      origins.push(origin);
      return Object.assign(cache.get(request, { type, ...place }), { origin, ...place });
    },
    forget(upload: number): void {
      for (const origin of origins) if (origin.number === upload) origin.request = null;
      cache.sweep(origins.filter(({ request }) => request !== null).length);
    },
    nothing: () => cache.get(Buffer.alloc(0), { type: 'a', start: -1, stop: -1 }),
    size: () => cache.size,
    /** How often something had to be found out. */
    made: () => made,
  };
}

/** Contents that differ only where the quick sum does not look. */
function alike(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => {
    const content = Buffer.alloc(300);
    content.writeUInt32LE(index, 10);
    return content;
  });
}

test.each([0, 1, 3, 4, 5, 100, 100_000])('equal bytes of one type are made once (%i bytes)', (length) => {
  const cache = createCache();
  const content = () => new Uint8Array(length).fill(0xfe);
  const first = cache.get('a', content());
  expect(cache.get('a', content())).toBe(first);
  expect(cache.made()).toBe(1);
  expect(cache.get('b', content())).not.toBe(first);
  expect(cache.get('a', new Uint8Array(length + 1).fill(0xfe))).not.toBe(first);
  expect(cache.size()).toBe(3);
  expect(cache.made()).toBe(3);
});

test('contents that differ in any one byte are told apart, however many there are', () => {
  const cache = createCache();
  const contents = alike(5_000);
  const entries = contents.map((content) => cache.get('a', content));
  expect(new Set(entries).size).toBe(contents.length);
  for (const [index, content] of contents.entries()) expect(cache.get('a', content)).toBe(entries[index]);
  expect(cache.made()).toBe(contents.length);
});

test('what lies in no upload that is needed is not met again, and dropped', () => {
  const cache = createCache();
  const contents = alike(3_000);
  for (const [index, content] of contents.entries()) cache.get('a', content, 1 + (index % 3));
  cache.forget(2);
  expect(cache.size()).toBe(2_000);
  for (const [index, content] of contents.entries()) {
    const before = cache.made();
    cache.get('a', content, 4);
    expect(cache.made() - before).toBe(index % 3 === 1 ? 1 : 0);
  }
  expect(cache.size()).toBe(3_000);
  cache.forget(4);
  expect(cache.size()).toBe(0);
});

test('few that are not needed may stay for a while, and are not met again all the same', () => {
  const cache = createCache();
  const contents = alike(2_000);
  for (const content of contents) cache.get('a', content, 1);
  cache.forget(0);
  for (const content of contents.slice(0, 10)) cache.get('a', content, 2);
  cache.forget(2);
  expect(cache.size()).toBe(2_000);
  for (const content of contents) cache.get('a', content, 3);
  expect(cache.made()).toBe(2_010);
});

test('an entry without content is not remembered', () => {
  const cache = createCache();
  expect(cache.nothing()).not.toBe(cache.nothing());
  expect(cache.made()).toBe(2);
  expect(cache.size()).toBe(0);
});
