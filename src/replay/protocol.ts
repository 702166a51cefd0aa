const names: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', 132: 'sctp' };

export const tcp = 6;
export const udp = 17;

/** IANA number of `tcp`, `6` and the like; null where the text is neither a known name nor a number below 256. */
export function protocolNumber(text: string): number | null {
  const wanted = text.trim().toLowerCase();
  if (/^\d{1,3}$/.test(wanted)) return Number(wanted) < 256 ? Number(wanted) : null;
  const found = Object.entries(names).find(([, name]) => name === wanted);
  return found === undefined ? null : Number(found[0]);
}

/** `tcp`, or `protocol 47`. */
export function protocolName(number: number): string {
  return names[number] ?? `protocol ${number}`;
}

/** Protocols that programs speak through sockets, so that their system calls show it. */
export function hasSystemCalls(number: number): boolean {
  return number === tcp || number === udp || number === 132;
}

/** Both directions carry echo requests and answers, and nothing has ports. */
export function isIcmp(number: number): boolean {
  return number === 1 || number === 58;
}
