import { type FileHandle, open } from 'node:fs/promises';
import { PlumblineError } from '../plumbline-error.js';

/** A file that grows at its end. Writes happen in the order in which they were asked for. */
export interface FlowFile {
  append(data: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Replaces a file that is there. @throws PlumblineError (bad input) where it cannot be opened for writing */
export async function openFlowFile(path: string): Promise<FlowFile> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'w');
  } catch (cause) {
    throw unwritable(path, cause);
  }
  let last: Promise<void> = Promise.resolve();
  return {
    append(data) {
      last = last.then(async () => {
        try {
          await handle.appendFile(data);
        } catch (cause) {
          throw unwritable(path, cause);
        }
      });
      return last;
    },
    async close() {
      try {
        await last;
      } finally {
        await handle.close();
      }
    },
  };
}

function unwritable(path: string, cause: unknown): PlumblineError {
  return PlumblineError.badInput(
    `--flows ${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`,
    'Give a path in a directory that exists, on a disk with room.',
    cause,
  );
}
