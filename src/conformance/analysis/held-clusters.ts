import { AnalystFault } from '../analyst-fault.js';

/** What is held of clusters, the most recently used last, bounded by their number and by the bytes of their snapshots. */
export interface HeldClusters<T> {
  /** @throws AnalystFault where the cluster had to be let go; undefined where it was never held */
  get(clusterId: string): T | undefined;
  /** As `get`, but undefined for a cluster that was let go. */
  peek(clusterId: string): T | undefined;
  /** Puts the cluster last, and lets go of others where there are too many. */
  use(clusterId: string, value: T, bytes: number): void;
  values(): Iterable<T>;
  clear(): void;
}

export const heldClusterLimits = { clusters: 20_000, bytes: 512 * 1024 * 1024 } as const;

export function createHeldClusters<T>(
  limits: { clusters: number; bytes: number } = heldClusterLimits,
): HeldClusters<T> {
  const held = new Map<string, { readonly value: T; readonly bytes: number }>();
  let bytesHeld = 0;
  let letGo = 0;
  return {
    get(clusterId) {
      const found = held.get(clusterId);
      if (found === undefined && letGo > 0) throw notHeld(clusterId, letGo);
      return found?.value;
    },
    peek: (clusterId) => held.get(clusterId)?.value,
    use(clusterId, value, bytes) {
      bytesHeld += bytes - (held.get(clusterId)?.bytes ?? 0);
      held.delete(clusterId);
      held.set(clusterId, { value, bytes });
      for (const [longestUnused, { bytes: freed }] of held) {
        if (longestUnused === clusterId || (held.size <= limits.clusters && bytesHeld <= limits.bytes)) break;
        held.delete(longestUnused);
        bytesHeld -= freed;
        letGo += 1;
      }
    },
    *values() {
      for (const { value } of held.values()) yield value;
    },
    clear() {
      held.clear();
      bytesHeld = 0;
      letGo = 0;
    },
  };
}

function notHeld(clusterId: string, letGo: number): AnalystFault {
  return new AnalystFault(
    `The snapshot of cluster '${clusterId}' is not held: ${letGo} clusters had to be let go because there were too many, or their snapshots too large.`,
  );
}
