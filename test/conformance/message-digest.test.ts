import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOf, sampledDigestOf } from '../../src/conformance/message-digest.js';

describe('sampledDigestOf', () => {
  const large = randomBytes(3 * 1024 * 1024);

  it('is the digest of short messages, and the same for the same long one', () => {
    const short = randomBytes(1000);
    expect(sampledDigestOf(short)).toBe(digestOf(short));
    expect(sampledDigestOf(large)).toBe(sampledDigestOf(Buffer.from(large)));
  });

  it.each([
    ['at its begin', 20, large.length],
    ['at its end', large.length - 20, large.length],
    ['everywhere from the middle on', large.length / 2, large.length],
    ['in its length', 0, large.length - 1],
  ])('is another one for a message that differs %s', (_, from, length) => {
    const other = Buffer.from(large.subarray(0, length));
    if (length === large.length)
      for (let at = from; at < from + 20 || at < other.length - 20; at += 20)
        other.writeUInt8(255 - other.readUInt8(at), at);
    expect(sampledDigestOf(other)).not.toBe(sampledDigestOf(large));
  });
});
