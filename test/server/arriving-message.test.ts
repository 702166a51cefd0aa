import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { type ArrivingMessage, createArrivingMessages } from '../../src/server/arriving-message.js';

const mebibyte = 1024 * 1024;

function collected(most?: number) {
  const told: ArrivingMessage[] = [];
  return { told, collect: createArrivingMessages((message) => told.push(message), most) };
}

it('tells of a large message every few MiB, and when it is there', () => {
  const { told, collect } = collected();
  const whole = randomBytes(10 * mebibyte);
  const collector = collect(7);
  for (let at = 0; at < whole.length; at += mebibyte)
    collector.add(whole.subarray(at, at + mebibyte), at, whole.length);
  expect(told.map(({ seq, there }) => [seq, there / mebibyte])).toEqual([
    [7, 4],
    [7, 8],
    [7, 10],
  ]);
  expect(Buffer.from(told[2]?.bytes ?? []).equals(whole)).toBe(true);
  expect(told[0]?.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
});

it('tells of no message that is there in a moment', () => {
  const { told, collect } = collected();
  collect(1).add(randomBytes(mebibyte), 0, mebibyte);
  expect(told).toEqual([]);
});

it('reserves no more than it may, however many senders say that much is to come', () => {
  const { told, collect } = collected(100 * mebibyte);
  const piece = randomBytes(5 * mebibyte);
  const collectors = Array.from({ length: 1000 }, (_, seq) => collect(seq));
  for (const collector of collectors) collector.add(piece, 0, 60 * mebibyte);
  expect(told.map(({ seq }) => seq)).toEqual([0]);
  // The first is over, twice for good measure; the second was not told of and does not begin in its middle.
  collectors[0]?.end();
  collectors[0]?.end();
  collectors[1]?.add(piece, piece.length, 60 * mebibyte);
  collect(1001).add(piece, 0, 60 * mebibyte);
  collect(1002).add(piece, 0, 60 * mebibyte);
  expect(told.map(({ seq }) => seq)).toEqual([0, 1001]);
});
