import type { LabVariant } from './cni-lab.js';
import type { Span } from './plan.js';
import type { LabPoint } from './points.js';

/** Only the nodes' own NICs are captured, where the row wants the Pods' too. */
export function leavesOutPodNics(span: Span, points: readonly LabPoint[]): LabVariant {
  return {
    name: 'Pod NICs are not captured',
    span,
    set: { tap_interface_regex: 'eth0' },
    points,
    verdict: 'fail',
    advice: 'nic-not-captured',
  };
}
