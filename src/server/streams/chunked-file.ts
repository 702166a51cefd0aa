import { createHash } from 'node:crypto';

/** A file as agents fetch it: in chunks, each of which says how the whole is to look. */
export interface ChunkedFile {
  readonly facts: FileFacts;
  /** The messages in order; made once, for all who fetch them. */
  messages(): readonly Uint8Array[];
}

export interface FileFacts {
  /** Hex, lower case. */
  readonly md5: string;
  /** Bytes, decimal. */
  readonly total_len: string;
  readonly pkt_count: number;
}

/** @param encode one chunk with the facts of the file */
export function chunkFile(
  content: Uint8Array,
  chunkBytes: number,
  encode: (chunk: FileFacts & { readonly content: Buffer }) => Uint8Array,
): ChunkedFile {
  const facts: FileFacts = {
    md5: createHash('md5').update(content).digest('hex'),
    total_len: String(content.length),
    pkt_count: Math.ceil(content.length / chunkBytes),
  };
  let made: readonly Uint8Array[] | null = null;
  const make = (): readonly Uint8Array[] =>
    Array.from({ length: facts.pkt_count }, (_, index) => {
      const chunk = content.subarray(index * chunkBytes, (index + 1) * chunkBytes);
      return encode({ ...facts, content: Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) });
    });
  return {
    facts,
    messages: () => {
      made ??= make();
      return made;
    },
  };
}
