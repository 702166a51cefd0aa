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
  /** The rows of each protocol, addresses and ports, as a row keeper has them. */
  readonly groups: Iterable<Observation[]>;
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
  const judged = joinRows(inputs.groups).map((joined) => {
    const conversation = buildConversation(joined, inputs.tags);
    const points = pointsOf(conversation);
    return { conversation, points, judgement: judge(conversation, points) };
  });
  return judged.sort((a, b) => a.conversation.firstTs - b.conversation.firstTs || compareText(nameOf(a), nameOf(b)));
}

function nameOf({ conversation: { protocol, client, server } }: JudgedConversation): string {
  return `${protocol} ${client.ip} ${client.port} ${server.ip} ${server.port}`;
}
