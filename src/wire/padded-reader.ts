import protobuf from 'protobufjs';

/**
 * Reads small numbers that were written with more bytes than they need as Go's and Rust's decoders do: up to ten bytes,
 * of which 32 bits count. protobufjs takes five, or five and five more that it does not look at, and would lose its
 * place in the message.
 *
 * The bytes have to be whole, as `findRefusal` finds them.
 */
export class PaddedReader extends protobuf.BufferReader {
  override uint32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.buf[this.pos++] ?? 0;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  override bool(): boolean {
    let bits = 0;
    for (;;) {
      const byte = this.buf[this.pos++] ?? 0;
      bits |= byte & 0x7f;
      if (byte < 0x80) return bits !== 0;
    }
  }
}
