/** Bytes in memory that threads share. */
export interface SharedBytes {
  readonly bytes: Uint8Array;
  /** One number: how many of the bytes are there; the others are still on their way. */
  readonly arrived: Int32Array;
}

/** Copied in one turn of the event loop: about 6 ms, most of which is the system's, for memory that was never touched. */
const sliceBytes = 4 * 1024 * 1024;

/**
 * Copies bytes into shared memory, a slice in each turn of the event loop. What it gives can be handed to a thread at once, before or after
 * other messages: the thread calls `waitForBytes` before it reads any of them. The source must not change meanwhile.
 */
export function shareBytes(source: Uint8Array): SharedBytes {
  const bytes = new Uint8Array(new SharedArrayBuffer(source.length));
  const arrived = new Int32Array(new SharedArrayBuffer(4));
  const copyFrom = (start: number): void => {
    const end = Math.min(start + sliceBytes, source.length);
    bytes.set(source.subarray(start, end), start);
    Atomics.store(arrived, 0, end);
    Atomics.notify(arrived, 0);
    if (end < source.length) setImmediate(copyFrom, end);
  };
  // Who hands over so much has had a long turn already.
  if (source.length > sliceBytes) setImmediate(copyFrom, 0);
  else copyFrom(0);
  return { bytes, arrived };
}

/**
 * Blocks the thread, which must not be the one that copies, until so many of the bytes are there.
 *
 * @returns how many are
 */
export function waitForBytes(arrived: Int32Array, count: number): number {
  let there = Atomics.load(arrived, 0);
  while (there < count) {
    Atomics.wait(arrived, 0, there);
    there = Atomics.load(arrived, 0);
  }
  return there;
}
