/** Where and why bytes stop being protobuf. */
export interface WireFault {
  /** Byte offset in the whole message. */
  readonly offset: number;
  /** Number of the field that holds the fault; 0 where its tag is the fault. */
  readonly field: number;
  readonly message: string;
}

export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

const wireTypeNames = ['a varint', '64 bits', 'a length and bytes', 'a group', 'the end of a group', '32 bits'];

/** A wire type in words, e.g. "a varint". */
export function describeWireType(wireType: number): string {
  return wireTypeNames[wireType] ?? `wire type ${wireType}`;
}

/** As deep as protobuf's own libraries follow groups. */
const maxGroupDepth = 100;

/**
 * Walks the fields of one protobuf message without a schema. It never throws: where the bytes break, its methods give
 * false from then on and `fault` says why.
 *
 * protobufjs' Reader would do for intact bytes, but it throws without an offset, knows no bound for groups, and makes a
 * Long of every 64-bit number.
 */
export class WireReader {
  /** Field number, wire type, and offset of the tag that `next` read. */
  field = 0;
  wireType = 0;
  offset = 0;
  /** The halves of the number that `varint` read, unsigned. */
  low = 0;
  high = 0;
  /** The payload that `payload` found: from `start` up to, not including, `stop`. */
  start = 0;
  stop = 0;
  fault: WireFault | null = null;
  readonly #bytes: Uint8Array;
  #position: number;
  #end: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
  }

  /** Begins anew with another message in the same bytes. */
  reset(start: number, end: number): void {
    this.#position = start;
    this.#end = end;
    this.fault = null;
  }

  /** Offset of what is read next. */
  get position(): number {
    return this.#position;
  }

  /** Goes to the next field. False at the end, and where the bytes break. */
  next(): boolean {
    if (this.fault !== null || this.#position >= this.#end) {
      return false;
    }
    if (!this.#tag()) {
      return false;
    }
    if (this.wireType === wireTypes.groupEnd) {
      return this.#fail(this.offset, 'a group ends that did not begin');
    }
    return true;
  }

  /** Reads a number of up to 64 bits into `low` and `high`. */
  varint(): boolean {
    const bytes = this.#bytes;
    const begin = this.#position;
    if (begin < this.#end) {
      const only = bytes[begin] as number;
      if (only < 0x80) {
        this.low = only;
        this.high = 0;
        this.#position = begin + 1;
        return true;
      }
    }
    return this.#longVarint(begin);
  }

  /** Reads a length and sets `start` and `stop` to the bytes it counts. */
  payload(): boolean {
    const begin = this.#position;
    if (!this.varint()) {
      return false;
    }
    const length = this.low + this.high * 0x1_0000_0000;
    const left = this.#end - this.#position;
    if (length > left) {
      return this.#fail(begin, `a length of ${length} bytes is given; bytes left: ${left}`);
    }
    this.start = this.#position;
    this.stop = this.#position + length;
    this.#position = this.stop;
    return true;
  }

  /** Skips the value of the current field. */
  skip(): boolean {
    return this.#skip(0);
  }

  /** Skips all that is left, as numbers of one wire type: the payload of a packed field. */
  skipPacked(wireType: number): boolean {
    this.wireType = wireType;
    while (this.#position < this.#end) {
      if (!this.#skip(0)) {
        return false;
      }
    }
    return true;
  }

  #skip(depth: number): boolean {
    switch (this.wireType) {
      case wireTypes.varint:
        return this.varint();
      case wireTypes.fixed64:
        return this.#fixed(8);
      case wireTypes.bytes:
        return this.payload();
      case wireTypes.fixed32:
        return this.#fixed(4);
      default:
        return this.#skipGroup(depth + 1);
    }
  }

  #skipGroup(depth: number): boolean {
    const group = this.field;
    const begin = this.offset;
    if (depth > maxGroupDepth) {
      return this.#fail(begin, `groups are nested deeper than ${maxGroupDepth} levels`);
    }
    for (;;) {
      if (this.#position >= this.#end) {
        return this.#fail(begin, `group ${group} does not end`);
      }
      if (!this.#tag()) {
        return false;
      }
      if (this.wireType === wireTypes.groupEnd) {
        const ended = this.field;
        this.field = group;
        return ended === group || this.#fail(this.offset, `group ${group} is ended by the end of group ${ended}`);
      }
      if (!this.#skip(depth)) {
        return false;
      }
    }
  }

  #tag(): boolean {
    this.offset = this.#position;
    this.field = 0;
    if (!this.varint()) {
      return false;
    }
    const number = this.low >>> 3;
    if (this.high !== 0 || number === 0) {
      return this.#fail(this.offset, 'a field begins with a tag that no field can have');
    }
    this.field = number;
    this.wireType = this.low & 7;
    if (this.wireType > wireTypes.fixed32) {
      return this.#fail(this.offset, `field ${number} has wire type ${this.wireType}, which does not exist`);
    }
    return true;
  }

  #fixed(length: number): boolean {
    const left = this.#end - this.#position;
    if (length > left) {
      return this.#fail(this.#position, `${length} bytes are expected; bytes left: ${left}`);
    }
    this.#position += length;
    return true;
  }

  #longVarint(begin: number): boolean {
    const bytes = this.#bytes;
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      if (begin + index >= this.#end) {
        return this.#fail(begin, 'the bytes end inside a varint');
      }
      const byte = bytes[begin + index] as number;
      const bits = byte & 0x7f;
      if (index < 4) {
        low |= bits << (7 * index);
      } else if (index === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else {
        high |= bits << (7 * index - 32);
      }
      if (byte < 0x80) {
        if (index === 9 && byte > 1) {
          break;
        }
        this.low = low >>> 0;
        this.high = high >>> 0;
        this.#position = begin + index + 1;
        return true;
      }
    }
    return this.#fail(begin, 'a varint is longer than 64 bits');
  }

  #fail(offset: number, message: string): false {
    this.fault = { offset, field: this.field, message };
    return false;
  }
}

/**
 * True where the range is nothing but whole fields of lengths and bytes, as entries mostly are: a quick look that spares
 * the walk. False says nothing.
 */
export function isPlainlyWhole(bytes: Uint8Array, start: number, stop: number): boolean {
  let position = start;
  while (position < stop) {
    const tag = bytes[position++] as number;
    if (tag < 8 || tag >= 0x80 || (tag & 7) !== wireTypes.bytes) {
      return false;
    }
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      if (position >= stop || shift > 21) {
        return false;
      }
      const byte = bytes[position++] as number;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        break;
      }
    }
    position += length;
  }
  return position === stop;
}
