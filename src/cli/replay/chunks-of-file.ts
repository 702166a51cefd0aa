import { type FileHandle, open } from 'node:fs/promises';
import type { Transform } from 'node:stream';
import { ChunkError } from '../../replay/chunk-error.js';

const chunkSize = 1 << 20;

/** Told of each byte of the file on the disk, packed as it is. */
export type BytesRead = (bytes: number) => void;

/**
 * The bytes of a capture file, unpacked where it is gzip or zstd (told by its first bytes, whatever its name). One chunk
 * is read ahead while the one before is used; a chunk may be used until the next one is asked for.
 *
 * @throws ChunkError where the file cannot be read, or what is packed in it is damaged; chunks up to there were given
 */
export async function* chunksOfFile(path: string, onBytes: BytesRead = () => {}): AsyncGenerator<Uint8Array> {
  const handle = await openFile(path);
  try {
    const plain = readAhead(handle, onBytes);
    const first = await plain.next();
    if (first.done === true) return;
    const whole = chained(first.value, plain);
    const packing = packingOf(first.value);
    if (packing === 'gzip') yield* gunzipped(whole);
    else if (packing === 'zstd') yield* unzstd(whole);
    else yield* whole;
  } finally {
    await handle.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new ChunkError(`The file cannot be opened (${codeOf(cause)}).`, { cause });
  }
}

/** Two buffers: while one is used, the next bytes are read into the other. */
async function* readAhead(handle: FileHandle, onBytes: BytesRead): AsyncGenerator<Uint8Array> {
  const buffers = [Buffer.allocUnsafeSlow(chunkSize), Buffer.allocUnsafeSlow(chunkSize)] as const;
  let turn: 0 | 1 = 0;
  let reading = handle.read(buffers[turn], 0, chunkSize, null);
  try {
    while (true) {
      const { bytesRead, buffer } = await reading.catch((cause: unknown) => {
        throw new ChunkError(`The file cannot be read on (${codeOf(cause)}).`, { cause });
      });
      if (bytesRead === 0) return;
      turn = turn === 0 ? 1 : 0;
      reading = handle.read(buffers[turn], 0, chunkSize, null);
      onBytes(bytesRead);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    // Nobody may wait for the read that is still under way, and the file may be closed only after it.
    await reading.catch(() => {});
  }
}

async function* chained(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

function packingOf(head: Uint8Array): 'gzip' | 'zstd' | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  // A frame of zstd, or one that its readers skip and that comes before.
  if (head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd && head[0] === 0x28) return 'zstd';
  if (((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18) return 'zstd';
  return null;
}

/** Several members one behind the other are one file, as gunzip has it. */
async function* gunzipped(packed: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const [{ createGunzip }, { Readable }] = await Promise.all([import('node:zlib'), import('node:stream')]);
  const gunzip: Transform = createGunzip({ chunkSize });
  const source = Readable.from(copies(packed));
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (thrown) {
    if (thrown instanceof ChunkError) throw thrown;
    throw new ChunkError(damageText('gzip', thrown), { cause: thrown });
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** The stream may hold a chunk while the next one is read. */
async function* copies(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

/** Packed bytes per step: what one step unpacks is held at once, and a block of a few bytes may unpack to 128 KiB. */
const packedStep = 1 << 14;

async function* unzstd(packed: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  const ready: Uint8Array[] = [];
  const stream = new Decompress((chunk) => {
    if (chunk.length > 0) ready.push(chunk);
  });
  const push = (chunk: Uint8Array, isLast: boolean): ChunkError | null => {
    try {
      stream.push(chunk, isLast);
      return null;
    } catch (thrown) {
      return new ChunkError(damageText('zstd', thrown), { cause: thrown });
    }
  };
  for await (const chunk of packed) {
    for (let at = 0; at < chunk.length; at += packedStep) {
      const fault = push(chunk.slice(at, at + packedStep), false);
      yield* ready.splice(0);
      if (fault !== null) throw fault;
    }
  }
  const fault = push(new Uint8Array(0), true);
  yield* ready.splice(0);
  if (fault !== null) throw fault;
}

function damageText(format: string, thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.includes('unexpected end') || message.includes('unexpected EOF')
    ? `The ${format} data ends before it is complete: the file is cut off.`
    : `The ${format} data is damaged (${message}).`;
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException | null)?.code ?? String(cause);
}
