import type { FileHandle } from 'node:fs/promises';

/** Reads a file from its start in chunks, so that small records do not cost a system call each. */
export interface ByteSource {
  /** Offset of the next byte. */
  offset(): number;
  /** The next `count` bytes, in memory of their own; fewer where the file ends before. */
  take(count: number): Promise<Buffer>;
  /** Passes over `count` bytes without reading them. */
  skip(count: number): void;
}

const chunkBytes = 256 * 1024;

export function createByteSource(file: FileHandle): ByteSource {
  let chunk = Buffer.alloc(0);
  let position = 0;
  let ahead = 0;

  async function read(into: Buffer): Promise<number> {
    const { bytesRead } = await file.read(into, 0, into.length, position + (chunk.length - ahead));
    return bytesRead;
  }

  async function refill(): Promise<boolean> {
    const next = Buffer.allocUnsafe(chunkBytes);
    const bytesRead = await read(next);
    chunk = next.subarray(0, bytesRead);
    ahead = 0;
    return bytesRead > 0;
  }

  function takeAhead(into: Buffer, at: number): number {
    const count = Math.min(chunk.length - ahead, into.length - at);
    chunk.copy(into, at, ahead, ahead + count);
    ahead += count;
    position += count;
    return count;
  }

  return {
    offset: () => position,
    take: async (count) => {
      const bytes = Buffer.allocUnsafeSlow(count);
      let filled = takeAhead(bytes, 0);
      while (filled < count) {
        if (count - filled >= chunkBytes) {
          const bytesRead = await read(bytes.subarray(filled));
          if (bytesRead === 0) {
            break;
          }
          filled += bytesRead;
          position += bytesRead;
          continue;
        }
        if (!(await refill())) {
          break;
        }
        filled += takeAhead(bytes, filled);
      }
      return filled === count ? bytes : bytes.subarray(0, filled);
    },
    skip: (count) => {
      const known = Math.min(count, chunk.length - ahead);
      ahead += known;
      position += count;
      if (known < count) {
        chunk = Buffer.alloc(0);
        ahead = 0;
      }
    },
  };
}
