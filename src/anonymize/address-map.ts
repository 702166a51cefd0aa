import ipaddr from 'ipaddr.js';
import type { KeyedBits } from './keyed-bits.js';
import { bitsOf, bytesOf, createPrefixMap } from './prefix-map.js';

/** Addresses by their bytes: 4 of IPv4, 16 of IPv6. */
export interface AddressMap {
  map(address: Uint8Array): Uint8Array;
}

interface Range {
  readonly range: string;
  /** All of it means the same everywhere, and names nobody. */
  readonly whole?: boolean;
}

/** What a reader of captures tells apart by the range: a private address stays private, a public one public. */
const ranges4: readonly Range[] = [
  { range: '0.0.0.0/8', whole: true },
  { range: '10.0.0.0/8' },
  { range: '100.64.0.0/10' },
  { range: '127.0.0.0/8', whole: true },
  { range: '169.254.0.0/16' },
  { range: '172.16.0.0/12' },
  { range: '192.168.0.0/16' },
  { range: '224.0.0.0/4', whole: true },
  { range: '255.255.255.255/32', whole: true },
  { range: '240.0.0.0/4' },
];

const ranges6: readonly Range[] = [
  { range: '::/127', whole: true },
  { range: 'fc00::/8' },
  { range: 'fd00::/8' },
  { range: 'fe80::/64' },
  { range: 'fe80::/10' },
  // Solicited nodes: the low bits are those of an address.
  { range: 'ff02::1:ff00:0/104' },
  { range: 'ff00::/8', whole: true },
];

/** IPv6 addresses that hold one of IPv4 in their last four bytes: of sockets for both, and of NAT64. */
const around4 = ['::ffff:0:0/96', '64:ff9b::/96'];

export function createAddressMap(keyed: KeyedBits): AddressMap {
  const map4 = family(keyed, 'ipv4', ranges4);
  const map6 = family(keyed, 'ipv6', [...around4.map((range) => ({ range })), ...ranges6]);
  const prefixesAround4 = around4.map(prefixBits);
  const mapBits = (bits: string): string => {
    if (bits.length === 32) return map4(bits);
    return prefixesAround4.some((prefix) => bits.startsWith(prefix))
      ? bits.slice(0, 96) + map4(bits.slice(96))
      : map6(bits);
  };
  const known = new Map<string, Uint8Array>();
  return {
    map(address) {
      const bits = bitsOf(address);
      const before = known.get(bits);
      if (before !== undefined) return before;
      const bytes = bytesOf(mapBits(bits));
      known.set(bits, bytes);
      return bytes;
    },
  };
}

function family(keyed: KeyedBits, purpose: string, ranges: readonly Range[]): (bits: string) => string {
  const prefixes = ranges.map(({ range, whole }) => ({ prefix: prefixBits(range), whole: whole === true }));
  const tree = createPrefixMap(
    keyed,
    purpose,
    prefixes.map(({ prefix }) => prefix),
  );
  return (bits) => {
    // The first range that holds it: narrow ones stand before those around them.
    const range = prefixes.find(({ prefix }) => bits.startsWith(prefix));
    return range?.whole === true ? bits : tree.map(bits);
  };
}

function prefixBits(range: string): string {
  const [address, length] = ipaddr.parseCIDR(range);
  return bitsOf(Uint8Array.from(address.toByteArray())).slice(0, length);
}
