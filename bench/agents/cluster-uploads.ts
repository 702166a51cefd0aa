import { type Cluster, changeCluster, makeCluster, typedObjects } from '../../fixtures/cluster/index.js';
import { encodeEntry } from '../../src/wire/entry-codec.js';
import { messageType } from '../../src/wire/protos.js';
import { trimmedObject } from '../trimmed-object.js';

/** The snapshots of one cluster, which goes to and fro between two states. */
export interface ClusterUploads {
  /** A whole upload. */
  upload(version: number, agentId: number): Buffer;
  heartbeat(version: number, agentId: number): Buffer;
  readonly objects: number;
}

/** Objects that agents send for each Pod of these clusters. */
const objectsPerPod = 1.59;

const request = messageType('agent.KubernetesAPISyncRequest');

/** Two states of a cluster, ready to be sent. */
export interface ClusterStates {
  readonly entries: readonly [Buffer, Buffer];
  /** In each of them. */
  readonly objects: number;
}

/** @param objects of each upload, about; 1 % of the Pods and Deployments are others in the second state */
export function makeClusterStates(seed: number, objects: number): ClusterStates {
  const cluster = makeCluster({ seed, pods: Math.max(1, Math.round(objects / objectsPerPod)) });
  /** What did not change is the same object, and its entry the same bytes. */
  const encoded = new Map<object, Buffer>();
  const first = entriesOf(cluster, encoded);
  const second = entriesOf(changeCluster(cluster, { seed: seed + 1, fraction: 0.01 }), encoded);
  return { entries: [first.bytes, second.bytes], objects: first.count };
}

export function uploadsOf(clusterId: string, { entries, objects }: ClusterStates): ClusterUploads {
  const head = (version: number, agentId: number): Buffer =>
    request.encode({ cluster_id: clusterId, version: String(version), agent_id: agentId, error_msg: '' });
  return {
    upload: (version, agentId) => Buffer.concat([head(version, agentId), entries[version % 2 === 0 ? 0 : 1]]),
    heartbeat: head,
    objects,
  };
}

/** The entries of a request alone: its other fields may stand before them. */
function entriesOf(cluster: Cluster, encoded: Map<object, Buffer>): { readonly bytes: Buffer; readonly count: number } {
  const entries = [...typedObjects(cluster)]
    .filter(({ type, object }) => type !== '*v1.ConfigMap' && !(type === '*v1.ReplicaSet' && isIdle(object)))
    .map(({ type, object }) => {
      const entry = encoded.get(object) ?? encodeEntry(trimmedObject(object));
      encoded.set(object, entry);
      return { type, compressed_info: entry };
    });
  return { bytes: request.encode({ entries }), count: entries.length };
}

function isIdle(replicaSet: object): boolean {
  return (replicaSet as { readonly spec?: { readonly replicas?: unknown } }).spec?.replicas === 0;
}
