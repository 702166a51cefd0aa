// Blocks of pcapng, in either byte order.

import { type Bytes, u16, u32, zeros } from './packets.js';

export interface PcapngWriter {
  section(): Bytes;
  interface(linkType: number, options?: readonly (readonly [code: number, value: Bytes])[], snaplen?: number): Bytes;
  /** `ticks` in the interface's resolution. */
  packet(id: number, ticks: bigint, bytes: Bytes, wire?: number): Bytes;
  simple(bytes: Bytes): Bytes;
  block(type: number, body: Bytes): Bytes;
  word(value: number): Bytes;
}

export function pcapngWriter(big = false): PcapngWriter {
  const word = (value: number) => (big ? u32(value) : u32(value).reverse());
  const half = (value: number) => (big ? u16(value) : u16(value).reverse());
  const padded = (bytes: Bytes) => [...bytes, ...zeros((4 - (bytes.length % 4)) % 4)];
  const block = (type: number, body: Bytes): number[] => {
    const length = 12 + padded(body).length;
    return [...word(type), ...word(length), ...padded(body), ...word(length)];
  };
  return {
    word,
    block,
    section: () => block(0x0a0d0d0a, [...word(0x1a2b3c4d), ...half(1), ...half(0), ...zeros(8).fill(255)]),
    interface: (linkType, options = [], snaplen = 0) =>
      block(1, [
        ...half(linkType),
        ...half(0),
        ...word(snaplen),
        ...options.flatMap(([code, value]) => [...half(code), ...half(value.length), ...padded(value)]),
        ...(options.length > 0 ? word(0) : []),
      ]),
    packet: (id, ticks, bytes, wire = bytes.length) =>
      block(6, [
        ...word(id),
        ...word(Number(ticks >> 32n)),
        ...word(Number(ticks & 0xffffffffn)),
        ...word(bytes.length),
        ...word(wire),
        ...bytes,
      ]),
    simple: (bytes) => block(3, [...word(bytes.length), ...bytes]),
  };
}
