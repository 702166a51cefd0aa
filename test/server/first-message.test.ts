import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFirstMessage } from '../../src/server/first-message.js';
import { framed } from './support/raw-client.js';

describe('createFirstMessage', () => {
  it('finds the message however the bytes are cut, and ignores what follows', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 50 }),
        fc.uint8Array({ maxLength: 20 }),
        fc.integer({ min: 1, max: 7 }),
        (body, rest, step) => {
          const message = createFirstMessage(1000);
          const bytes = Buffer.concat([framed(body), rest]);
          for (let at = 0; at < bytes.length; at += step) {
            message.add(bytes.subarray(at, at + step));
          }
          expect(message.isWhole()).toBe(true);
          expect(message.isTooLarge()).toBe(false);
          expect(message.declared()).toEqual({ length: body.length, compressed: false });
          expect(message.bytes().equals(Buffer.from(body))).toBe(true);
        },
      ),
    );
  });

  it('hands on each part with the offset where it lies', () => {
    const told: [string, number, number][] = [];
    const message = createFirstMessage(8, (piece, at, length) => told.push([piece.toString('latin1'), at, length]));
    const bytes = Buffer.concat([framed(Buffer.from('abcdefg')), Buffer.from('behind')]);
    for (const [from, to] of [
      [0, 3],
      [3, 7],
      [7, 8],
      [8, 20],
    ] as const) {
      message.add(bytes.subarray(from, to));
    }
    expect(told).toEqual([
      ['ab', 0, 7],
      ['c', 2, 7],
      ['defg', 3, 7],
    ]);
  });

  it('hands on nothing of a message that is too large or compressed', () => {
    const told: Buffer[] = [];
    createFirstMessage(8, (piece) => told.push(piece)).add(framed(Buffer.alloc(9)));
    createFirstMessage(8, (piece) => told.push(piece)).add(framed(Buffer.alloc(3), { compressed: true }));
    expect(told).toEqual([]);
  });

  it('knows what is missing', () => {
    const message = createFirstMessage(1000);
    message.add(Buffer.from([1, 0, 0]));
    expect([message.declared(), message.isWhole(), message.received()]).toEqual([null, false, 0]);
    message.add(Buffer.from([0, 4, 7, 7]));
    expect(message.declared()).toEqual({ length: 4, compressed: true });
    expect([message.isWhole(), message.received(), [...message.bytes()]]).toEqual([false, 2, [7, 7]]);
  });

  it('keeps the beginning of a message that is too large, and no more', () => {
    const message = createFirstMessage(1000);
    message.add(framed(Buffer.alloc(40_000, 1), { declared: 200_000 }));
    message.add(Buffer.alloc(40_000, 2));
    message.add(Buffer.alloc(120_000, 3));
    expect([message.isTooLarge(), message.received(), message.bytes().length]).toEqual([true, 200_000, 65_536]);
  });
});
