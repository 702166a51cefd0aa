import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../../kube/kube-object.js';
import { SceneNotSet } from '../stage.js';
import type { ClusterFollower } from './follow-cluster.js';
import type { KubeClient } from './kube-client.js';
import { type OwnNamespace, ownObject, ownUpdate, refusedLabel } from './own-object.js';
import { atOnce, collectionPath, type ServedType, typeOf } from './served-types.js';

/** Writes in the namespace of the run. Each resolves when our own watch has shown it. */
export interface ObjectWriter {
  create(object: KubeObject): Promise<KubeObject>;
  update(object: KubeObject): Promise<KubeObject>;
  delete(object: KubeObject): Promise<void>;
}

export interface ObjectWriterOptions {
  readonly client: KubeClient;
  readonly follower: ClusterFollower;
  readonly types: () => readonly ServedType[];
  readonly own: Omit<OwnNamespace, 'uids'>;
}

const showMs = 10_000;

export function createObjectWriter({ client, follower, types, own: place }: ObjectWriterOptions): ObjectWriter {
  const uids = new Map<string, string>();
  const own: OwnNamespace = { ...place, uids };

  const ownType = (object: KubeObject): ServedType => {
    const type = typeOf(types(), object);
    if (type === undefined) throw new SceneNotSet(`this Kubernetes does not serve ${object.apiVersion} ${object.kind}`);
    if (!type.namespaced) {
      throw new SceneNotSet(
        `${object.kind} ${object.metadata.name} belongs to the whole cluster; on a real one only objects of the run's namespace are written`,
      );
    }
    return type;
  };

  const pathOf = (type: ServedType, name: string): string => `${collectionPath(type, own.namespace)}/${name}`;

  const shown = async (object: KubeObject): Promise<KubeObject> => {
    const { uid = '', resourceVersion = '', name } = object.metadata;
    if (!(await follower.knows(uid, resourceVersion, showMs))) {
      throw new Error(`${object.kind} ${name} was written, and our own watch does not show it within ${showMs} ms.`);
    }
    return object;
  };

  /** A plain write leaves the status as it is. */
  const withStatus = async (type: ServedType, written: KubeObject, status: unknown): Promise<KubeObject> => {
    if (!type.hasStatus || !differs(status, written.status)) return written;
    const path = `${pathOf(type, written.metadata.name)}/status`;
    return client.send('PUT', path, { ...written, status });
  };

  return {
    async create(object) {
      const type = ownType(object);
      const made = await client.send('POST', collectionPath(type, own.namespace), {
        ...ownObject(object, own),
        apiVersion: type.apiVersion,
      });
      if (object.metadata.uid !== undefined) uids.set(object.metadata.uid, made.metadata.uid ?? '');
      return shown(await withStatus(type, made, object.status));
    },
    async update(object) {
      const type = ownType(object);
      const label = refusedLabel(object);
      if (label !== null) throw new SceneNotSet(`a real Kubernetes takes no label '${label}'`);
      const path = pathOf(type, object.metadata.name);
      const held = await client.get<KubeObject>(path);
      const written = await client.send('PUT', path, ownUpdate(object, held, own));
      return shown(await withStatus(type, written, object.status));
    },
    async delete(object) {
      const type = ownType(object);
      const uid = uids.get(object.metadata.uid ?? '') ?? object.metadata.uid ?? '';
      await client.send('DELETE', `${pathOf(type, object.metadata.name)}?${atOnce}`);
      if (!(await follower.knowsGone(uid, showMs))) {
        throw new Error(
          `${object.kind} ${object.metadata.name} was deleted, and our own watch still shows it after ${showMs} ms.`,
        );
      }
    },
  };
}

/** Whether anything of the wanted status is not so. */
function differs(wanted: unknown, held: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) return !isDeepStrictEqual(wanted, held);
  const there = (held ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).some(([key, value]) => differs(value, there[key]));
}
