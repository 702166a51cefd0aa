/** Numbers in the byte order of a section. */
export interface BlockReader {
  u16(bytes: Buffer, at: number): number;
  u32(bytes: Buffer, at: number): number;
  setU32(bytes: Buffer, value: number, at: number): void;
  option(code: number, value: Buffer): Buffer;
}

export function blockReader(isLittle: boolean): BlockReader {
  return {
    u16: (bytes, at) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    u32: (bytes, at) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)),
    setU32: (bytes, value, at) => {
      if (isLittle) bytes.writeUInt32LE(value, at);
      else bytes.writeUInt32BE(value, at);
    },
    option(code, value) {
      const head = Buffer.alloc(4);
      if (isLittle) head.writeUInt16LE(code, 0);
      else head.writeUInt16BE(code, 0);
      if (isLittle) head.writeUInt16LE(value.length, 2);
      else head.writeUInt16BE(value.length, 2);
      return padded(Buffer.concat([head, value]));
    },
  };
}

/** A whole block of the parts of its body. */
export function blockOf(reader: BlockReader, type: number, parts: readonly Buffer[]): Buffer {
  const body = padded(Buffer.concat(parts));
  const block = Buffer.concat([Buffer.alloc(8), body, Buffer.alloc(4)]);
  reader.setU32(block, type, 0);
  reader.setU32(block, block.length, 4);
  reader.setU32(block, block.length, block.length - 4);
  return block;
}

function padded(bytes: Buffer): Buffer {
  const missing = (4 - (bytes.length % 4)) % 4;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}
