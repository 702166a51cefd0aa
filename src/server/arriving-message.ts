/** A large request on its way, in memory that threads share. */
export interface ArrivingMessage {
  /** Of the call, as in its record. */
  readonly seq: number;
  /** Room for the whole message. */
  readonly bytes: Uint8Array;
  /** The bytes up to, not including, this offset are there, and do not change any more. */
  readonly there: number;
}

/** Told of an upload again and again while it arrives. Its call is recorded whatever becomes of it. */
export type Foresee = (message: ArrivingMessage) => void;

/** Smaller messages are there in a moment. */
const least = 4 * 1024 * 1024;
/** Told of after so many bytes, and at the end. */
const step = 4 * 1024 * 1024;

/** Collects a message. @returns to be given each piece, the offset where it lies, and the length of the whole */
export function collectArriving(seq: number, foresee: Foresee): (piece: Buffer, at: number, length: number) => void {
  let bytes: Uint8Array | null = null;
  let told = 0;
  return (piece, at, length) => {
    if (length < least) return;
    bytes ??= new Uint8Array(new SharedArrayBuffer(length));
    bytes.set(piece, at);
    const there = at + piece.length;
    if (there - told < step && there < length) return;
    told = there;
    foresee({ seq, bytes, there });
  };
}
