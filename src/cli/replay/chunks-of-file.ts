import { type FileHandle, open } from 'node:fs/promises';
import type { Transform } from 'node:stream';
import { ChunkError } from '../../replay/chunk-error.js';

const chunkSize = 1 << 20;
const headSize = 1 << 16;

/** Told of each byte of the file on the disk, packed as it is. */
export type BytesRead = (bytes: number) => void;

/** Two places to read into in turn. */
export type Rooms = () => readonly [Uint8Array, Uint8Array];

const ownRooms: Rooms = () => [Buffer.allocUnsafeSlow(chunkSize), Buffer.allocUnsafeSlow(chunkSize)];

/**
 * The bytes of a capture file, unpacked where it is gzip or zstd (told by its first bytes, whatever its name). One chunk
 * is read ahead while the one before is used; a chunk may be used until the next one is asked for.
 *
 * @param rooms asked when the first chunk, which lies elsewhere, has been used, and only for a file that is not packed:
 * with places in the core's memory no byte is copied (0.1 s of each GB)
 * @throws ChunkError where the file cannot be read, or what is packed in it is damaged; chunks up to there were given
 */
export async function* chunksOfFile(
  path: string,
  onBytes: BytesRead = () => {},
  rooms: Rooms = ownRooms,
): AsyncGenerator<Uint8Array> {
  const handle = await openFile(path);
  try {
    const head = await readInto(handle, Buffer.allocUnsafeSlow(headSize));
    if (head.length === 0) return;
    onBytes(head.length);
    const packing = packingOf(head);
    if (packing === 'gzip') yield* gunzipped(chained(head, readAhead(handle, onBytes, ownRooms)));
    else if (packing === 'zstd') yield* unzstd(chained(head, readAhead(handle, onBytes, ownRooms)));
    else yield* chained(head, readAhead(handle, onBytes, rooms));
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

async function readInto(handle: FileHandle, room: Uint8Array): Promise<Uint8Array> {
  try {
    const { bytesRead } = await handle.read(room, 0, Math.min(room.length, chunkSize), null);
    return room.subarray(0, bytesRead);
  } catch (cause) {
    throw new ChunkError(`The file cannot be read on (${codeOf(cause)}).`, { cause });
  }
}

/** While one room is used, the next bytes are read into the other. */
async function* readAhead(handle: FileHandle, onBytes: BytesRead, rooms: Rooms): AsyncGenerator<Uint8Array> {
  let [room, other] = rooms();
  let reading = readInto(handle, room);
  try {
    while (true) {
      const chunk = await reading;
      if (chunk.length === 0) return;
      [room, other] = [other, room];
      reading = readInto(handle, room);
      onBytes(chunk.length);
      yield chunk;
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
