import type { Anonymizer } from '../anonymizer.js';
import type { CopyTally } from './anonymize-capture.js';
import type { ByteSource } from './byte-source.js';
import { recordLimit } from './pcap.js';
import { type BlockReader, blockOf, blockReader } from './pcapng-block.js';

const sectionHeader = 0x0a0d0d0a;
const interfaceBlock = 1;
const oldPacket = 2;
const simplePacket = 3;
const enhancedPacket = 6;
const byteOrder = 0x1a2b3c4d;
const nameOption = 2;
/** Resolution and offset of times: numbers. */
const keptOptions: ReadonlySet<number> = new Set([9, 14]);
const blockLimit = recordLimit + 0x10000;

export function isPcapng(head: Buffer): boolean {
  return head.readUInt32BE(0) === sectionHeader;
}

interface Section {
  readonly reader: BlockReader;
  readonly linkTypes: number[];
  readonly snaplens: number[];
}

/** Sections, interfaces and packets; comments, names, statistics and keys of other blocks are left out. */
export async function* anonymizePcapng(
  head: Buffer,
  source: ByteSource,
  anonymizer: Anonymizer,
  tally: CopyTally,
): AsyncGenerator<Buffer> {
  let pending = head;
  const take = async (count: number): Promise<Buffer | null> => {
    if (pending.length < count) {
      const more = await source.take(count - pending.length);
      if (more === null) return null;
      pending = Buffer.concat([pending, more]);
    }
    const taken = pending.subarray(0, count);
    pending = pending.subarray(count);
    return taken;
  };
  let section: Section = { reader: blockReader(true), linkTypes: [], snaplens: [] };
  for (;;) {
    const start = await take(8);
    if (start === null) {
      if (pending.length + source.left > 0) tally.problem = 'the last block is cut off';
      return;
    }
    const isSection = start.readUInt32BE(0) === sectionHeader;
    const order = isSection ? await take(4) : Buffer.alloc(0);
    if (order === null) {
      tally.problem = 'the last block is cut off';
      return;
    }
    if (isSection) {
      section = { reader: blockReader(order.readUInt32LE(0) === byteOrder), linkTypes: [], snaplens: [] };
    }
    const { reader } = section;
    const length = reader.u32(start, 4);
    if (length < 12 + order.length || length % 4 !== 0 || length > blockLimit) {
      tally.problem = `a block of ${length} bytes: the rest is left out`;
      return;
    }
    const rest = await take(length - 8 - order.length);
    if (rest === null) {
      tally.problem = 'the last block is cut off';
      return;
    }
    const copy = block(reader.u32(start, 0), Buffer.concat([order, rest.subarray(0, -4)]), section, anonymizer, tally);
    if (copy !== null) yield copy;
  }
}

/** @param body of the block, without its type and lengths */
function block(type: number, body: Buffer, section: Section, anonymizer: Anonymizer, tally: CopyTally): Buffer | null {
  const { reader, linkTypes, snaplens } = section;
  if (type === sectionHeader) {
    // The section's length is not known before it is written.
    const fields = Buffer.concat([body.subarray(0, 8), Buffer.alloc(8, 0xff)]);
    return blockOf(reader, type, [fields]);
  }
  if (type === interfaceBlock && body.length >= 8) {
    linkTypes.push(reader.u16(body, 0));
    snaplens.push(reader.u32(body, 4));
    return blockOf(reader, type, [body.subarray(0, 8), options(reader, body.subarray(8), anonymizer)]);
  }
  if ((type === enhancedPacket || type === oldPacket) && body.length >= 20) {
    const id = type === oldPacket ? reader.u16(body, 0) : reader.u32(body, 0);
    const captured = Math.min(reader.u32(body, 12), body.length - 20);
    const packet = Buffer.from(body.subarray(20, 20 + captured));
    const kept = anonymizer.packet(packet, linkTypes[id] ?? -1);
    const fields = Buffer.from(body.subarray(0, 20));
    reader.setU32(fields, kept, 12);
    tally.packets++;
    return blockOf(reader, type, [fields, packet.subarray(0, kept)]);
  }
  if (type === simplePacket && body.length >= 4) {
    const captured = Math.min(reader.u32(body, 0), body.length - 4, snaplens[0] || recordLimit);
    const packet = Buffer.from(body.subarray(4, 4 + captured));
    const kept = anonymizer.packet(packet, linkTypes[0] ?? -1);
    tally.packets++;
    return blockOf(reader, type, [body.subarray(0, 4), packet.subarray(0, kept)]);
  }
  return null;
}

function options(reader: BlockReader, bytes: Buffer, anonymizer: Anonymizer): Buffer {
  const kept: Buffer[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const code = reader.u16(bytes, at);
    const size = reader.u16(bytes, at + 2);
    if (code === 0 || at + 4 + size > bytes.length) break;
    const value = bytes.subarray(at + 4, at + 4 + size);
    if (code === nameOption) {
      kept.push(reader.option(code, Buffer.from(anonymizer.name('nic', value.toString('utf8').replace(/\0+$/, '')))));
    } else if (keptOptions.has(code)) kept.push(reader.option(code, value));
    at += 4 + size + ((4 - (size % 4)) % 4);
  }
  return kept.length === 0 ? Buffer.alloc(0) : Buffer.concat([...kept, Buffer.alloc(4)]);
}
