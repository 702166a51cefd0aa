/** A MAC address as a number below 2^48, the form that the packet core compares. */
export type Mac = number;

export const zeroMac: Mac = 0;

const pattern = /^[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}$/i;
const dotted = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i;

/** Null where the text is not six octets such as `02:00:00:00:01:0a`. */
export function parseMac(text: string): Mac | null {
  if (!pattern.test(text) && !dotted.test(text)) return null;
  return Number.parseInt(text.replace(/[:.-]/g, ''), 16);
}

/** Lower case, octets parted by colons. */
export function formatMac(mac: Mac): string {
  const digits = mac.toString(16).padStart(12, '0');
  return digits.replace(/(..)(?=.)/g, '$1:');
}

/** The group bit is set: multicast or broadcast. */
export function isGroupMac(mac: Mac): boolean {
  return (Math.floor(mac / 2 ** 40) & 1) === 1;
}

/** The part that capture mode 0 compares. */
export function lowThreeBytes(mac: Mac): number {
  return mac % 2 ** 24;
}
