import ipaddr from 'ipaddr.js';
import { canonicalIp } from '../platform/ip.js';

/** 4 or 16 bytes; null where the text is no address. */
export function ipBytes(text: string): Uint8Array | null {
  const canonical = canonicalIp(text);
  return canonical === null ? null : Uint8Array.from(ipaddr.parse(canonical).toByteArray());
}

/** The canonical spelling. */
export function formatIp(bytes: Uint8Array): string {
  return ipaddr.fromByteArray([...bytes]).toString();
}
