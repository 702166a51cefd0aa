import { parseObject } from '../http/body.js';
import type { AnswerSink } from '../request-hook.js';
import { answerJson } from './answer.js';

/** Whether a path asks what the client may do; it may do everything. */
export function isAccessReview(group: string, plural: string): boolean {
  return group === 'authorization.k8s.io' && plural === 'selfsubjectaccessreviews';
}

/** @throws ApiError 400 */
export function answerAccessReview(sink: AnswerSink, body: Buffer): void {
  const review = { ...parseObject(body, 'json'), status: { allowed: true } };
  answerJson(sink, 201, Buffer.from(`${JSON.stringify(review)}\n`));
}
