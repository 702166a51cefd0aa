import { constants, createInflate, type Inflate } from 'node:zlib';

/**
 * Inflates many small zlib streams with one decompressor. `inflateSync` makes a stream object, a decompressor and a buffer
 * for each call, which takes longer than inflating the few hundred bytes of an entry.
 */
export interface ReusedInflater {
  /**
   * @param start where the stream begins; default 0
   * @param stop where the bytes end that belong to it or follow it; default: the end
   * @returns null where the stream is broken, or inflates to more than 128 KiB: `inflateSync` has to tell then
   */
  inflate(bytes: Uint8Array, start?: number, stop?: number): ReusedInflation | null;
}

export interface ReusedInflation {
  /** A view of memory that the next call overwrites. */
  readonly bytes: Buffer;
  /** Bytes that follow the end of the stream. */
  readonly trailingBytes: number;
}

const outputBytes = 128 * 1024;

/**
 * What `inflateSync` itself calls. Node offers no other way to inflate into memory of one's own without waiting; the names are
 * the same in all versions since 11.
 */
interface Decompressor {
  writeSync(
    flush: number,
    from: Uint8Array,
    fromAt: number,
    fromLength: number,
    to: Uint8Array,
    toAt: number,
    toLength: number,
  ): void;
  reset(): void;
}

interface Engine {
  readonly stream: Inflate;
  readonly decompressor: Decompressor;
  /** After a write: bytes of output that are free, and bytes of input that are left. */
  readonly left: Uint32Array;
}

/** @returns null where this version of Node has no such decompressor */
export function createReusedInflater(): ReusedInflater | null {
  const output = Buffer.allocUnsafeSlow(outputBytes);
  let engine = createEngine();
  if (engine === null) return null;

  return {
    inflate(bytes, start = 0, stop = bytes.length) {
      engine ??= createEngine();
      if (engine === null) return null;
      engine.decompressor.writeSync(constants.Z_FINISH, bytes, start, stop - start, output, 0, outputBytes);
      if (engine.stream.destroyed) {
        engine = null;
        return null;
      }
      const free = engine.left[0] as number;
      const trailingBytes = engine.left[1] as number;
      engine.decompressor.reset();
      return free === 0 ? null : { bytes: output.subarray(0, outputBytes - free), trailingBytes };
    },
  };
}

function createEngine(): Engine | null {
  const stream = createInflate();
  // A broken stream destroys it with an error, which is told by `destroyed` as well.
  stream.on('error', () => {});
  const decompressor: unknown = Reflect.get(stream, '_handle');
  const left: unknown = Reflect.get(stream, '_writeState');
  return isDecompressor(decompressor) && left instanceof Uint32Array ? { stream, decompressor, left } : null;
}

function isDecompressor(value: unknown): value is Decompressor {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['writeSync', 'reset'].every((name) => typeof Reflect.get(value, name) === 'function')
  );
}
