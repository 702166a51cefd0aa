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

interface Group {
  readonly rows: Observation[];
  /** Another one of the same hash. */
  readonly next: Group | undefined;
}

export function createRowKeeper(maxConversations: number): RowKeeper {
  /** By hash: a text of both ends for each row would take longer to make than all the rest. */
  const byHash = new Map<number, Group>();
  const groups: Observation[][] = [];
  const bits = new Uint32Array(2 ** 16);
  let leftOut = 0;
  return {
    groups: () => groups,
    add(row) {
      const hash = hashOfTuple(row);
      const first = byHash.get(hash);
      for (let group = first; group !== undefined; group = group.next) {
        if (!isSameTuple(group.rows[0] as Observation, row)) continue;
        group.rows.push(row);
        return true;
      }
      if (groups.length < maxConversations) {
        const rows = [row];
        groups.push(rows);
        byHash.set(hash, { rows, next: first });
        return true;
      }
      const word = (hash & (2 ** 21 - 1)) >>> 5;
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

/** 30 bits, the same for both directions. */
function hashOfTuple({ protocol, client, server }: Observation): number {
  const ends = (hashOfEnd(client.ip, client.port) + hashOfEnd(server.ip, server.port)) | 0;
  const mixed = Math.imul(ends ^ (ends >>> 15) ^ protocol, 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) & 0x3fff_ffff;
}

function hashOfEnd(ip: string, port: number): number {
  let hash = 0x811c9dc5 ^ port;
  for (let i = 0; i < ip.length; i++) hash = Math.imul(hash ^ ip.charCodeAt(i), 0x01000193);
  return Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
}

function isSameTuple(a: Observation, b: Observation): boolean {
  if (a.protocol !== b.protocol) return false;
  const { client, server } = b;
  return isSameEnd(a.client, client)
    ? isSameEnd(a.server, server)
    : isSameEnd(a.client, server) && isSameEnd(a.server, client);
}

function isSameEnd(a: Observation['client'], b: Observation['client']): boolean {
  return a.port === b.port && a.ip === b.ip;
}
