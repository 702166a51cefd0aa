import type { KubeChange, KubeObject } from '../../kube/kube-object.js';
import { type ApiError, apiError } from '../api-error.js';
import { apiVersionOf, type Catalogue } from '../discovery/catalogue.js';
import type { ResourceType } from '../discovery/resource-type.js';
import type { ObjectStore } from './object-store.js';

/** Names an object. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/**
 * The cluster as its maker sees it: not bound to what clients may write. Objects that are handed in or out are never
 * changed afterwards, on either side. All refusals are thrown as ApiError.
 */
export interface ClusterStore {
  /** Keeps uid, creationTimestamp and status where they are given. */
  create(object: KubeObject): KubeObject;
  /** Replaces all of it, status included; a resourceVersion that is given must be the current one. */
  update(object: KubeObject): KubeObject;
  /** Applies a function to the object as it is. */
  change(ref: ObjectRef, change: (object: KubeObject) => KubeObject): KubeObject;
  /** A namespace goes with all that is in it. */
  delete(ref: ObjectRef): void;
  get(ref: ObjectRef): KubeObject | undefined;
  /** All objects, by resource and name; each once, in the preferred version of its resource. */
  list(only?: { readonly plural?: string; readonly namespace?: string }): readonly KubeObject[];
  onChange(listener: (change: KubeChange) => void): () => void;
  /** Forgets all history: watches and continue tokens from before are answered 410. */
  compact(): void;
}

export function createClusterStore(store: ObjectStore, catalogue: Catalogue): ClusterStore {
  function typeOf(ref: ObjectRef): ResourceType {
    const type = catalogue.byKind(ref.apiVersion, ref.kind);
    if (type === undefined) throw unknownKind(ref, catalogue);
    return type;
  }
  const namespaceOf = (type: ResourceType, ref: ObjectRef) =>
    type.namespaced ? (ref.metadata.namespace ?? 'default') : '';

  return {
    create: (object) => {
      const type = typeOf(object);
      return store.create(type, namespaceOf(type, object), object, { trusted: true }).object;
    },
    update: (object) => {
      const type = typeOf(object);
      const written = store.update(type, namespaceOf(type, object), object.metadata.name, () => object, {
        part: 'all',
      });
      return written.object;
    },
    change: (ref, change) => {
      const type = typeOf(ref);
      return store.update(type, namespaceOf(type, ref), ref.metadata.name, change, { part: 'all' }).object;
    },
    delete: (ref) => {
      const type = typeOf(ref);
      store.delete(type, namespaceOf(type, ref), ref.metadata.name);
    },
    get: (ref) => {
      const type = typeOf(ref);
      return store.table(type).get(namespaceOf(type, ref), ref.metadata.name)?.object;
    },
    list: ({ plural, namespace } = {}) => {
      const found: KubeObject[] = [];
      for (const table of store.tables) {
        if (plural !== undefined && table.type.plural !== plural) continue;
        for (const { object } of table.all(namespace ?? null)) found.push(object);
      }
      return found;
    },
    onChange: store.onChange,
    compact: store.compact,
  };
}

function unknownKind(ref: ObjectRef, catalogue: Catalogue): ApiError {
  const served = [
    ...new Set(catalogue.types.flatMap((type) => type.versions.map((version) => apiVersionOf(type.group, version)))),
  ];
  return apiError(
    404,
    `no matches for kind ${JSON.stringify(ref.kind)} in version ${JSON.stringify(ref.apiVersion)}; this API serves ${served.join(', ')}. Groups that are optional have to be switched on when it is started.`,
  );
}
