import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { makeDirectory } from '../../journal/make-directory.js';
import { type OpenSegmentFile, openSegmentFile } from '../../journal/segment-file.js';
import type { KeptUpload } from './kept-upload.js';
import { syncFolder } from './sync-folder.js';

/** Bytes of uploads, each in a file of its own. A file that nothing names does not count. */
export interface UploadFiles {
  /** Resolves when the medium has it. One at a time, so that others find threads for their small writes. */
  write(request: Uint8Array): Promise<Omit<KeptUpload, 'seq'>>;
  /** @throws Error where the file is not there, or its bytes are not those that were written */
  read(upload: KeptUpload): Promise<Buffer>;
  /** Why `read` would throw; null where it would not. Needs no memory for the whole file. */
  problemOf(upload: KeptUpload): Promise<string | null>;
  /** Puts a broken file aside, where nobody removes it. @returns where */
  setAside(file: string): Promise<string>;
  /** Does not matter where it fails: what is left is removed when the folder is opened again. */
  remove(file: string): void;
}

/** Summed up in one turn of the event loop: about 1 ms. */
const sliceBytes = 1024 * 1024;

const namePattern = /^upload-(\d+)\.pb$/;

/** @param named files that are kept; others are removed */
export async function openUploadFiles(
  folder: string,
  named: ReadonlySet<string>,
  open: OpenSegmentFile = openSegmentFile,
): Promise<UploadFiles> {
  makeDirectory(folder);
  const names = await readdir(folder);
  let last = Math.max(0, ...names.map((name) => Number(namePattern.exec(name)?.[1] ?? 0)));
  const remove = (file: string): void => {
    rm(join(folder, file), { force: true }).catch(() => {});
  };
  for (const name of names) if (namePattern.test(name) && !named.has(name)) remove(name);
  let writing: Promise<unknown> = Promise.resolve();

  async function write(request: Uint8Array): Promise<Omit<KeptUpload, 'seq'>> {
    last += 1;
    const name = `upload-${String(last).padStart(8, '0')}.pb`;
    const file = open(join(folder, name));
    let isOpen = true;
    try {
      let crc = 0;
      for (let start = 0; start < request.length; start += sliceBytes) {
        const slice = request.subarray(start, start + sliceBytes);
        crc = crc32(slice, crc);
        await file.write([slice], start);
      }
      await file.sync();
      isOpen = false;
      await file.close();
      await syncFolder(folder);
      return { file: name, bytes: request.length, crc };
    } catch (error) {
      if (isOpen) file.closeSync();
      remove(name);
      throw error;
    }
  }

  return {
    write: (request) => {
      const written = writing.then(() => write(request));
      writing = written.catch(() => {});
      return written;
    },
    read: async (upload) => {
      const content = await readFile(join(folder, upload.file));
      const problem = problemWith(upload, content.length, crc32(content));
      if (problem !== null) throw new Error(problem);
      return content;
    },
    problemOf: async (upload) => {
      let [bytes, crc] = [0, 0];
      try {
        for await (const slice of createReadStream(join(folder, upload.file), { highWaterMark: sliceBytes })) {
          bytes += (slice as Buffer).length;
          crc = crc32(slice as Buffer, crc);
        }
      } catch (cause) {
        return cause instanceof Error ? cause.message : String(cause);
      }
      return problemWith(upload, bytes, crc);
    },
    setAside: async (file) => {
      const aside = join(folder, `${file}.broken`);
      await rename(join(folder, file), aside).catch(() => {});
      return aside;
    },
    remove,
  };
}

function problemWith(upload: KeptUpload, bytes: number, crc: number): string | null {
  if (bytes !== upload.bytes) return `it has ${bytes} bytes, expected ${upload.bytes}`;
  return crc === upload.crc ? null : 'its bytes do not fit their checksum';
}
