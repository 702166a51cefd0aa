import type { Anonymizer } from '../anonymizer.js';
import { createByteSource } from './byte-source.js';
import { anonymizePcap, pcapHeaderLength, readPcapHeader } from './pcap.js';
import { anonymizePcapng, isPcapng } from './pcapng.js';

export interface CaptureCopy {
  /** Pieces of the new file. */
  readonly pieces: AsyncGenerator<Buffer>;
  readonly extension: 'pcap' | 'pcapng';
}

/** What ended the copy before the file's end, in words, and how many packets came before. */
export interface CopyTally {
  packets: number;
  problem: string | null;
}

/**
 * A capture with its addresses exchanged and its payload cut off; lengths on the wire and times stay. It ends where the
 * file is damaged, which the tally tells: what cannot be read cannot be made safe.
 *
 * @returns null where the bytes are neither pcap nor pcapng
 */
export async function anonymizeCapture(
  chunks: AsyncIterable<Uint8Array>,
  anonymizer: Anonymizer,
  tally: CopyTally,
): Promise<CaptureCopy | null> {
  const source = createByteSource(chunks);
  const head = await source.take(pcapHeaderLength);
  if (head === null) return null;
  if (isPcapng(head)) {
    return { extension: 'pcapng', pieces: anonymizePcapng(head, source, anonymizer, tally) };
  }
  const header = readPcapHeader(head);
  return header === null ? null : { extension: 'pcap', pieces: anonymizePcap(header, source, anonymizer, tally) };
}
