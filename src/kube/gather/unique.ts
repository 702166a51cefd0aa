import { type Draft, refuse } from './draft.js';

/**
 * Keeps one row of those that claim the same. Which one must not depend on the order of the entries, so the lesser uid
 * wins, and of equal uids the lesser digest.
 */
export interface RowClaims {
  claim(row: number): void;
  /** The rows that are left. */
  rows(): Iterable<number>;
  readonly size: number;
}

export interface Sameness {
  hash(row: number): number;
  same(row: number, other: number): boolean;
  /** Must refuse the row that loses. */
  onLoss(loser: number, winner: number): void;
}

/** A hash table of row numbers: 100,000 strings in a Map cost more than all that is decided about their Pods. */
export function createRowClaims(draft: Draft, most: number, { hash, same, onLoss }: Sameness): RowClaims {
  const mask = 2 ** Math.ceil(Math.log2(most * 2 + 2)) - 1;
  const table = new Int32Array(mask + 1).fill(-1);
  const claimed: number[] = [];
  let losers = 0;
  return {
    claim(row) {
      claimed.push(row);
      for (let slot = hash(row) & mask; ; slot = (slot + 1) & mask) {
        const other = table[slot] ?? -1;
        if (other < 0) {
          table[slot] = row;
          return;
        }
        if (same(row, other)) {
          const wins = precedes(draft, row, other);
          if (wins) table[slot] = row;
          losers += 1;
          onLoss(wins ? other : row, wins ? row : other);
          return;
        }
      }
    },
    rows: () => (losers === 0 ? claimed : claimed.filter((row) => draft.rows[row]?.shown === true)),
    get size() {
      return claimed.length - losers;
    },
  };
}

/** One object for one uid, among the objects of one family. */
export function createUidClaims(draft: Draft, most: number): RowClaims {
  return createRowClaims(draft, most, {
    hash: (row) => draft.readings[row]?.meta.uidHash ?? 0,
    same: (row, other) => {
      const meta = draft.readings[row]?.meta;
      const known = draft.readings[other]?.meta;
      return known?.uidHash === meta?.uidHash && known?.uid === meta?.uid;
    },
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
