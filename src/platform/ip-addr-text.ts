import { type IpWithPrefix, parseIpWithPrefix } from './ip.js';
import { formatMac, parseMac, zeroMac } from './mac.js';

/** A NIC as `ip addr` lists it. */
export interface ListedNic {
  readonly name: string;
  /** "aa:bb:cc:dd:ee:ff". */
  readonly mac: string;
  readonly ips: readonly IpWithPrefix[];
}

/** "2: eth0@if3: <BROADCAST,MULTICAST,UP> mtu 1500 ..." */
const head = /^\d+:\s+([^\s:@]+)(?:@\S+)?:/;
const link = /^\s+link\/\S+\s+([0-9a-f:]{17})\b/i;
const inet = /^\s+inet6?\s+(\S+)/;

/** Reads what `ip addr` prints. NICs without a MAC are left out, and lines that say something else. Never throws. */
export function parseIpAddrText(text: string): readonly ListedNic[] {
  const found: { name: string; mac: string; ips: IpWithPrefix[] }[] = [];
  for (const line of text.split('\n')) {
    const name = head.exec(line)?.[1];
    if (name !== undefined) found.push({ name, mac: '', ips: [] });
    const nic = found.at(-1);
    if (nic === undefined) continue;
    const mac = parseMac(link.exec(line)?.[1] ?? '');
    if (mac !== null && mac !== zeroMac) nic.mac = formatMac(mac);
    const ip = parseIpWithPrefix(inet.exec(line)?.[1] ?? '');
    if (ip !== null) nic.ips.push(ip);
  }
  return found.filter(({ mac }) => mac !== '');
}
