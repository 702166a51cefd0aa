/** A file's bytes cannot be had, or not all of them. Thrown by whatever gives the chunks of a capture file. */
export class ChunkError extends Error {
  override readonly name = 'ChunkError';
}
