import { inflateRawSync, inflateSync } from 'node:zlib';
import type { EntryFailure, EntryFailureCode } from '../kube/entry.js';

export type Inflated =
  | { readonly bytes: Buffer; readonly trailingBytes: number; readonly failure: null }
  | { readonly bytes: null; readonly trailingBytes: 0; readonly failure: EntryFailure };

interface WithEngine {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/**
 * Inflates a zlib stream (RFC 1950). Never throws.
 *
 * @param compressed not empty
 * @param maxBytes inflating ends where the text gets longer
 */
export function inflate(compressed: Uint8Array, maxBytes: number): Inflated {
  try {
    // `info` is documented, but the type of the result knows nothing of it.
    const result = inflateSync(compressed, { info: true, maxOutputLength: maxBytes }) as unknown as WithEngine;
    return { bytes: result.buffer, trailingBytes: compressed.length - result.engine.bytesWritten, failure: null };
  } catch (error) {
    return { bytes: null, trailingBytes: 0, failure: explain(compressed, maxBytes, error) };
  }
}

function explain(compressed: Uint8Array, maxBytes: number, error: unknown): EntryFailure {
  const code = codeOf(error);
  if (code === 'ERR_BUFFER_TOO_LARGE') {
    const message = `${compressed.length} bytes inflate to more than ${maxBytes} bytes; the rest was not inflated`;
    return fail('inflates-too-large', message);
  }
  if (compressed[0] === 0x1f && compressed[1] === 0x8b) {
    return fail('gzip', 'the bytes are gzip (they begin with 1f 8b); a zlib stream (RFC 1950) is expected');
  }
  if (isRawDeflate(compressed, maxBytes)) {
    return fail('raw-deflate', 'the bytes are deflate without the zlib header and checksum (RFC 1950) around it');
  }
  if (!hasZlibHeader(compressed)) {
    return fail('not-zlib', `${describeBytes(compressed)}; a zlib stream (RFC 1950) is expected`);
  }
  if (code === 'Z_BUF_ERROR') {
    return fail('zlib-truncated', `the zlib stream is cut off: its ${compressed.length} bytes hold no end`);
  }
  if (code === 'Z_NEED_DICT') {
    return fail('zlib-corrupt', 'the zlib stream asks for a preset dictionary, which no server has');
  }
  const reason = error instanceof Error ? error.message : String(error);
  return fail('zlib-corrupt', `the zlib stream is damaged: ${reason}`);
}

function isRawDeflate(compressed: Uint8Array, maxBytes: number): boolean {
  try {
    const result = inflateRawSync(compressed, { info: true, maxOutputLength: maxBytes }) as unknown as WithEngine;
    return result.engine.bytesWritten === compressed.length;
  } catch (error) {
    // What has inflated to the bound without an error is deflate beyond doubt.
    return codeOf(error) === 'ERR_BUFFER_TOO_LARGE';
  }
}

/** The two bytes that RFC 1950 begins with: deflate, a window of at most 32 KiB, divisible by 31. */
function hasZlibHeader(bytes: Uint8Array): boolean {
  const [method = 0, flags] = bytes;
  const isDeflate = (method & 0x0f) === 8 && method >> 4 <= 7;
  return isDeflate && (flags === undefined || ((method << 8) | flags) % 31 === 0);
}

function describeBytes(bytes: Uint8Array): string {
  const [first, second, third, fourth] = bytes;
  if (first === 0x7b || first === 0x5b) {
    return `the bytes are plain text (they begin with "${String.fromCharCode(first)}")`;
  }
  if (first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd) {
    return 'the bytes are zstd (they begin with 28 b5 2f fd)';
  }
  // 78 01, 78 5e, 78 9c, 78 da in base64.
  if (first === 0x65 && second !== undefined && 'AFJN'.includes(String.fromCharCode(second))) {
    return 'the bytes look like a zlib stream in base64';
  }
  const shown = Buffer.from(bytes.subarray(0, 4))
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');
  return `the bytes begin with ${shown}`;
}

function fail(code: EntryFailureCode, message: string): EntryFailure {
  return { stage: 'inflate', code, message };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
