import type { KeyedBits } from './keyed-bits.js';
import { bitsOf, bytesOf, createPrefixMap } from './prefix-map.js';

/** MAC addresses by their six bytes. */
export interface MacMap {
  map(mac: Uint8Array): Uint8Array;
}

/** Group addresses that standards give out, and that name nobody: broadcast, IPv4 and IPv6 multicast, bridges. */
const standardGroups = ['ffffffffffff', '01005e', '3333', '0180c2'];
/** Low half of the multicast address of solicited nodes: the low bits are those of somebody's address. */
const solicited = '3333ff';

/**
 * One to one. The group and local bits stay, and so does the zero address. The halves are mapped apart, for DeepFlow
 * compares the low three bytes alone in one mode; makers thus stay together too.
 */
export function createMacMap(keyed: KeyedBits): MacMap {
  const high = createPrefixMap(keyed, 'mac-high', []);
  const low = createPrefixMap(keyed, 'mac-low', []);
  const known = new Map<string, Uint8Array>();
  const mapped = (mac: Uint8Array, hex: string): Uint8Array => {
    const isGroup = ((mac[0] ?? 0) & 1) === 1;
    const bits = bitsOf(mac);
    const ofLow = low.map(bits.slice(24));
    if (hex === '000000000000') return mac.slice();
    if (isGroup && hex.startsWith(solicited)) return bytesOf(bits.slice(0, 24) + ofLow);
    if (isGroup && standardGroups.some((start) => hex.startsWith(start))) return mac.slice();
    const flipped = high.map(bits.slice(0, 6) + bits.slice(8, 24));
    return bytesOf(flipped.slice(0, 6) + bits.slice(6, 8) + flipped.slice(6) + ofLow);
  };
  return {
    map(mac) {
      const hex = Buffer.from(mac).toString('hex');
      const before = known.get(hex);
      if (before !== undefined) return before;
      const result = mapped(mac, hex);
      known.set(hex, result);
      return result;
    },
  };
}
