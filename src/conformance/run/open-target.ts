import type { OptionalGroup } from '../../apiserver/discovery/resource-type.js';
import type { KubeObject } from '../../kube/kube-object.js';
import type { Clock } from '../../server/clock.js';
import type { KubeTarget } from '../kube-target.js';

/** What a scenario asks of the Kubernetes that it is played on. */
export interface TargetRequest {
  /** An existing, empty directory for kubeconfig and certificates. */
  readonly directory: string;
  readonly clock: Clock;
  /** Of uids, tokens and the like. */
  readonly seed: number;
  /** Held before anybody looks. */
  readonly objects: readonly KubeObject[];
  readonly groups?: readonly OptionalGroup[];
  readonly resourceVersions?: 'numeric' | 'opaque';
}

/**
 * Gives a scenario its Kubernetes: a new one each time, or a part of one that is there.
 *
 * @throws NotPlayable where that one cannot be what the scenario asks for
 */
export type OpenTarget = (request: TargetRequest) => Promise<KubeTarget>;

/** A scenario needs what this Kubernetes does not have. */
export class NotPlayable extends Error {
  override readonly name = 'NotPlayable';
}
