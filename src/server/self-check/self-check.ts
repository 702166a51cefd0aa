import type { CheckedAnswer } from './checked-answer.js';

/** Something that agents demand of their server. A server that does not keep it makes them idle, leave or crash. */
export interface SelfCheck {
  readonly id: string;
  /** What is demanded and what an agent does without it, one sentence. */
  readonly demand: string;
  /** What is wrong with the answer; nothing for those that the demand is not about. */
  readonly check: (answer: CheckedAnswer) => Iterable<BrokenDemand>;
}

export interface BrokenDemand {
  /** As in the .proto file, e.g. `dynamic_config.agent_id`. */
  readonly field: string;
  readonly found: string;
  readonly expected: string;
}

/** A demand that an answer of this server broke: a fault of the server, not of the agent. */
export interface SelfCheckFault extends BrokenDemand {
  /** Id of the check. */
  readonly check: string;
  /** Path of the method. */
  readonly call: string;
}

export function selfCheckFaultText({ check, call, field, found, expected }: SelfCheckFault): string {
  return `self-check ${check}: the answer to ${call} has in ${field} ${found}, expected ${expected}`;
}
