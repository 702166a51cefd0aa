import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { isPlainlyWhole, WireReader } from '../../src/wire/wire-reader.js';

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

function skipAll(bytes: Uint8Array): WireReader {
  const reader = new WireReader(bytes);
  while (reader.next() && reader.skip()) {
    // Only the end matters.
  }
  return reader;
}

describe('WireReader', () => {
  it('reads any uint64 as two halves', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        const bytes = protobuf.Writer.create().uint64(value.toString()).finish();
        const reader = new WireReader(bytes);
        expect(reader.varint()).toBe(true);
        expect((BigInt(reader.high) << 32n) | BigInt(reader.low)).toBe(value);
      }),
    );
  });

  it.each([
    ['a tag without value', '08', 1, 'the bytes end inside a varint'],
    ['a number that is cut off', '08 ff', 1, 'the bytes end inside a varint'],
    ['a number of more than ten bytes', '08 ff ff ff ff ff ff ff ff ff ff 01', 1, 'longer than 64 bits'],
    ['a number of more than 64 bits', '08 ff ff ff ff ff ff ff ff ff 02', 1, 'longer than 64 bits'],
    ['a length beyond the end', '0a 05 61 62', 1, 'a length of 5 bytes is given; bytes left: 2'],
    ['a length beyond all memory', '0a ff ff ff ff ff ff ff ff 7f', 1, 'bytes left: 0'],
    ['too few bytes for 64 bits', '09 01 02 03', 1, '8 bytes are expected; bytes left: 3'],
    ['too few bytes for 32 bits', '0d 01 02 03', 1, '4 bytes are expected; bytes left: 3'],
    ['wire type 6', '0e', 0, 'wire type 6'],
    ['field number 0', '00', 0, 'a tag that no field can have'],
    ['a tag of more than 32 bits', '80 80 80 80 80 01 00', 0, 'a tag that no field can have'],
    ['the end of no group', '08 01 0c', 2, 'a group ends that did not begin'],
    ['a group without end', '0b 08 01', 0, 'group 1 does not end'],
    ['a group with the end of another', '0b 14', 1, 'group 1 is ended by the end of group 2'],
  ])('names the place of %s', (_name, hex, offset, message) => {
    const { fault } = skipAll(bytesOf(hex));
    expect(fault?.message).toContain(message);
    expect(fault?.offset).toBe(offset);
  });

  it('skips groups in groups, but not without bound', () => {
    expect(skipAll(bytesOf('0b 13 08 01 14 0c')).fault).toBeNull();
    const deep = new Uint8Array(200_000).fill(0x0b, 0, 100_000).fill(0x0c, 100_000);
    expect(skipAll(deep).fault?.message).toContain('nested deeper than 100 levels');
  });

  it('stays at its fault', () => {
    const reader = new WireReader(bytesOf('0a 05 08 01'));
    expect(reader.next()).toBe(true);
    expect(reader.payload()).toBe(false);
    expect(reader.next()).toBe(false);
    expect(reader.fault).not.toBeNull();
    reader.reset(2, 4);
    expect(reader.next() && reader.varint()).toBe(true);
  });
});

describe('isPlainlyWhole', () => {
  it('never takes broken bytes for whole ones', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.constantFrom([], [0x0a, 0x02], [0x1a, 0x03]), (tail, head) => {
        const bytes = Uint8Array.from([...head, ...tail]);
        if (isPlainlyWhole(bytes, 0, bytes.length)) {
          expect(skipAll(bytes).fault).toBeNull();
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('takes an entry for whole', () => {
    expect(isPlainlyWhole(bytesOf('0a 01 61 1a 03 78 9c 00'), 0, 8)).toBe(true);
    expect(isPlainlyWhole(bytesOf('0a 01 61 1a 03 78 9c'), 0, 7)).toBe(false);
  });
});
