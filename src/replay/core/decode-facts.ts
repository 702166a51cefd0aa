import { ipAt, macAt } from './wire-words.js';

/** A capture interface: the one of a pcap file, or those that pcapng declares. */
export interface CaptureInterface {
  readonly id: number;
  /** Number of the link type as tcpdump.org lists them. */
  readonly linkType: number;
  readonly snaplen: number;
  readonly name: string | null;
  readonly packets: number;
}

/** A MAC that was seen with an address, and how often in which place. */
export interface LearntPair {
  readonly mac: number;
  readonly ip: string;
  /** As sender in ARP. */
  readonly arp: number;
  /** In neighbour discovery, with the MAC that the message itself gives. */
  readonly discovery: number;
  /** As source of a packet as captured. */
  readonly source: number;
  /** As source of a packet that came through a tunnel. */
  readonly innerSource: number;
  /** Number of the first packet that showed it. */
  readonly firstPacket: number;
  /** Time of the first packet with this source as captured, microseconds with a fraction; 0 without one. */
  readonly firstSource: number;
}

const text = new TextDecoder();
const pairSize = 56;

export function decodeInterfaces(view: DataView, at: number, count: number, size: number): CaptureInterface[] {
  return Array.from({ length: count }, (_, id) => {
    const row = at + id * size;
    const length = view.getUint8(row + 32);
    const name = text.decode(new Uint8Array(view.buffer, view.byteOffset + row + 36, length));
    return {
      id,
      linkType: view.getUint32(row, true),
      snaplen: view.getUint32(row + 4, true),
      name: name === '' ? null : name,
      packets: Number(view.getBigUint64(row + 24, true)),
    };
  });
}

/** In the order in which they were first seen. */
export function decodeLearnt(view: DataView, at: number, count: number): LearntPair[] {
  return Array.from({ length: count }, (_, i) => {
    const row = at + i * pairSize;
    const family = view.getUint8(row + 6) & 0x7f;
    return {
      mac: macAt(view, row),
      ip: ipAt(view, row + 8, family),
      arp: view.getUint32(row + 24, true),
      discovery: view.getUint32(row + 28, true),
      source: view.getUint32(row + 32, true),
      innerSource: view.getUint32(row + 36, true),
      firstPacket: Number(view.getBigUint64(row + 40, true)),
      firstSource: Number(view.getBigUint64(row + 48, true)) / 1000,
    };
  });
}
