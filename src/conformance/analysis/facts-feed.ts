import type { InventoryWithReadings } from '../../kube/inventory.js';
import type { NodeReading, PodReading, Reading, ServiceReading } from '../../kube/reading.js';
import type { ClusterFact, ClusterFactsChange } from '../../platform/cluster-facts.js';

/** Tells how the nodes, Pods and Services that the server shows changed since it was asked last. */
export interface FactsFeed {
  /**
   * JSON in UTF-8, one `ClusterFactsChange` a line; null where nothing changed, or nothing of the snapshot is shown. Lines
   * are short, so that who reads them one at a time can do something else in between.
   */
  next(inventory: InventoryWithReadings, upload: number): Uint8Array<ArrayBuffer> | null;
}

/** Facts in one line. */
const perPart = 250;

type Telling = NodeReading | PodReading | ServiceReading;

export function createFactsFeed(clusterId: string): FactsFeed {
  /** What was told of each object, by uid. */
  let told = new Map<string, string>();
  let begun = false;

  return {
    next({ inventory, readings }, upload) {
      if (inventory.state !== 'shown') return null;
      const shown = readings.filter((reading, i): reading is Telling => {
        return reading !== null && tells(reading) && inventory.objects[i]?.shown === true;
      });
      const nodeIps = new Set(shown.flatMap((reading) => (reading.kind === 'node' ? (reading.internalIp ?? []) : [])));
      const now = new Map<string, string>();
      const set: ClusterFact[] = [];
      for (const reading of inOrder(shown)) {
        const { uid } = reading.meta;
        const onHost = reading.kind === 'pod' && nodeIps.has(reading.podIp);
        const key = `${reading.digest} ${onHost}`;
        now.set(uid, key);
        if (told.get(uid) !== key) set.push(factOf(reading, onHost));
      }
      const gone = [...told.keys()].filter((uid) => !now.has(uid));
      told = now;
      const reset = !begun;
      begun = true;
      if (!reset && set.length === 0 && gone.length === 0) return null;
      return encode(partsOf({ clusterId, upload, reset, set, gone }));
    },
  };
}

function tells(reading: Reading): reading is Telling {
  return reading.kind === 'node' || reading.kind === 'pod' || reading.kind === 'service';
}

/** Nodes first: Pods are told to be on one. */
function inOrder(shown: readonly Telling[]): Telling[] {
  const nodes = shown.filter(({ kind }) => kind === 'node');
  return [...nodes, ...shown.filter(({ kind }) => kind !== 'node')];
}

function factOf(reading: Telling, onHost: boolean): ClusterFact {
  const { uid, name, namespace } = reading.meta;
  switch (reading.kind) {
    case 'node':
      return { kind: 'node', uid, name, ip: reading.internalIp ?? '', podCidr: reading.podCidr };
    case 'pod': {
      const containers = reading.containerIds.map((id) => id.slice(id.indexOf('://') < 0 ? 0 : id.indexOf('://') + 3));
      return { kind: 'pod', uid, namespace, name, ip: onHost ? '' : reading.podIp, hostIp: reading.hostIp, containers };
    }
    case 'service': {
      const ips = reading.clusterIp === '' || reading.clusterIp === 'None' ? [] : [reading.clusterIp];
      return { kind: 'service', uid, namespace, name, ips };
    }
  }
}

function* partsOf(change: Omit<ClusterFactsChange, 'more'>): Generator<ClusterFactsChange> {
  const { clusterId, upload, reset, set, gone } = change;
  const parts = Math.max(1, Math.ceil(Math.max(set.length, gone.length) / perPart));
  for (let part = 0; part < parts; part++) {
    const [from, to] = [part * perPart, (part + 1) * perPart];
    yield {
      ...{ clusterId, upload, reset: reset && part === 0, more: part < parts - 1 },
      set: set.slice(from, to),
      gone: gone.slice(from, to),
    };
  }
}

function encode(parts: Iterable<ClusterFactsChange>): Uint8Array<ArrayBuffer> {
  const text = [...parts].map((part) => `${JSON.stringify(part)}\n`).join('');
  return new TextEncoder().encode(text);
}
