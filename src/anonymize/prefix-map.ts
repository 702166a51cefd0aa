import type { KeyedBits } from './keyed-bits.js';

/** Turns bit strings into others of the same length: one to one, and two share as long a prefix afterwards as before. */
export interface PrefixMap {
  /** @param bits as `0` and `1`; all of one length */
  map(bits: string): string;
}

/**
 * After Crypto-PAn (Xu, Fan, Ammar, Moon, 2002): each bit is flipped or not by what the key says of the bits before it.
 * Where a reserved prefix still lies ahead no bit is flipped, so that nothing gets into one and nothing out of one.
 *
 * @param reserved prefixes as bits, that keep what is below them together; behind them the bits are mapped again
 */
export function createPrefixMap(keyed: KeyedBits, purpose: string, reserved: readonly string[]): PrefixMap {
  const kept = new Set(reserved.flatMap((prefix) => [...prefix].map((_, i) => prefix.slice(0, i))));
  const flips = new Map<string, number>();
  const flipAfter = (prefix: string): number => {
    const known = flips.get(prefix);
    if (known !== undefined) return known;
    const flip = kept.has(prefix) ? 0 : keyed.bit(`${purpose}:${prefix}`);
    // What follows the first bits belongs to one address, whose result is kept by who asks.
    if (prefix.length <= 16) flips.set(prefix, flip);
    return flip;
  };
  return {
    map: (bits) => [...bits].map((bit, i) => `${Number(bit) ^ flipAfter(bits.slice(0, i))}`).join(''),
  };
}

export function bitsOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
}

export function bytesOf(bits: string): Uint8Array {
  return Uint8Array.from({ length: bits.length / 8 }, (_, i) => Number.parseInt(bits.slice(i * 8, i * 8 + 8), 2));
}
