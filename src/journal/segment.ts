import { crc32 } from 'node:zlib';

/**
 * A journal directory holds numbered segments, `00000001.plj` and so on; a server start opens the next one. A segment is
 * a header of 16 bytes followed by frames (see frame.ts).
 *
 * Header, integers little-endian: 8 bytes magic, uint32 format version, uint32 CRC-32 of the twelve bytes before.
 *
 * Version 2 added records beside those of starts, calls and stops, and calls that took no effect because of a fault, which
 * a reader of version 1 would take in. Version 3 added streams, changes, and snapshots that were held before the start, which a reader of version 2 would pass over.
 */
export const segmentFormatVersion = 3;

export const segmentHeaderSize = 16;

// The first byte is no ASCII and the line ends differ, so that a transfer in text mode is noticed (as PNG does it).
const magic = Buffer.from([0x89, 0x50, 0x4c, 0x4a, 0x0d, 0x0a, 0x1a, 0x0a]);

export function encodeSegmentHeader(): Buffer {
  const header = Buffer.alloc(segmentHeaderSize);
  magic.copy(header);
  header.writeUInt32LE(segmentFormatVersion, 8);
  header.writeUInt32LE(crc32(header.subarray(0, 12)), 12);
  return header;
}

export type SegmentHeader =
  | { readonly kind: 'ok' }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'foreign' };

/** @param header at least `segmentHeaderSize` bytes */
export function decodeSegmentHeader(header: Buffer): SegmentHeader {
  if (!header.subarray(0, magic.length).equals(magic)) {
    return { kind: 'foreign' };
  }
  const version = header.readUInt32LE(8);
  if (version > segmentFormatVersion) {
    return { kind: 'newer', version };
  }
  return header.readUInt32LE(12) === crc32(header.subarray(0, 12)) ? { kind: 'ok' } : { kind: 'foreign' };
}

export function segmentName(number: number): string {
  return `${String(number).padStart(8, '0')}.plj`;
}

/** The number in a segment's file name; null for any other file. */
export function segmentNumber(fileName: string): number | null {
  const match = /^(\d{8,})\.plj$/.exec(fileName);
  return match === null ? null : Number(match[1]);
}
