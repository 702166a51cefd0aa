import { tupleKey } from './join.js';
import type { Observation } from './observation.js';

/**
 * Keeps rows of at most so many conversations (told by protocol, addresses and ports) and counts the rest, so that
 * memory stays bounded on any capture.
 */
export interface RowKeeper {
  /** False where the row belongs to a conversation beyond the limit. */
  add(row: Observation): boolean;
  /** The rows of each protocol, addresses and ports. */
  groups(): Iterable<readonly Observation[]>;
  /** Conversations left out. Told by 2^21 hash bits, so that the count itself is bounded; it never counts too many. */
  leftOut(): number;
}

export function createRowKeeper(maxConversations: number): RowKeeper {
  const kept = new Map<string, Observation[]>();
  const bits = new Uint32Array(2 ** 16);
  let leftOut = 0;
  return {
    groups: () => kept.values(),
    add(row) {
      const key = tupleKey(row);
      const group = kept.get(key);
      if (group !== undefined) {
        group.push(row);
        return true;
      }
      if (kept.size < maxConversations) {
        kept.set(key, [row]);
        return true;
      }
      const hash = hashOf(key) & (2 ** 21 - 1);
      const word = hash >>> 5;
      const mask = 1 << (hash & 31);
      const bit = bits[word] ?? 0;
      if ((bit & mask) === 0) {
        bits[word] = bit | mask;
        leftOut += 1;
      }
      return false;
    },
    leftOut: () => leftOut,
  };
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
