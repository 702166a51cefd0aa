/** A packet that is rewritten where it lies. Readers of layers return the end of what may be kept, from the start of `bytes`. */
export interface PacketEdit {
  readonly bytes: Buffer;
  /** Puts another MAC in place of the one at `at`. */
  mac(at: number): void;
  /** Puts another address in place of the 4 or 16 bytes at `at`. */
  address(at: number, length: 4 | 16): void;
  /** Notes what could not be read, and was therefore cut off. */
  cut(what: string): void;
}

export function zero(packet: PacketEdit, from: number, to: number): void {
  packet.bytes.fill(0, from, to);
}
