import type { Observation } from './observation.js';

/**
 * Keeps rows of at most so many conversations (told by protocol, addresses and ports) and counts the rest, so that
 * memory stays bounded on any capture.
 */
export interface RowKeeper {
  /** False where the row belongs to a conversation beyond the limit. */
  add(row: Observation): boolean;
  /** The rows of each protocol, addresses and ports, in arrays that are the caller's. */
  groups(): Iterable<Observation[]>;
  /** Conversations left out. Told by 2^21 hash bits, so that the count itself is bounded; it never counts too many. */
  leftOut(): number;
}

export function createRowKeeper(maxConversations: number): RowKeeper {
  // By hash, since a text of both ends for each row would take longer to make than all the rest; and by number, since
  // an object for each would be one more that garbage collection has to carry along.
  const lastByHash = new Map<number, number>();
  const groups: Observation[][] = [];
  /** The group of the same hash before each, -1 for none. */
  const before: number[] = [];
  const bits = new Uint32Array(2 ** 16);
  let leftOut = 0;
  return {
    groups: () => groups,
    add(row) {
      const hash = hashOfTuple(row);
      const last = lastByHash.get(hash) ?? -1;
      for (let i = last; i >= 0; i = before[i] ?? -1) {
        const group = groups[i] as Observation[];
        if (!isSameTuple(group[0] as Observation, row)) continue;
        group.push(row);
        return true;
      }
      if (groups.length < maxConversations) {
        lastByHash.set(hash, groups.length);
        before.push(last);
        groups.push([row]);
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
