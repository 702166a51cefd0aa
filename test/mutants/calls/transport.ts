import type { CallMutant } from '../call-mutant.js';
import { replaceCall, withoutCalls } from '../change-calls.js';
import { isHeartbeat, isUpload } from '../recording.js';

export const transportMutants: readonly CallMutant[] = [
  {
    rule: 'transport/known-method',
    name: 'other-package',
    does: 'It calls the package of the other generation of servers and no other.',
    change: (calls) =>
      withoutCalls(calls, ({ outcome }) => outcome === 'unknown-method').map((call) => ({
        ...call,
        path: otherPackage(call.path ?? ''),
      })),
  },
  {
    rule: 'transport/known-method',
    name: 'misspelt',
    does: 'It spells the name of a method with other capitals.',
    change: (calls) =>
      replaceCall(calls, isHeartbeat, (call) => [
        { path: `${call.path?.replace('KubernetesAPISync', 'KubernetesApiSync')}`, outcome: 'unknown-method' },
        call,
      ]),
  },
  {
    rule: 'transport/size-within-limit',
    name: 'too-large',
    does: 'It sends a message that is over the limit before one that is not.',
    change: (calls) => replaceCall(calls, isUpload, (call) => [{ path: call.path ?? '', outcome: 'too-large' }, call]),
  },
  {
    rule: 'transport/one-call-at-a-time',
    name: 'impatient',
    does: 'It reports again while the report before has not been answered.',
    change: (calls) => replaceCall(calls, isHeartbeat, (call) => [{ ...call, takes: 1.5 }]),
  },
];

function otherPackage(path: string): string {
  return path.startsWith('/agent.') ? path.replace('/agent.', '/trident.') : path.replace('/trident.', '/agent.');
}
