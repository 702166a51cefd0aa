import { close, closeSync, fdatasync, ftruncateSync, openSync, writeSync, writev } from 'node:fs';
import { promisify } from 'node:util';

/** One open segment. Positions are bytes from the start of the file. */
export interface SegmentFile {
  /** Writes all of `bytes`. @throws on any error of the system */
  writeSync(bytes: Uint8Array, position: number): void;
  /** Writes all of `pieces`, one behind the other, without blocking. */
  write(pieces: readonly Uint8Array[], position: number): Promise<void>;
  /** Makes the system write to the medium what it was handed. */
  sync(): Promise<void>;
  truncateSync(length: number): void;
  close(): Promise<void>;
  closeSync(): void;
}

export type OpenSegmentFile = (path: string) => SegmentFile;

/** Linux takes at most 1024 pieces in one call. */
const maxPieces = 1024;

const writevAsync = promisify(writev);
const fdatasyncAsync = promisify(fdatasync);
const closeAsync = promisify(close);

/** Creates the file; it must not exist. */
export function openSegmentFile(path: string): SegmentFile {
  const fd = openSync(path, 'wx');
  return {
    writeSync: (bytes, position) => {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(fd, bytes, done, bytes.length - done, position + done);
      }
    },
    write: async (pieces, position) => {
      let rest = pieces;
      let at = position;
      while (rest.length > 0) {
        const { bytesWritten } = await writevAsync(fd, rest.slice(0, maxPieces), at);
        at += bytesWritten;
        rest = dropBytes(rest, bytesWritten);
      }
    },
    sync: () => fdatasyncAsync(fd),
    truncateSync: (length) => ftruncateSync(fd, length),
    close: () => closeAsync(fd),
    closeSync: () => closeSync(fd),
  };
}

function dropBytes(pieces: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let left = count;
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index];
    if (piece !== undefined && piece.length > left) {
      return [piece.subarray(left), ...pieces.slice(index + 1)];
    }
    left -= piece?.length ?? 0;
  }
  return [];
}
