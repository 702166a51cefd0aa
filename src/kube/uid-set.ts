import type { Meta } from './reading.js';

/** Which uids were seen. A `Set` of 100,000 strings takes longer than all the rest that is done with their objects. */
export interface UidSet {
  /** @returns false where the uid was there before */
  add(meta: Meta): boolean;
}

/** @param expected number of uids; more are welcome */
export function createUidSet(expected: number): UidSet {
  const metas: Meta[] = [];
  /** Pairs of a position in `metas`, from 1 (0 is free), and the hash, so that few uids have to be looked at. */
  let table = new Int32Array(2 ** Math.ceil(Math.log2(expected * 4 + 4)));

  const grow = (): void => {
    const old = table;
    table = new Int32Array(old.length * 2);
    const mask = table.length - 1;
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] === 0) continue;
      const hash = old[at + 1] as number;
      let slot = (hash * 2) & mask;
      while (table[slot] !== 0) slot = (slot + 2) & mask;
      table[slot] = old[at] as number;
      table[slot + 1] = hash;
    }
  };

  return {
    add(meta) {
      if (metas.length * 4 >= table.length) grow();
      const { uidHash } = meta;
      const mask = table.length - 1;
      let slot = (uidHash * 2) & mask;
      for (; table[slot] !== 0; slot = (slot + 2) & mask) {
        if (table[slot + 1] === uidHash && metas[(table[slot] as number) - 1]?.uid === meta.uid) return false;
      }
      table[slot] = metas.push(meta);
      table[slot + 1] = uidHash;
      return true;
    },
  };
}
