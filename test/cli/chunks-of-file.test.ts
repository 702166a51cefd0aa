import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunksOfFile } from '../../src/cli/replay/chunks-of-file.js';

const bytes = Buffer.from(Array.from({ length: 5_000_000 }, (_, i) => (i * 2_654_435_761) >>> 24));
let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plumbline-chunks-'));
  await writeFile(join(directory, 'plain'), bytes);
  await writeFile(join(directory, 'packed'), gzipSync(bytes, { level: 1 }));
});

afterAll(() => rm(directory, { recursive: true }));

/** The whole file, and how many chunks of it lay in the rooms. */
async function read(name: string) {
  const memory = new ArrayBuffer(1 << 21);
  const rooms = () => [new Uint8Array(memory, 0, 1 << 20), new Uint8Array(memory, 1 << 20)] as const;
  const copies: Buffer[] = [];
  let inRooms = 0;
  for await (const chunk of chunksOfFile(join(directory, name), () => {}, rooms)) {
    if (chunk.buffer === memory) inRooms += 1;
    // Another chunk is on its way while this one is used.
    await new Promise((resolve) => setImmediate(resolve));
    copies.push(Buffer.from(chunk));
  }
  return { whole: Buffer.concat(copies), inRooms };
}

describe('a file of chunks', () => {
  it('is read straight into the rooms it is given', async () => {
    const { whole, inRooms } = await read('plain');
    expect(whole.equals(bytes)).toBe(true);
    expect(inRooms).toBe(5);
  });

  it('is kept out of them while it is packed', async () => {
    const { whole, inRooms } = await read('packed');
    expect(whole.equals(bytes)).toBe(true);
    expect(inRooms).toBe(0);
  });
});
