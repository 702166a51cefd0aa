import ipaddr from 'ipaddr.js';
import type { IpText } from '../platform/ip.js';

/** DeepFlow keeps four bytes of a tunnel's address: of IPv6 the last four, dotted. 0.0.0.0 where there is none. */
export function shortTunnelIp(ip: IpText | undefined): string {
  if (ip === undefined) return '0.0.0.0';
  // Of every flow, and nearly always IPv4 in canonical text.
  return ip.includes(':') ? ipaddr.parse(ip).toByteArray().slice(-4).join('.') : ip;
}
