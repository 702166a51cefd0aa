import type { PairSums } from '../content-digest.js';
import type { Labels, OwnerReferences } from '../reading.js';

/**
 * What an object mostly has in common with the one read before it: Pods of one workload have one owner, one Namespace and the same
 * labels. Such values are kept once for all of them, and digested once. What is read does not depend on it.
 */
export interface LastRead {
  namespace: string;
  labels: LastLabels | null;
  owner: LastOwner | null;
}

export interface LastLabels {
  readonly labels: Labels;
  /** In the order in which they came. */
  readonly keys: readonly string[];
  readonly values: readonly string[];
  readonly sums: PairSums;
}

export interface LastOwner {
  readonly references: OwnerReferences;
  readonly sums: PairSums;
}

export function createLastRead(): LastRead {
  return { namespace: '', labels: null, owner: null };
}
