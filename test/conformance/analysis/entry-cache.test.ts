import { expect, test } from 'vitest';
import {
  createEntryCache,
  type EntryCache,
  type EntryResult,
  type KnownEntry,
} from '../../../src/conformance/analysis/entry-cache.js';

/** Looks up, and adds what is not there. */
function get(cache: EntryCache, type: string, content: Uint8Array, make: () => EntryResult): KnownEntry {
  // The content lies among other bytes, as in a request.
  const request = Buffer.concat([Buffer.from('before'), content, Buffer.from('behind')]);
  const place = { type, start: 6, stop: 6 + content.length };
  return cache.find(request, place) ?? cache.add(request, place, make());
}

function made(): EntryResult {
  const facts = { compressedBytes: 0, inflatedBytes: 0, trailingBytes: 0, invalidUtf8: false };
  const outcome = { id: 0, statuses: '', reasons: [] };
  return { decoded: { facts, failure: null, readings: [] }, outcome, failures: [], high: 0, low: 0 };
}

test.each([0, 1, 3, 4, 5, 100, 100_000])('equal bytes of one type are made once (%i bytes)', (length) => {
  const cache = createEntryCache();
  const content = () => new Uint8Array(length).fill(0xfe);
  const first = get(cache, 'a', content(), made);
  expect(get(cache, 'a', content(), () => expect.unreachable())).toBe(first);
  expect(get(cache, 'b', content(), made)).not.toBe(first);
  expect(get(cache, 'a', new Uint8Array(length + 1).fill(0xfe), made)).not.toBe(first);
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
  const entries = contents.map((content) => get(cache, 'a', content, made));
  expect(new Set(entries).size).toBe(contents.length);
  for (const [index, content] of contents.entries()) {
    expect(get(cache, 'a', content, () => expect.unreachable())).toBe(entries[index]);
  }
});

test('what no kept upload used is dropped', () => {
  const cache = createEntryCache();
  const content = (index: number) => {
    const bytes = Buffer.alloc(300);
    bytes.writeUInt32LE(index, 10);
    return bytes;
  };
  for (let index = 0; index < 300; index++) get(cache, 'a', content(index), made).usedBy = index % 3;
  cache.keepOnly([0, 2]);
  expect(cache.size).toBe(200);
  for (let index = 0; index < 300; index++) {
    let wasMade = false;
    const entry = get(cache, 'a', content(index), () => {
      wasMade = true;
      return made();
    });
    expect(wasMade).toBe(index % 3 === 1);
    if (!wasMade) expect(entry.usedBy).toBe(index % 3);
  }
  expect(cache.size).toBe(300);
});

test('an entry without content is not remembered', () => {
  const cache = createEntryCache();
  const place = { type: 'a', start: -1, stop: -1 };
  expect(cache.add(Buffer.alloc(0), place, made()).usedBy).toBe(0);
  expect(cache.find(Buffer.alloc(0), place)).toBeNull();
  expect(cache.size).toBe(0);
});
