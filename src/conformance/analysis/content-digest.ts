import type { DecodedEntry } from '../../kube/entry.js';

/**
 * An entry's part in the digest of a snapshot's needed content: two lanes of 32 bits, signed. A snapshot's digest is the sum of its
 * entries' parts, so their order does not matter and each part can be kept with its entry.
 */
export interface DigestPart {
  readonly high: number;
  readonly low: number;
}

export function digestPart(type: string, decoded: DecodedEntry): DigestPart {
  const seed = textHash(type);
  let high = 0;
  let low = 0;
  for (const reading of decoded.readings) {
    const digestLow = reading.digest | 0;
    const digestHigh = Math.floor(reading.digest / 0x1_0000_0000) | 0;
    const first = mix(digestLow ^ seed);
    const second = mix(digestHigh ^ Math.imul(first, 0x9e3779b1));
    high = (high + second) | 0;
    low = (low + mix(first ^ second)) | 0;
  }
  return { high, low };
}

/** 16 hexadecimal digits. */
export function digestText(high: number, low: number): string {
  return (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
}

/** The finalizer of MurmurHash3: each input bit moves each output bit, so that sums of parts do not cancel out. */
function mix(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** FNV-1a over UTF-16 units. */
function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
