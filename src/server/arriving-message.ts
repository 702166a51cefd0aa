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

/** Collects one message. */
export interface ArrivingCollector {
  /** @param length of the whole message, as its sender says */
  add(piece: Buffer, at: number, length: number): void;
  /** Nothing more comes; the memory is somebody else's, or nobody's. */
  end(): void;
}

/** Smaller messages are there in a moment. */
const least = 4 * 1024 * 1024;
/** Told of after so many bytes, and at the end. */
const step = 4 * 1024 * 1024;
const mostReserved = 256 * 1024 * 1024;

/**
 * Collects messages for those who want to read them while they arrive.
 *
 * @param most bytes of room for all messages at once: who says that a large one comes need not send it, and nobody is told of those
 * beyond
 */
export function createArrivingMessages(foresee: Foresee, most = mostReserved): (seq: number) => ArrivingCollector {
  let reserved = 0;

  const reserve = (length: number): Uint8Array | null => {
    if (length < least || reserved + length > most) return null;
    reserved += length;
    return new Uint8Array(new SharedArrayBuffer(length));
  };
  return (seq) => {
    let bytes: Uint8Array | null = null;
    let told = 0;
    return {
      add(piece, at, length) {
        if (at === 0) bytes = reserve(length);
        if (bytes === null) return;
        bytes.set(piece, at);
        const there = at + piece.length;
        if (there - told < step && there < length) return;
        told = there;
        foresee({ seq, bytes, there });
      },
      end() {
        reserved -= bytes?.length ?? 0;
        bytes = null;
      },
    };
  };
}
