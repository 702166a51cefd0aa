import { type Cluster, changeCluster, makeCluster, type TypedObject, typedObjects } from '../fixtures/cluster/index.js';
import { encodeEntry } from '../src/wire/entry-codec.js';
import { messageType } from '../src/wire/protos.js';
import { trimmedObject } from './trimmed-object.js';

/** Two uploads of one cluster, as request messages of KubernetesAPISync. */
export interface Uploads {
  readonly first: Uint8Array;
  /** 1 % of the Pods and Deployments have changed since the first. */
  readonly second: Uint8Array;
  readonly entries: number;
}

export const benchClusterId = 'bench';

export function makeUploads(pods: number): Uploads {
  const cluster = makeCluster({ seed: 1, pods });
  /** What did not change is the same object, and its entry the same bytes. */
  const encoded = new Map<object, Buffer>();
  const encode = ({ type, object }: TypedObject): Buffer => {
    const known = encoded.get(object);
    if (known !== undefined) return known;
    const entry = encodeEntry(type === '*v1.Pod' ? podOfRealSize(trimmedObject(object)) : trimmedObject(object));
    encoded.set(object, entry);
    return entry;
  };
  const request = (objects: Iterable<TypedObject>, version: string): { bytes: Uint8Array; count: number } => {
    const entries = Array.from(objects, (typed) => ({ type: typed.type, compressed_info: encode(typed) }));
    const message = { cluster_id: benchClusterId, version, agent_id: 1, source_ip: '10.0.0.9', entries };
    return { bytes: messageType('agent.KubernetesAPISyncRequest').encode(message), count: entries.length };
  };
  const first = request(needed(cluster), '1714384958');
  const second = request(needed(changeCluster(cluster, { seed: 2, fraction: 0.01 })), '1714385018');
  return { first: first.bytes, second: second.bytes, entries: first.count };
}

/** What a frugal agent sends: neither ConfigMaps nor the ReplicaSets of old revisions. */
function* needed(cluster: Cluster): Generator<TypedObject> {
  for (const typed of typedObjects(cluster)) {
    if (typed.type === '*v1.ConfigMap') continue;
    if (typed.type === '*v1.ReplicaSet' && 'spec' in typed.object && replicasOf(typed.object.spec) === 0) continue;
    yield typed;
  }
}

function replicasOf(spec: unknown): unknown {
  return (spec as { readonly replicas?: unknown }).replicas;
}

/**
 * A Pod of a real cluster has about 2.7 KB. What is beyond the needed fields stands here as volumes that repeat: Pods as
 * they are would make an upload over the server's limit.
 */
function podOfRealSize(pod: unknown): unknown {
  return { ...(pod as object), spec: { volumes } };
}

const volumes = Array.from({ length: 12 }, (_, index) => ({
  name: `kube-api-access-${index}`,
  projected: { defaultMode: 420, sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } }] },
}));
