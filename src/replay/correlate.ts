import type { PlatformKind } from '../platform/known-platform.js';
import type { TagIndex } from '../platform/tags.js';
import type { Topology } from '../platform/topology.js';
import type { JudgedConversation } from './advice/advice.js';
import { buildConversation } from './conversation.js';
import type { Expectation } from './expectation.js';
import { compareText, joinRows } from './join.js';
import { createConversationJudge } from './judge-conversation.js';
import type { Observation } from './observation.js';
import { pointsOf } from './points.js';

export interface CorrelationInputs {
  readonly rows: readonly Observation[];
  readonly topology: Topology;
  readonly platform: PlatformKind;
  readonly tags: TagIndex;
  readonly expectation: Expectation | null;
  /** The site gives system calls; without any, their points are not judged. */
  readonly hasSyscalls: boolean;
}

/** Rows of all places to judged conversations, in the order of their first packets whatever the order of the rows. */
export function correlate(inputs: CorrelationInputs): JudgedConversation[] {
  const judge = createConversationJudge(inputs);
  const judged = joinRows(inputs.rows).map((joined) => {
    const conversation = buildConversation(joined, inputs.tags);
    const points = pointsOf(conversation);
    // The joined rows are in the order of time.
    const firstTs = joined.rows[0]?.firstTs ?? 0;
    return { firstTs, item: { conversation, points, judgement: judge(conversation, points) } };
  });
  judged.sort((a, b) => a.firstTs - b.firstTs || compareText(nameOf(a.item), nameOf(b.item)));
  return judged.map(({ item }) => item);
}

function nameOf({ conversation: { protocol, client, server } }: JudgedConversation): string {
  return `${protocol} ${client.ip} ${client.port} ${server.ip} ${server.port}`;
}

/**
 * Keeps rows of at most so many conversations (told by protocol, addresses and ports) and counts the rest, so that
 * memory stays bounded on any capture.
 */
export interface RowKeeper {
  /** False where the row belongs to a conversation beyond the limit. */
  add(row: Observation): boolean;
  readonly rows: readonly Observation[];
  /** Conversations left out. Told by 2^21 hash bits, so that the count itself is bounded; it never counts too many. */
  leftOut(): number;
}

export function createRowKeeper(maxConversations: number): RowKeeper {
  const kept = new Set<string>();
  const rows: Observation[] = [];
  const bits = new Uint32Array(2 ** 16);
  let leftOut = 0;
  return {
    rows,
    add(row) {
      const key = tuple(row);
      if (kept.has(key) || kept.size < maxConversations) {
        kept.add(key);
        rows.push(row);
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

function tuple({ protocol, client, server }: Observation): string {
  const a = `${client.ip} ${client.port}`;
  const b = `${server.ip} ${server.port}`;
  return a < b ? `${protocol} ${a} ${b}` : `${protocol} ${b} ${a}`;
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
