/** A small generator of pseudo-random numbers (mulberry32): the same seed, the same bytes. */
export interface Random {
  /** An integer from 0 to below `limit`. */
  below(limit: number): number;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return {
    below(limit) {
      state = (state + 0x6d2b79f5) >>> 0;
      let x = Math.imul(state ^ (state >>> 15), state | 1);
      x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
      return Math.floor((((x ^ (x >>> 14)) >>> 0) / 2 ** 32) * limit);
    },
  };
}
