import ipaddr from 'ipaddr.js';
import { CoreFault } from './core-fault.js';

/** An address as two words of eight bytes each, read little-endian as the core does; IPv4 in the first four. */
export interface AddressWords {
  readonly family: 4 | 6;
  readonly low: bigint;
  readonly high: bigint;
}

export function addressWords(text: string): AddressWords {
  if (!ipaddr.isValid(text)) {
    throw new CoreFault('bad-config', `Not an IP address: ${JSON.stringify(text)}; expected 10.0.0.1 or fd00::1.`);
  }
  const bytes = ipaddr.parse(text).toByteArray();
  if (bytes.length === 4) return { family: 4, low: littleEndian(bytes, 0, 4), high: 0n };
  return { family: 6, low: littleEndian(bytes, 0, 8), high: littleEndian(bytes, 8, 16) };
}

/** A 48-bit MAC as the core reads six bytes of a frame. */
export function macWord(mac: number): bigint {
  if (!Number.isInteger(mac) || mac < 0 || mac > 0xffff_ffff_ffff) {
    throw new CoreFault('bad-config', `Not a MAC: ${mac}; expected an integer of 48 bits.`);
  }
  let word = 0n;
  let rest = mac;
  for (let shift = 40n; shift >= 0n; shift -= 8n) {
    word |= BigInt(rest % 256) << shift;
    rest = Math.floor(rest / 256);
  }
  return word;
}

/** The MAC at `at`, as a number that prints as twelve digits in the order of the wire. */
export function macAt(view: DataView, at: number): number {
  return view.getUint16(at) * 0x1_0000_0000 + view.getUint32(at + 2);
}

export function ipAt(view: DataView, at: number, family: number): string {
  return family === 6 ? ipv6At(view, at) : ipv4At(view, at);
}

/** Texts of addresses: a capture has many flows and few addresses, and one text for all of them is hashed once. */
const texts = new Map<number, string>();
/** Beyond it the memory starts anew, so that a scan of addresses cannot fill it. */
const maxTexts = 65_536;

function ipv4At(view: DataView, at: number): string {
  const address = view.getUint32(at);
  const known = texts.get(address);
  if (known !== undefined) return known;
  const text = `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
  if (texts.size >= maxTexts) texts.clear();
  texts.set(address, text);
  return text;
}

/** RFC 5952: lower case, the longest run of two or more zero groups as `::`, the first one of equals. */
function ipv6At(view: DataView, at: number): string {
  let bestStart = -1;
  let bestLength = 1;
  let start = 0;
  for (let i = 0; i <= 8; i++) {
    if (i < 8 && view.getUint16(at + 2 * i) === 0) continue;
    if (i - start > bestLength) {
      bestStart = start;
      bestLength = i - start;
    }
    start = i + 1;
  }
  const groups: string[] = [];
  for (let i = 0; i < 8; i++) groups.push(view.getUint16(at + 2 * i).toString(16));
  if (bestStart < 0) return groups.join(':');
  return `${groups.slice(0, bestStart).join(':')}::${groups.slice(bestStart + bestLength).join(':')}`;
}

function littleEndian(bytes: readonly number[], from: number, to: number): bigint {
  let word = 0n;
  for (let i = to - 1; i >= from; i--) word = (word << 8n) | BigInt(bytes[i] ?? 0);
  return word;
}
