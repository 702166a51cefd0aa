import ipaddr from 'ipaddr.js';

/**
 * An IP address in its one canonical spelling: dotted IPv4, IPv6 as RFC 5952 has it. Addresses are compared as this
 * text everywhere outside the packet core.
 */
export type IpText = string;

type Parsed = ipaddr.IPv4 | ipaddr.IPv6;

/** Null where the text is not an address. A zone (`%eth0`) is dropped. */
export function canonicalIp(text: string): IpText | null {
  return parse(text)?.toString() ?? null;
}

export interface IpWithPrefix {
  readonly ip: IpText;
  /** The whole address length where the text has none. */
  readonly prefix: number;
}

/** `10.10.0.1/24`, or an address alone. */
export function parseIpWithPrefix(text: string): IpWithPrefix | null {
  const slash = text.indexOf('/');
  const address = parse(slash < 0 ? text : text.slice(0, slash));
  if (address === null) return null;
  const bits = address.kind() === 'ipv4' ? 32 : 128;
  if (slash < 0) return { ip: address.toString(), prefix: bits };
  const suffix = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(suffix) || Number(suffix) > bits) return null;
  return { ip: address.toString(), prefix: Number(suffix) };
}

/** What DeepFlow counts as not Internet: private, shared (100.64/10), link-local, multicast and the like. */
export function isPrivateIp(ip: IpText): boolean {
  if (ip.includes(':')) {
    return /^(f[cdf]|fe[89ab])/.test(ip) || isLoopbackIp(ip) || isUnspecifiedIp(ip);
  }
  const first = Number.parseInt(ip, 10);
  const second = Number.parseInt(ip.slice(ip.indexOf('.') + 1), 10);
  return (
    first === 10 ||
    first === 127 ||
    first === 0 ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >= 64 && second <= 127) ||
    (first === 169 && second === 254) ||
    isGroupIp(ip)
  );
}

// These are asked of every flow, so they read the canonical text and parse nothing.

export function isLoopbackIp(ip: IpText): boolean {
  return ip.startsWith('127.') || ip === '::1';
}

export function isUnspecifiedIp(ip: IpText): boolean {
  return ip === '0.0.0.0' || ip === '::';
}

/** Multicast or broadcast: never one end of a conversation. */
export function isGroupIp(ip: IpText): boolean {
  return /^(22[4-9]|23\d)\./.test(ip) || ip === '255.255.255.255' || /^ff[0-9a-f]{2}:/.test(ip);
}

function parse(text: string): Parsed | null {
  // The library finds out what is no IPv4 address by throwing, which takes longer than all else.
  if (!text.includes(':')) return ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text) : null;
  const zone = text.indexOf('%');
  const bare = zone < 0 ? text : text.slice(0, zone);
  return ipaddr.IPv6.isValid(bare) ? ipaddr.IPv6.parse(bare) : null;
}
