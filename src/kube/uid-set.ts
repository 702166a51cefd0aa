import type { Meta } from './reading.js';

/** Which uids were seen. A `Set` of 100,000 strings takes longer than all the rest that is done with their objects. */
export interface UidSet {
  /** @returns false where the uid was there before */
  add(meta: Meta): boolean;
}

/** @param expected number of uids; more are welcome */
export function createUidSet(expected: number): UidSet {
  const metas: Meta[] = [];
  /** Positions in `metas`, from 1; 0 is free. */
  let table = new Int32Array(2 ** Math.ceil(Math.log2(expected * 2 + 2)));
  /** Of the uids in the table, so that few of them have to be looked at. */
  let hashes = new Int32Array(table.length);

  const grow = (): void => {
    table = new Int32Array(table.length * 2);
    hashes = new Int32Array(table.length);
    const mask = table.length - 1;
    for (let index = 0; index < metas.length; index++) {
      const { uidHash } = metas[index] as Meta;
      let slot = uidHash & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = index + 1;
      hashes[slot] = uidHash;
    }
  };

  return {
    add(meta) {
      if (metas.length * 2 >= table.length) grow();
      const { uidHash } = meta;
      const mask = table.length - 1;
      let slot = uidHash & mask;
      for (; table[slot] !== 0; slot = (slot + 1) & mask) {
        if (hashes[slot] === uidHash && metas[(table[slot] as number) - 1]?.uid === meta.uid) return false;
      }
      table[slot] = metas.push(meta);
      hashes[slot] = uidHash;
      return true;
    },
  };
}
