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

  /** Puts the next position into its slot. @returns false where the uid has one */
  const place = (meta: Meta, position: number): boolean => {
    const mask = table.length - 1;
    for (let slot = meta.uidHash & mask; ; slot = (slot + 1) & mask) {
      const taken = table[slot] as number;
      if (taken === 0) {
        table[slot] = position;
        return true;
      }
      const other = metas[taken - 1];
      if (other?.uidHash === meta.uidHash && other.uid === meta.uid) return false;
    }
  };

  const grow = (): void => {
    table = new Int32Array(table.length * 2);
    for (let index = 0; index < metas.length; index++) place(metas[index] as Meta, index + 1);
  };

  return {
    add(meta) {
      if (metas.length * 2 >= table.length) grow();
      if (!place(meta, metas.length + 1)) return false;
      metas.push(meta);
      return true;
    },
  };
}
