/**
 * IP addresses and networks as the server's parser (Go's netaddr) takes them: no leading zeros in IPv4, at most four
 * digits in a group of IPv6, no zone in a network. Own code, because parsers of the ecosystem are laxer.
 */

/** IPv4 as an unsigned 32-bit number, IPv6 as eight groups of 16 bits. */
export type Address = number | readonly number[];

export interface Network {
  readonly address: Address;
  /** Prefix length in bits. */
  readonly length: number;
}

/** Null where the text is not an address. A zone (`fe80::1%eth0`) is accepted and dropped. */
export function parseAddress(text: string): Address | null {
  const v4 = parseIpv4(text);
  if (v4 !== null) return v4;
  if (!text.includes(':')) return null;
  const zone = text.indexOf('%');
  if (zone === text.length - 1) return null;
  return parseIpv6(zone < 0 ? text : text.slice(0, zone));
}

/** An address counts as a network of one. Null where the text is neither. */
export function parseNetwork(text: string): Network | null {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === null || text.includes('%')) return null;
  const bits = typeof address === 'number' ? 32 : 128;
  if (slash < 0) return { address, length: bits };
  const suffix = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(suffix) || Number(suffix) > bits) return null;
  return { address, length: Number(suffix) };
}

/**
 * The server hands every InternalIP, podCIDR and clusterIP that has a dot or a colon to its parser, and gives up the
 * whole snapshot where that fails.
 */
export function breaksParser(text: string): boolean {
  return (text.includes('.') || text.includes(':')) && parseNetwork(text) === null;
}

export function parseIpv4(text: string): number | null {
  let address = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      if (octet < 0 || dots === 3) return null;
      address = address * 256 + octet;
      octet = -1;
      dots += 1;
    } else if (code >= 48 && code <= 57 && octet !== 0) {
      octet = octet < 0 ? code - 48 : octet * 10 + code - 48;
      if (octet > 255) return null;
    } else {
      return null;
    }
  }
  return octet < 0 || dots !== 3 ? null : address * 256 + octet;
}

function parseIpv6(text: string): readonly number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves[1] === undefined ? [] : parseGroups(halves[1], true);
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const v4 = mayEndInIpv4 && i === parts.length - 1 ? parseIpv4(part) : null;
    if (v4 === null) return null;
    groups.push(Math.floor(v4 / 65536), v4 % 65536);
  }
  return groups;
}
