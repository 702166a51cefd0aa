import type { Anonymizer } from '../anonymizer.js';
import type { CopyTally } from './anonymize-capture.js';
import type { ByteSource } from './byte-source.js';

export const pcapHeaderLength = 24;
const recordHeader = 16;
/** No capture tool takes more of a packet. */
export const recordLimit = 262_144;
const magics: ReadonlySet<number> = new Set([0xa1b2c3d4, 0xa1b23c4d]);

export interface PcapHeader {
  readonly bytes: Buffer;
  readonly isLittle: boolean;
  readonly linkType: number;
}

/** Null where it is none. */
export function readPcapHeader(bytes: Buffer): PcapHeader | null {
  const isLittle = magics.has(bytes.readUInt32LE(0));
  if (!isLittle && !magics.has(bytes.readUInt32BE(0))) return null;
  const linkType = isLittle ? bytes.readUInt32LE(20) : bytes.readUInt32BE(20);
  return { bytes, isLittle, linkType: linkType & 0xffff };
}

export async function* anonymizePcap(
  { bytes: header, isLittle, linkType }: PcapHeader,
  source: ByteSource,
  anonymizer: Anonymizer,
  tally: CopyTally,
): AsyncGenerator<Buffer> {
  // Time zone and accuracy, which nobody fills in.
  header.fill(0, 8, 16);
  yield header;
  for (;;) {
    const record = await source.take(recordHeader);
    if (record === null) {
      if (source.left > 0) tally.problem = 'the last record is cut off';
      return;
    }
    const captured = isLittle ? record.readUInt32LE(8) : record.readUInt32BE(8);
    if (captured > recordLimit) {
      tally.problem = `a record of ${captured} bytes, more than a packet can have: the rest is left out`;
      return;
    }
    const packet = await source.take(captured);
    if (packet === null) {
      tally.problem = 'the last record is cut off';
      return;
    }
    const kept = anonymizer.packet(packet, linkType);
    if (isLittle) record.writeUInt32LE(kept, 8);
    else record.writeUInt32BE(kept, 8);
    tally.packets++;
    yield record;
    yield packet.subarray(0, kept);
  }
}
