import type { RecordedFinding } from '../../../journal/record.js';
import type { KubeRequest } from '../../../kube/kube-object.js';
import type { Stage } from '../../run/stage.js';
import { pod } from './kube-objects.js';

/** Creates a Pod and waits until it is uploaded: the sign that changes still arrive. */
export async function signArrives(stage: Stage, number: number, allowanceMs = stage.allowanceMs): Promise<boolean> {
  const owner = await stage.cluster.get('StatefulSet', 'store');
  const { metadata } = await stage.cluster.create(pod({ name: `store-${number}`, owner, number: 100 + number }));
  const uid = metadata.uid ?? '';
  return stage.until(`Pod ${metadata.name} is uploaded`, ({ standing }) => standing?.asked[uid] !== undefined, {
    uids: [uid],
    allowanceMs,
  });
}

/** What is found where a sign did not arrive. */
export function lost(stage: Stage, after: string, advice: string): RecordedFinding {
  return {
    request: stage.server.calls().at(-1)?.seq ?? 0,
    type: '*v1.Pod',
    found: `a Pod that was created after ${after} is not uploaded within ${stage.allowanceMs / 1000} s`,
    expected: 'an upload that holds it',
    message: `After ${after} the agent sees no change any more: ${advice}.`,
  };
}

export const isPods =
  (verb: string) =>
  (request: KubeRequest): boolean =>
    request.verb === verb && request.resource === 'pods';

/** Why a rule on watches says nothing of an agent that does not watch; null where it watches Pods. */
export async function withoutWatch(stage: Stage): Promise<string | null> {
  const watches = await stage.until('the agent watches Pods', ({ requests }) => requests.some(isPods('watch')));
  return watches ? null : 'the agent does not watch Pods: it only lists';
}
