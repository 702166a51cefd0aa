import { type BoundedMap, createBoundedMap } from './bounded-map.js';
import { type ClusterMemory, emptyMemory } from './cluster-memory.js';
import type { SavedCluster } from './saved-state.js';
import type { OnWrite } from './state-write.js';

const maxClusters = 100_000;

/** What the server keeps of each cluster id, by `memoryKey`. */
export function createClusterMemories(
  saved: readonly SavedCluster[] = [],
  onWrite?: OnWrite<SavedCluster>,
): BoundedMap<ClusterMemory> {
  const memories = createBoundedMap<ClusterMemory>(maxClusters, (clusterId, memory) =>
    onWrite?.(clusterId, savedCluster(clusterId, memory), null),
  );
  for (const { clusterId, handshake, stored } of saved) {
    memories.set(clusterId, {
      ...emptyMemory,
      ...(handshake === null ? {} : { handshake: { ...handshake, version: BigInt(handshake.version) } }),
      ...(stored === null ? {} : { stored: { ...stored, version: BigInt(stored.version) } }),
    });
  }
  if (onWrite === undefined) return memories;
  return {
    ...memories,
    set: (clusterId, memory) => {
      const before = memories.get(clusterId);
      memories.set(clusterId, memory);
      onWrite(
        clusterId,
        before === undefined ? null : savedCluster(clusterId, before),
        savedCluster(clusterId, memory),
      );
    },
  };
}

export function saveClusterMemories(memories: BoundedMap<ClusterMemory>): readonly SavedCluster[] {
  return [...memories.entries()].map(([clusterId, memory]) => savedCluster(clusterId, memory));
}

function savedCluster(clusterId: string, { handshake, stored }: ClusterMemory): SavedCluster {
  return {
    clusterId,
    handshake: handshake === null ? null : { ...handshake, version: String(handshake.version) },
    stored: stored === null ? null : { ...stored, version: String(stored.version) },
  };
}
