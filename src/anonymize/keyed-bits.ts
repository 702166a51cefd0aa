import { createHmac } from 'node:crypto';

/** Bits that only the holder of the key can tell; the same key and text always give the same ones. */
export interface KeyedBits {
  /** 0 or 1. */
  bit(text: string): number;
  /** Hexadecimal digits, at most 64. */
  hex(text: string, digits: number): string;
}

/** @param key what the owner keeps secret; 32 random bytes are the right length */
export function createKeyedBits(key: Uint8Array): KeyedBits {
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return {
    bit: (text) => (digest(text)[0] ?? 0) & 1,
    hex: (text, digits) => digest(text).toString('hex').slice(0, digits),
  };
}
