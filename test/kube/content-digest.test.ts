import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContentDigest, combineDigests, hashText } from '../../src/kube/content-digest.js';

const digestOf = (...texts: readonly string[]): number => {
  const content = new ContentDigest('t');
  for (const text of texts) content.text('n', text);
  return content.value();
};

describe('ContentDigest', () => {
  it('is an integer of 53 bits', () => {
    fc.assert(fc.property(fc.string(), (text) => Number.isSafeInteger(digestOf(text)) && digestOf(text) >= 0));
  });

  it('tells apart texts that differ little, or are cut elsewhere', () => {
    const seen = new Set<number>();
    for (let i = 0; i < 20_000; i++) seen.add(digestOf(`pod-${i}`, '10.0.0.1'));
    expect(seen.size).toBe(20_000);
    expect(digestOf('ab', 'c')).not.toBe(digestOf('a', 'bc'));
    expect(digestOf('a', '')).not.toBe(digestOf('', 'a'));
    expect(digestOf('a\u0000')).not.toBe(digestOf('a'));
  });

  it('sums pairs in any order, each for itself', () => {
    const pairs = (entries: readonly (readonly [string, string])[]) => {
      const content = new ContentDigest('t');
      for (const [key, value] of entries) content.pair(key, value);
      content.endPairs('labels');
      return content.value();
    };
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string(), fc.string())),
        (entries) => pairs(entries) === pairs(entries.toReversed()),
      ),
    );
    expect(
      pairs([
        ['a', 'b'],
        ['c', 'd'],
      ]),
    ).not.toBe(
      pairs([
        ['a', 'd'],
        ['c', 'b'],
      ]),
    );
    expect(pairs([['ab', 'c']])).not.toBe(pairs([['a', 'bc']]));
  });
});

describe('combineDigests', () => {
  it('does not depend on the order, and stays exact', () => {
    const digest = fc.integer({ min: 0, max: 2 ** 53 - 1 });
    fc.assert(
      fc.property(fc.array(digest), fc.array(digest), (left, right) => {
        const whole = combineDigests([...left, ...right]);
        expect(combineDigests([...right, ...left])).toBe(whole);
        expect(combineDigests([combineDigests(left), combineDigests(right)])).toBe(whole);
        expect(Number.isSafeInteger(whole)).toBe(true);
      }),
    );
    expect(combineDigests([])).toBe(0);
    expect(combineDigests([5, 5])).not.toBe(combineDigests([5]));
  });
});

it('hashText spreads over 30 bits', () => {
  const seen = new Set<number>();
  for (let i = 0; i < 10_000; i++) seen.add(hashText(`0000-${i}`));
  expect(seen.size).toBeGreaterThan(9990);
  expect(Math.max(...seen)).toBeLessThan(2 ** 30);
});
