/**
 * Pieces of bytes under keys, and all of them one behind the other. Who changes one piece of 100,000 has only its
 * neighbours joined again.
 */
export interface EncodedSet {
  /** Replaces the piece of this key, or puts it behind the others. */
  set(key: string, piece: Buffer): void;
  delete(key: string): void;
  bytes(): Buffer;
}

interface Block {
  readonly pieces: Map<string, Buffer>;
  /** null: to be joined again. */
  joined: Buffer | null;
}

const piecesInBlock = 256;

export function createEncodedSet(): EncodedSet {
  const blocks = new Set<Block>();
  const homes = new Map<string, Block>();
  let last: Block | null = null;
  let whole: Buffer | null = null;

  function touch(block: Block): void {
    block.joined = null;
    whole = null;
  }

  function blockWithRoom(): Block {
    if (last !== null && last.pieces.size < piecesInBlock && blocks.has(last)) return last;
    last = { pieces: new Map(), joined: null };
    blocks.add(last);
    return last;
  }

  function join(block: Block): Buffer {
    block.joined ??= Buffer.concat([...block.pieces.values()]);
    return block.joined;
  }

  return {
    set: (key, piece) => {
      const block = homes.get(key) ?? blockWithRoom();
      homes.set(key, block);
      block.pieces.set(key, piece);
      touch(block);
    },
    delete: (key) => {
      const block = homes.get(key);
      if (block === undefined) return;
      homes.delete(key);
      block.pieces.delete(key);
      touch(block);
      if (block.pieces.size === 0) blocks.delete(block);
    },
    bytes: () => {
      whole ??= Buffer.concat([...blocks].map(join));
      return whole;
    },
  };
}
