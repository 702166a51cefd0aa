import type { Compat } from '../compat.js';
import type { PodReading } from '../reading.js';
import type { ShownNamespaces } from './namespaces.js';
import type { ShownNodes } from './nodes.js';

/** What a Pod is looked at against, besides its owner and the other Pods. */
export interface PodSurroundings {
  readonly compat: Compat;
  readonly nodes: ShownNodes;
  readonly namespaces: ShownNamespaces;
}

/** Gives the same object for surroundings that are as the ones before. */
export type KnownSurroundings = (surroundings: PodSurroundings) => PodSurroundings;

export function createKnownSurroundings(): KnownSurroundings {
  let last: PodSurroundings | null = null;
  return (surroundings) => {
    if (last === null || !isSame(last, surroundings)) last = surroundings;
    return last;
  };
}

/**
 * There is nothing to say of the Pod but that it is shown, if its owner is and no other Pod claims the same: neither hazard nor
 * note, and no identity but the uid. Nearly all Pods of a cluster are so, and stay so from one snapshot to the next as long as
 * Nodes and Namespaces do.
 */
export function isOrdinary(pod: PodReading, surroundings: PodSurroundings): boolean {
  return pod.ordinaryIn === surroundings;
}

function isSame(one: PodSurroundings, other: PodSurroundings): boolean {
  return (
    one.compat === other.compat &&
    holdSame(one.nodes.addresses, other.nodes.addresses) &&
    holdSame(new Set(one.nodes.podCidrs), new Set(other.nodes.podCidrs)) &&
    holdSame(one.namespaces.names, other.namespaces.names) &&
    holdSame(new Set(one.namespaces.virtualKubelet.keys()), new Set(other.namespaces.virtualKubelet.keys()))
  );
}

function holdSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  if (one.size !== other.size) return false;
  for (const text of one) if (!other.has(text)) return false;
  return true;
}
