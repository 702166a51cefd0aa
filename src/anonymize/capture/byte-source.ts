/** Bytes of a file in pieces of the wanted size. */
export interface ByteSource {
  /** The next `count` bytes, copied; null where fewer are left. */
  take(count: number): Promise<Buffer | null>;
  /** Bytes that are there still, of those that were read ahead. */
  readonly left: number;
}

export function createByteSource(chunks: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = chunks[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  return {
    get left() {
      return held.length;
    },
    async take(count) {
      while (held.length < count) {
        const next = await iterator.next();
        if (next.done === true) return null;
        held = Buffer.concat([held, next.value]);
      }
      const taken = Buffer.from(held.subarray(0, count));
      held = held.subarray(count);
      return taken;
    },
  };
}
