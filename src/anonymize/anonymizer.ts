import { type AddressMap, createAddressMap } from './address-map.js';
import { formatIp, ipBytes } from './ip-text.js';
import { createKeyedBits } from './keyed-bits.js';
import { createMacMap, type MacMap } from './mac-map.js';
import { createNameMap, type NameKind, type NameMap } from './name-map.js';
import { readLink } from './packet/link.js';
import type { PacketEdit } from './packet/packet-edit.js';

/** Puts others in the place of addresses and names; the same key puts the same. */
export interface Anonymizer {
  name(kind: NameKind, name: string): string;
  /** With its prefix length where it has one; null where the text is no address. */
  ip(text: string): string | null;
  /** Lower case, with colons; null where the text is no MAC. */
  mac(text: string): string | null;
  /** A free text with the addresses and known names in it exchanged. */
  text(text: string): string;
  /** Rewrites the packet where it lies; returns how many of its bytes may be kept. */
  packet(bytes: Buffer, linkType: number): number;
  /** How many packets were cut before their transport header, by what could not be read. */
  readonly cuts: ReadonlyMap<string, number>;
  /** What stands for what, for the owner. */
  mapping(): Mapping;
}

export interface Mapping {
  readonly addresses: Readonly<Record<string, string>>;
  readonly macs: Readonly<Record<string, string>>;
  readonly names: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** @param key the owner's secret, at least 16 bytes */
export function createAnonymizer(key: Uint8Array): Anonymizer {
  const keyed = createKeyedBits(key);
  const addresses = createAddressMap(keyed);
  const macs = createMacMap(keyed);
  const names = createNameMap(keyed, macs);
  const seen = { addresses: new Map<string, string>(), macs: new Map<string, string>() };
  const cuts = new Map<string, number>();
  const mapAddress = noting(addresses, seen.addresses, formatIp);
  const mapMac = noting(macs, seen.macs, macText);

  const ip = (text: string): string | null => {
    const slash = text.indexOf('/');
    const bytes = ipBytes(slash < 0 ? text : text.slice(0, slash));
    return bytes === null ? null : `${formatIp(mapAddress(bytes))}${slash < 0 ? '' : text.slice(slash)}`;
  };
  const mac = (text: string): string | null => {
    const digits = text.replace(/[:.-]/g, '');
    return /^[0-9a-f]{12}$/i.test(digits) ? macText(mapMac(Buffer.from(digits, 'hex'))) : null;
  };
  return {
    name: names.map,
    ip,
    mac,
    text: (text) => exchanged(text, names, ip, mac),
    packet(bytes, linkType) {
      const edit: PacketEdit = {
        bytes,
        mac: (at) => bytes.set(mapMac(bytes.subarray(at, at + 6)), at),
        address: (at, length) => bytes.set(mapAddress(bytes.subarray(at, at + length)), at),
        cut: (what) => {
          cuts.set(what, (cuts.get(what) ?? 0) + 1);
        },
      };
      return readLink(edit, linkType);
    },
    cuts,
    mapping: () => ({
      addresses: Object.fromEntries(seen.addresses),
      macs: Object.fromEntries(seen.macs),
      names: Object.fromEntries([...names.mapped].map(([kind, pairs]) => [kind, Object.fromEntries(pairs)])),
    }),
  };
}

function noting(
  map: AddressMap | MacMap,
  into: Map<string, string>,
  format: (bytes: Uint8Array) => string,
): (bytes: Uint8Array) => Uint8Array {
  const noted = new Set<Uint8Array>();
  return (bytes) => {
    const result = map.map(bytes);
    // The maps give the same array for the same address.
    if (!noted.has(result)) {
      noted.add(result);
      into.set(format(bytes), format(result));
    }
    return result;
  };
}

function macText(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1:');
}

/** What settings of an agent may name. */
const inExpressions: readonly NameKind[] = ['node', 'pod', 'nic'];
const word = /[\w.:/-]+/g;

/** Names within longer words too, as in an expression that a NIC's name has to match. */
function exchanged(
  text: string,
  names: NameMap,
  ip: (text: string) => string | null,
  mac: (text: string) => string | null,
): string {
  const known = inExpressions
    .flatMap((kind) => [...(names.mapped.get(kind) ?? [])])
    .filter(([name]) => name.length > 2);
  const inWords = text.replace(word, (found) => mac(found) ?? ip(found) ?? found);
  return known
    .sort(([a], [b]) => b.length - a.length)
    .reduce((before, [name, other]) => (name === other ? before : before.split(name).join(other)), inWords);
}
