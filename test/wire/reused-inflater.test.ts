import { constants, deflateRawSync, deflateSync, gzipSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEntryDecoder, decodeEntryJson } from '../../src/wire/entry-codec.js';
import { createReusedInflater, type ReusedInflater } from '../../src/wire/reused-inflater.js';

function inflater(): ReusedInflater {
  const made = createReusedInflater();
  // Every version of Node that this package runs on has what it takes; without it this test would test nothing.
  if (made === null) throw new Error('this version of Node has another decompressor');
  return made;
}

const options = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FILTERED,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ),
});
const content = fc.uint8Array({ maxLength: 3000, max: 127 });

test('inflates what zlib has deflated, stream after stream', () => {
  const reused = inflater();
  fc.assert(
    fc.property(content, options, fc.uint8Array({ maxLength: 5 }), (bytes, how, trailing) => {
      const result = reused.inflate(Buffer.concat([deflateSync(bytes, how), trailing]));
      expect(result?.bytes.equals(bytes)).toBe(true);
      expect(result?.trailingBytes).toBe(trailing.length);
    }),
  );
});

test('says nothing of a broken stream, and goes on behind it', () => {
  const reused = inflater();
  const sound = deflateSync('sound');
  fc.assert(
    fc.property(content, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, change) => {
      const broken = deflateSync(bytes);
      broken[at % broken.length] = (broken[at % broken.length] ?? 0) ^ change;
      const result = reused.inflate(broken)?.bytes.toString('latin1') ?? null;
      expect(result).toBe(inflatedOrNull(broken));
      expect(reused.inflate(broken.subarray(0, at % broken.length))).toBeNull();
      expect(reused.inflate(sound)?.bytes.toString()).toBe('sound');
    }),
  );
});

test.each([
  ['gzip', gzipSync('text')],
  ['raw deflate', deflateRawSync('text')],
  ['text', Buffer.from('{"a": 1}')],
  ['nothing', Buffer.alloc(0)],
  ['more than it has room for', deflateSync(Buffer.alloc(128 * 1024))],
])('leaves %s to zlib', (_, bytes) => {
  expect(inflater().inflate(bytes)).toBeNull();
});

test('a decoder of many entries gives what is given for each of them alone', () => {
  const decode = createEntryDecoder();
  const entry = fc.oneof(
    fc.json().map((text) => deflateSync(text)),
    fc.string({ unit: 'binary' }).map((text) => deflateSync(JSON.stringify({ text }))),
    fc.uint8Array().map((bytes) => deflateSync(bytes)),
    fc.uint8Array(),
    fc.constant(deflateSync(JSON.stringify({ text: 'x'.repeat(200_000) }))),
  );
  fc.assert(
    fc.property(entry, fc.option(fc.string()), fc.nat({ max: 9 }), (compressedInfo, info, start) => {
      const request = Buffer.concat([Buffer.alloc(start, 0x78), compressedInfo, Buffer.from('behind')]);
      const place = { info, start, stop: start + compressedInfo.length };
      expect(decode(request, place)).toEqual(decodeEntryJson({ info, compressedInfo }));
      const absent = { info, start: -1, stop: -1 };
      expect(decode(request, absent)).toEqual(decodeEntryJson({ info, compressedInfo: null }));
    }),
  );
});

test('the limit holds below the room that there is', () => {
  const decode = createEntryDecoder({ maxInflatedBytes: 100, maxJsonLevels: 10 });
  const compressedInfo = deflateSync(JSON.stringify('x'.repeat(200)));
  const place = { info: null, start: 0, stop: compressedInfo.length };
  expect(decode(compressedInfo, place).failure?.code).toBe('inflates-too-large');
});

function inflatedOrNull(bytes: Uint8Array): string | null {
  try {
    return inflateSync(bytes).toString('latin1');
  } catch {
    return null;
  }
}
