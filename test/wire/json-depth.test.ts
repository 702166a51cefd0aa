import { describe, expect, it } from 'vitest';
import { isDeeperThan } from '../../src/wire/json-depth.js';

function nested(levels: number, inner = ''): Buffer {
  return Buffer.from('['.repeat(levels) + inner + ']'.repeat(levels));
}

describe('isDeeperThan', () => {
  it('counts levels of arrays and objects', () => {
    expect(isDeeperThan(nested(10), 10)).toBe(false);
    expect(isDeeperThan(nested(11), 10)).toBe(true);
    const objects = (levels: number) => Buffer.from(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
    expect(isDeeperThan(objects(10), 10)).toBe(false);
    expect(isDeeperThan(objects(11), 10)).toBe(true);
  });

  it('counts levels, not brackets', () => {
    expect(isDeeperThan(Buffer.from(`[${'[],'.repeat(50_000)}[]]`), 10)).toBe(false);
  });

  it('leaves out what stands in strings', () => {
    const text = JSON.stringify({ a: '[{'.repeat(20_000), 'b"[[[[[[[[[[[[\\': '"{'.repeat(20_000) });
    expect(isDeeperThan(Buffer.from(text), 10)).toBe(false);
    expect(isDeeperThan(nested(11, '"\\\\"'), 10)).toBe(true);
    expect(isDeeperThan(Buffer.from(`["]]]]]]]]]]\\"",${nested(10)}]`), 10)).toBe(true);
  });

  it('does not stumble over text that is not JSON', () => {
    expect(isDeeperThan(Buffer.from(`${'['.repeat(30)}"abc\\`), 40)).toBe(false);
    expect(isDeeperThan(Buffer.from(']'.repeat(100)), 10)).toBe(false);
  });
});
