/**
 * Collects the first gRPC message of a stream of bytes: one byte flag, four bytes length, the message. Looks on while
 * gRPC itself reads the same bytes, so that what never became a whole message is known, too.
 */
export interface FirstMessage {
  add(chunk: Buffer): void;
  /** Null until the five bytes in front of the message have arrived. */
  declared(): { readonly length: number; readonly compressed: boolean } | null;
  /** Bytes of the message that have arrived. */
  received(): number;
  isWhole(): boolean;
  isTooLarge(): boolean;
  /** What has arrived; of a message that is too large only the beginning. */
  bytes(): Buffer;
  /** Frees the memory; somebody else has the message. */
  forget(): void;
}

const prefixSize = 5;

/** That much is kept of a message that is too large, bytes; enough for the fields in front of the entries. */
const keptOfTooLarge = 64 * 1024;

/** @param onPiece told of each part of a message that is neither too large nor compressed, and of the offset where it lies */
export function createFirstMessage(
  maxMessage: number,
  onPiece: (piece: Buffer, at: number, length: number) => void = () => {},
): FirstMessage {
  const prefix = Buffer.allocUnsafe(prefixSize);
  let prefixed = 0;
  let length = 0;
  let received = 0;
  let chunks: Buffer[] = [];
  let kept = 0;

  const isDeclared = () => prefixed === prefixSize;
  const isTooLarge = () => isDeclared() && length > maxMessage;

  return {
    add: (chunk) => {
      let at = 0;
      if (prefixed < prefixSize) {
        at = chunk.copy(prefix, prefixed, 0, prefixSize - prefixed);
        prefixed += at;
        length = prefix.readUInt32BE(1);
      }
      const piece = chunk.subarray(at, at + Math.max(0, length - received));
      if (piece.length > 0 && !isTooLarge() && prefix[0] === 0) onPiece(piece, received, length);
      received += piece.length;
      const room = isTooLarge() ? keptOfTooLarge - kept : piece.length;
      if (piece.length > 0 && room > 0) {
        chunks.push(piece.subarray(0, room));
        kept += Math.min(piece.length, room);
      }
    },
    declared: () => (isDeclared() ? { length, compressed: (prefix[0] ?? 0) !== 0 } : null),
    received: () => received,
    isWhole: () => isDeclared() && received === length,
    isTooLarge,
    bytes: () => Buffer.concat(chunks, kept),
    forget: () => {
      chunks = [];
      kept = 0;
    },
  };
}
