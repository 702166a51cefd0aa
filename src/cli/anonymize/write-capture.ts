import { open } from 'node:fs/promises';
import type { Anonymizer } from '../../anonymize/anonymizer.js';
import { anonymizeCapture, type CopyTally } from '../../anonymize/capture/anonymize-capture.js';
import { ChunkError } from '../../replay/chunk-error.js';
import { chunksOfFile } from '../replay/chunks-of-file.js';

export interface WrittenCapture {
  readonly file: string;
  readonly packets: number;
  /** What ended the copy early, in words, or null. */
  readonly problem: string | null;
}

const writtenAtOnce = 1 << 20;

/**
 * @param target path without an extension
 * @returns why nothing was written, where the file is no capture
 */
export async function writeCapture(
  path: string,
  target: string,
  anonymizer: Anonymizer,
): Promise<WrittenCapture | string> {
  const tally: CopyTally = { packets: 0, problem: null };
  const copy = await anonymizeCapture(chunksOfFile(path), anonymizer, tally).catch(problemText);
  if (typeof copy === 'string') return copy;
  if (copy === null) return 'neither pcap nor pcapng';
  const file = `${target}.${copy.extension}`;
  const handle = await open(file, 'wx');
  try {
    let held: Buffer[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      await handle.writeFile(Buffer.concat(held));
      held = [];
      bytes = 0;
    };
    try {
      for await (const piece of copy.pieces) {
        held.push(piece);
        bytes += piece.length;
        if (bytes >= writtenAtOnce) await flush();
      }
    } catch (thrown) {
      tally.problem = problemText(thrown);
    }
    await flush();
  } finally {
    await handle.close();
  }
  return { file, ...tally };
}

/** Damage is told of; anything else is a fault of this program. */
function problemText(thrown: unknown): string {
  if (thrown instanceof ChunkError) return thrown.message;
  throw thrown;
}
