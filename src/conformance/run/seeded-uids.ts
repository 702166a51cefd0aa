import { createSeededRandom } from '../../faults/seeded-random.js';

/** uids that look as those of Kubernetes do (UUIDs of version 4), the same ones in the same order for the same seed. */
export function createSeededUids(seed: number): () => string {
  const random = createSeededRandom(seed);
  return () => {
    const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16));
    digits[12] = 4;
    digits[16] = 8 + ((digits[16] ?? 0) & 3);
    const text = digits.map((digit) => digit.toString(16)).join('');
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
  };
}
