import { open } from 'node:fs/promises';
import { createByteSource } from './byte-source.js';
import { decodeFrameHead, frameHeadSize } from './frame.js';
import { listSegments } from './journal-reader.js';
import { segmentHeaderSize } from './segment.js';

/**
 * The highest call number in a journal directory, 0 where it holds none. Reads no messages, and only the newest segment
 * that holds a call.
 */
export async function highestSeq(directory: string): Promise<number> {
  for (const segment of (await listSegments(directory)).reverse()) {
    const seq = await highestSeqOfSegment(segment.path);
    if (seq > 0) {
      return seq;
    }
  }
  return 0;
}

async function highestSeqOfSegment(path: string): Promise<number> {
  const file = await open(path, 'r');
  try {
    const source = createByteSource(file);
    source.skip(segmentHeaderSize);
    let highest = 0;
    for (;;) {
      const headBytes = await source.take(frameHeadSize);
      const head = headBytes.length < frameHeadSize ? null : decodeFrameHead(headBytes);
      if (head === null) {
        return highest;
      }
      highest = Math.max(highest, seqOf(await source.take(head.jsonLength)));
      source.skip(head.requestLength + head.responseLength);
    }
  } finally {
    await file.close();
  }
}

function seqOf(json: Buffer): number {
  try {
    const value: unknown = JSON.parse(json.toString());
    return typeof value === 'object' && value !== null && 'seq' in value && typeof value.seq === 'number'
      ? value.seq
      : 0;
  } catch {
    // Damaged; the reader names it.
    return 0;
  }
}
