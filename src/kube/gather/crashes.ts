import { count, type Draft, listed } from './draft.js';
import { fail, failureRank } from './failures.js';

/** Pods that come through with a value that the server does not survive lose the snapshot, and the controller with it. */
export function checkCrashes(draft: Draft, crashing: readonly number[]): void {
  if (!draft.traits.crashesOnHazards || crashing.length === 0) return;
  const names = crashing.map((row) => `${draft.rows[row]?.namespace}/${draft.rows[row]?.name}`);
  fail(draft, failureRank.crash, {
    code: 'controller-crash',
    text: 'panic',
    detail: `${count(crashing.length, 'Pod')} (${listed(names)}) make the controller process die: leave out what the hazards tell (a podIP that is no address, podNetworks, the virtual-kubelet label of the namespace).`,
  });
}
