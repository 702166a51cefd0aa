/** Bytes in memory that threads share. */
export interface SharedBytes {
  readonly bytes: Uint8Array;
  /** One number: 0 while the bytes are still on their way. */
  readonly arrived: Int32Array;
}

/** Copied in one turn of the event loop: about 4 ms, most of which is the system's, for memory that was never touched. */
const sliceBytes = 4 * 1024 * 1024;

/**
 * Copies bytes into shared memory, a slice in each turn of the event loop. What it gives can be handed to a thread at once, before or after
 * other messages: the thread calls `waitForBytes` before it reads them. The source must not change meanwhile.
 */
export function shareBytes(source: Uint8Array): SharedBytes {
  const bytes = new Uint8Array(new SharedArrayBuffer(source.length));
  const arrived = new Int32Array(new SharedArrayBuffer(4));
  const copyFrom = (start: number): void => {
    const end = Math.min(start + sliceBytes, source.length);
    bytes.set(source.subarray(start, end), start);
    if (end < source.length) {
      setImmediate(copyFrom, end);
      return;
    }
    Atomics.store(arrived, 0, 1);
    Atomics.notify(arrived, 0);
  };
  // Who hands over so much has had a long turn already.
  if (source.length > sliceBytes) setImmediate(copyFrom, 0);
  else copyFrom(0);
  return { bytes, arrived };
}

/** Blocks the thread, which must not be the one that copies. */
export function waitForBytes(arrived: Int32Array): void {
  while (Atomics.load(arrived, 0) === 0) Atomics.wait(arrived, 0, 0);
}
