import { type Draft, refuse } from './draft.js';

/**
 * Keeps one row of those that claim the same. Which one must not depend on the order of the entries, so the lesser uid
 * wins, and of equal uids the lesser digest.
 */
export interface RowClaims {
  /** @param hash equal for rows that claim the same */
  claim(row: number, hash: number): void;
  /** The rows that are left. */
  rows(): readonly number[];
  readonly size: number;
}

export interface Sameness {
  /** Asked of rows of one hash. */
  same(row: number, other: number): boolean;
  /** Must refuse the row that loses. */
  onLoss(loser: number, winner: number): void;
}

/**
 * A hash table of row numbers: 100,000 strings in a Map cost more than all that is decided about their Pods.
 *
 * @param most claims that are made at most
 */
export function createRowClaims(draft: Draft, most: number, { same, onLoss }: Sameness): RowClaims {
  const mask = 2 ** Math.ceil(Math.log2(most * 4 + 4)) - 1;
  /** Pairs of a row, from 1 (0 is free), and its hash, so that few rows have to be looked at. */
  const table = new Int32Array(mask + 1);
  const claimed: number[] = [];
  let losers = 0;
  return {
    claim(row, hash) {
      claimed.push(row);
      let slot = (hash * 2) & mask;
      for (; table[slot] !== 0; slot = (slot + 2) & mask) {
        const other = (table[slot] as number) - 1;
        if (table[slot + 1] !== (hash | 0) || !same(row, other)) continue;
        const wins = precedes(draft, row, other);
        if (wins) table[slot] = row + 1;
        losers += 1;
        onLoss(wins ? other : row, wins ? row : other);
        return;
      }
      table[slot] = row + 1;
      table[slot + 1] = hash;
    },
    rows: () => (losers === 0 ? claimed : claimed.filter((row) => draft.rows[row]?.shown === true)),
    get size() {
      return claimed.length - losers;
    },
  };
}

/** One object for one uid, among the objects of one family; claimed by the hash of the uid. */
export function createUidClaims(draft: Draft, most: number): RowClaims {
  return createRowClaims(draft, most, {
    same: (row, other) => draft.readings[row]?.meta.uid === draft.readings[other]?.meta.uid,
    onLoss: (loser) => {
      const type = draft.rows[loser]?.type;
      refuse(
        draft,
        loser,
        'duplicate-uid',
        `Another entry of the upload has the same uid, and one object is stored for it: send one ${type} entry for one uid.`,
      );
    },
  });
}

/** True where `row` is to be kept rather than `other`, whichever comes first. */
export function precedes(draft: Draft, row: number, other: number): boolean {
  const left = draft.rows[row]?.uid ?? '';
  const right = draft.rows[other]?.uid ?? '';
  if (left !== right) return left < right;
  return (draft.readings[row]?.digest ?? 0) < (draft.readings[other]?.digest ?? 0);
}
