import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createDeflate, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEntryJson, encodeEntry } from '../../src/wire/entry-codec.js';
import { defaultEntryLimits } from '../../src/wire/entry-limits.js';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { uid: 'a-b', name: 'web-1', labels: { app: 'wéb' } } };

function decode(compressedInfo: Uint8Array | null, info: string | null = null) {
  return decodeEntryJson({ info, compressedInfo });
}

function failureOf(compressedInfo: Uint8Array | null, info: string | null = null) {
  const { failure, json } = decode(compressedInfo, info);
  expect(json).toBeUndefined();
  return [failure?.stage, failure?.code];
}

/** A zlib stream of so many MiB of zeros, made piece by piece. */
async function zeros(mebibytes: number): Promise<Buffer> {
  const piece = Buffer.alloc(1024 * 1024);
  const pieces = Readable.from(Array.from({ length: mebibytes }, () => piece));
  return buffer(pieces.pipe(createDeflate({ level: 1 })));
}

describe('decodeEntryJson', () => {
  it('gives what was encoded, with its sizes', () => {
    const bytes = encodeEntry(pod);
    const text = JSON.stringify(pod);
    expect(decode(bytes)).toEqual({
      facts: {
        compressedBytes: bytes.length,
        inflatedBytes: Buffer.byteLength(text),
        trailingBytes: 0,
        invalidUtf8: false,
      },
      failure: null,
      json: pod,
    });
  });

  it('takes streams of any level and window', () => {
    for (const options of [{ level: 0 }, { level: 1 }, { level: 9 }, { windowBits: 9 }]) {
      expect(decode(deflateSync(JSON.stringify(pod), options)).json).toEqual(pod);
    }
  });

  it('takes any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { failure, json } = decode(encodeEntry(value));
        expect(failure).toBeNull();
        expect(json).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(decode(deflateSync('null')).json).toBeNull();
  });

  it('keeps __proto__ a key as any other', () => {
    const json = decode(deflateSync('{"__proto__":{"polluted":1},"constructor":{"prototype":2}}')).json as object;
    expect(Object.keys(json)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(json)).toBe(Object.prototype);
    expect('polluted' in json).toBe(false);
    expect('polluted' in {}).toBe(false);
  });

  it('tells what stands in place of a zlib stream', () => {
    const text = JSON.stringify(pod);
    expect(failureOf(null)).toEqual(['inflate', 'compressed-info-absent']);
    expect(failureOf(new Uint8Array(0))).toEqual(['inflate', 'compressed-info-absent']);
    expect(failureOf(null, '')).toEqual(['inflate', 'compressed-info-absent']);
    expect(failureOf(null, text)).toEqual(['inflate', 'info-instead']);
    expect(failureOf(gzipSync(text))).toEqual(['inflate', 'gzip']);
    expect(failureOf(deflateRawSync(text))).toEqual(['inflate', 'raw-deflate']);
    expect(failureOf(deflateRawSync(text, { level: 0 }))).toEqual(['inflate', 'raw-deflate']);
    expect(failureOf(Buffer.from(text))).toEqual(['inflate', 'not-zlib']);
    expect(failureOf(Uint8Array.of(0))).toEqual(['inflate', 'not-zlib']);
  });

  it.each([
    ['plain JSON', Buffer.from('{"kind":"Pod"}'), 'plain text (they begin with "{")'],
    ['base64', Buffer.from(encodeEntry(pod).toString('base64')), 'a zlib stream in base64'],
    ['zstd', Buffer.from('28b52ffd0400010000', 'hex'), 'zstd'],
    ['anything else', Buffer.from('ffd8ffe000', 'hex'), 'begin with ff d8 ff e0'],
  ])('describes %s', (_name, bytes, message) => {
    expect(decode(bytes).failure?.message).toContain(message);
  });

  it('calls every proper beginning of a stream cut off', () => {
    const bytes = encodeEntry(pod);
    for (let length = 1; length < bytes.length; length++) {
      expect(failureOf(bytes.subarray(0, length)), `of ${length} bytes`).toEqual(['inflate', 'zlib-truncated']);
    }
  });

  it('tells damage apart: the checksum, the data, a preset dictionary', () => {
    const bytes = encodeEntry(pod);
    const wrongSum = Uint8Array.from(bytes);
    wrongSum[bytes.length - 1] = (wrongSum.at(-1) ?? 0) ^ 1;
    expect(failureOf(wrongSum)).toEqual(['inflate', 'zlib-corrupt']);
    expect(failureOf(Uint8Array.of(0x78, 0x9c, 0xff, 0xff, 0xff))).toEqual(['inflate', 'zlib-corrupt']);
    const withDictionary = deflateSync('{"a":1}', { dictionary: Buffer.from('{"a":') });
    expect(failureOf(withDictionary)).toEqual(['inflate', 'zlib-corrupt']);
    expect(decode(withDictionary).failure?.message).toContain('preset dictionary');
  });

  it('counts the bytes behind the stream', () => {
    const { facts, failure, json } = decode(Buffer.concat([encodeEntry(pod), Buffer.from('rest')]));
    expect(failure).toBeNull();
    expect(json).toEqual(pod);
    expect(facts.trailingBytes).toBe(4);
  });

  it('reads text that is not UTF-8 with replacement characters', () => {
    const { facts, failure, json } = decode(deflateSync(Buffer.from('{"a":"x\xffy"}', 'latin1')));
    expect(failure).toBeNull();
    expect(facts.invalidUtf8).toBe(true);
    expect(json).toEqual({ a: 'x\ufffdy' });
  });

  it('names the place where text is not JSON', () => {
    const { failure, facts } = decode(deflateSync('{"a":}'));
    expect(failure).toEqual({
      stage: 'json',
      code: 'json-syntax',
      message: 'the text is not JSON at character 5 of 6: found "}", expected value',
    });
    expect(facts.inflatedBytes).toBe(6);
    expect(decode(deflateSync('')).failure).toMatchObject({ code: 'json-syntax', message: /inflates to nothing/ });
  });

  it('stops at 64 MiB, without keeping more than that', async () => {
    const bomb = await zeros(256);
    const before = process.memoryUsage().rss;
    const { failure, facts } = decode(bomb);
    const grown = process.memoryUsage().rss - before;
    expect(failure?.code).toBe('inflates-too-large');
    expect(failure?.message).toBe(
      `${bomb.length} bytes inflate to more than 67108864 bytes; the rest was not inflated`,
    );
    expect(facts).toMatchObject({ compressedBytes: bomb.length, inflatedBytes: 0 });
    expect(grown).toBeLessThan(100 * 1024 * 1024);
    expect(failureOf(deflateRawSync(Buffer.alloc(70 * 1024 * 1024), { level: 1 }))).toEqual(['inflate', 'raw-deflate']);
  });

  it('takes exactly as much as its limits', () => {
    const limits = { ...defaultEntryLimits, maxInflatedBytes: 20_000 };
    const text = (length: number) => deflateSync(JSON.stringify('x'.repeat(length - 2)));
    expect(decodeEntryJson({ info: null, compressedInfo: text(20_000) }, limits).failure).toBeNull();
    expect(decodeEntryJson({ info: null, compressedInfo: text(20_001) }, limits).failure?.code).toBe(
      'inflates-too-large',
    );
  });

  it('takes 10,000 levels and no more', () => {
    const nested = (levels: number) => deflateSync('['.repeat(levels) + ']'.repeat(levels));
    expect(decode(nested(10_000)).failure).toBeNull();
    expect(failureOf(nested(10_001))).toEqual(['json', 'json-too-deep']);
    expect(failureOf(nested(100_000))).toEqual(['json', 'json-too-deep']);
    expect(failureOf(deflateSync('['.repeat(100_000)))).toEqual(['json', 'json-too-deep']);
  });

  it('never throws, whatever the bytes', () => {
    const stream = encodeEntry(pod);
    const spoilt = fc.tuple(fc.nat(stream.length - 1), fc.integer({ min: 0, max: 255 })).map(([index, byte]) => {
      const bytes = Uint8Array.from(stream);
      bytes[index] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 40 }), spoilt), (bytes) => {
        const { failure, json } = decode(bytes);
        expect(failure === null).toBe(json !== undefined);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('encodeEntry', () => {
  it('refuses what has no JSON form', () => {
    expect(() => encodeEntry(undefined)).toThrow('undefined has no JSON form');
  });
});
