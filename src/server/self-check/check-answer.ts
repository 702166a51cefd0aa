import { type AnswerBytes, decodeAnswer } from './checked-answer.js';
import { dataChecks } from './data-checks.js';
import { otherChecks } from './other-checks.js';
import type { SelfCheck, SelfCheckFault } from './self-check.js';
import { syncChecks } from './sync-checks.js';

/** All demands of agents that this server holds its answers against. */
export const selfChecks: readonly SelfCheck[] = [...syncChecks, ...dataChecks, ...otherChecks];

/** Which demands an answer of this server breaks. Takes as long as decoding it: some ms for large ones. */
export function checkAnswer(bytes: AnswerBytes): readonly SelfCheckFault[] {
  const call = bytes.path;
  try {
    const answer = decodeAnswer(bytes);
    if (answer === null) return [];
    return selfChecks.flatMap(({ id, check }) => [...check(answer)].map((broken) => ({ check: id, call, ...broken })));
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    return [{ check: 'decodes', call, field: '(the whole)', found, expected: 'a message of its type' }];
  }
}
