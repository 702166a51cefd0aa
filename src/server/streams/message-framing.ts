/** Follows the messages of a stream of bytes without keeping them: one byte flag, four bytes length, the message. */
export interface MessageFraming {
  add(chunk: Buffer): void;
  /** The message that has begun; null between two messages. */
  unfinished(): UnfinishedMessage | null;
}

export interface UnfinishedMessage {
  /** Bytes of the message that have arrived. */
  readonly received: number;
  /** Bytes that it is to have; null until the five bytes in front of it are there. */
  readonly declared: number | null;
}

const prefixSize = 5;

export function createMessageFraming(): MessageFraming {
  const prefix = Buffer.alloc(prefixSize);
  let prefixed = 0;
  let received = 0;

  const declared = (): number => prefix.readUInt32BE(1);

  return {
    add: (chunk) => {
      let at = 0;
      while (at < chunk.length) {
        if (prefixed < prefixSize) {
          const copied = chunk.copy(prefix, prefixed, at, at + prefixSize - prefixed);
          prefixed += copied;
          at += copied;
        }
        if (prefixed < prefixSize) return;
        const piece = Math.min(chunk.length - at, declared() - received);
        received += piece;
        at += piece;
        if (received === declared()) {
          prefixed = 0;
          received = 0;
        }
      }
    },
    unfinished: () => {
      if (prefixed === 0) return null;
      return { received, declared: prefixed === prefixSize ? declared() : null };
    },
  };
}
