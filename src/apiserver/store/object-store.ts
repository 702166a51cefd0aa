import type { KubeChange, KubeObject } from '../../kube/kube-object.js';
import { apiError, badRequest } from '../api-error.js';
import { inVersion } from '../conversion/convert.js';
import { apiVersionOf, type Catalogue } from '../discovery/catalogue.js';
import type { ResourceType } from '../discovery/resource-type.js';
import { isJsonObject, type JsonObject } from '../json.js';
import { alreadyExists, conflict, notFound, terminating } from './errors.js';
import { newObject, timestamp } from './new-object.js';
import { createResourceTable, type ResourceTable, type TableEvent } from './resource-table.js';
import type { ResourceVersions } from './resource-versions.js';
import { type StoredObject, storedObject } from './stored-object.js';
import { type Part, updatedObject } from './updated-object.js';
import { nameProblem } from './validate.js';

export interface ObjectStoreOptions {
  readonly catalogue: Catalogue;
  readonly clock: { now(): number };
  /** A new uid with each call. */
  readonly ids: () => string;
  readonly versions: ResourceVersions;
  /** Events of each resource that can still be watched from. */
  readonly historyLimit: number;
}

/** What a write is bound to; 409 where it does not hold. */
export interface Preconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

export interface WriteOptions {
  /** Nothing is changed; only the outcome is told. */
  readonly dryRun?: boolean;
}

/** All objects of a cluster. Every method is done when it returns; refusals are thrown as ApiError. */
export interface ObjectStore {
  readonly versions: ResourceVersions;
  /** Counts all changes; the newest one. */
  readonly revision: number;
  table(type: ResourceType): ResourceTable;
  readonly tables: Iterable<ResourceTable>;
  /**
   * @param trusted the writer may set status, uid and creationTimestamp, as those do that make a cluster from nothing
   */
  create(
    type: ResourceType,
    namespace: string,
    input: JsonObject,
    options?: WriteOptions & { readonly trusted?: boolean },
  ): StoredObject;
  /** @param change gets the object as it is kept and gives what the write asks for, in any version of its kind */
  update(
    type: ResourceType,
    namespace: string,
    name: string,
    change: (old: KubeObject) => JsonObject,
    options: WriteOptions & { readonly part: Part },
  ): StoredObject;
  /** @returns its last state; one that finalizers hold is still there and has a deletionTimestamp */
  delete(type: ResourceType, namespace: string, name: string, options?: WriteOptions & Preconditions): StoredObject;
  onChange(listener: (change: KubeChange) => void): () => void;
  /** Forgets all history: watches and continue tokens from before are answered 410. */
  compact(): void;
}

const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';

export function createObjectStore(options: ObjectStoreOptions): ObjectStore {
  const { catalogue, clock, versions } = options;
  const tables = new Map<string, ResourceTable>();
  for (const type of catalogue.types) {
    if (!tables.has(type.storage)) tables.set(type.storage, createResourceTable(type, options.historyLimit));
  }
  const listeners = new Set<(change: KubeChange) => void>();
  const untold: { readonly table: ResourceTable; readonly event: TableEvent; readonly time: number }[] = [];
  let telling = false;
  let revision = 1;
  let generated = 0;

  function table(type: ResourceType): ResourceTable {
    const found = tables.get(type.storage);
    if (found === undefined) throw new Error(`no table for ${type.storage}`);
    return found;
  }

  function commit(into: ResourceTable, change: TableEvent['type'], object: KubeObject, before: StoredObject | null) {
    revision += 1;
    const now = storedObject(into.type, revision, stamped(object, revision));
    const event: TableEvent = { type: change, revision, now, before };
    into.apply(event);
    untold.push({ table: into, event, time: clock.now() });
    tell();
    return now;
  }

  /** A listener may write: what it does is told after what it was told. */
  function tell(): void {
    if (telling) return;
    telling = true;
    try {
      for (let next = untold.shift(); next !== undefined; next = untold.shift()) {
        const change: KubeChange = { time: next.time, change: words[next.event.type], object: next.event.now.object };
        for (const listener of [...listeners]) listener(change);
        next.table.tell(next.event);
      }
    } finally {
      telling = false;
    }
  }

  function stamped(object: KubeObject, at: number): KubeObject {
    return { ...object, metadata: { ...object.metadata, resourceVersion: versions.write(at) } };
  }

  function find(type: ResourceType, namespace: string, name: string): StoredObject {
    const found = table(type).get(namespace, name);
    if (found === undefined) throw notFound(type, name);
    return found;
  }

  function checkNamespace(type: ResourceType, namespace: string, name: string): void {
    if (!type.namespaced) return;
    const namespaces = catalogue.byPlural('', 'v1', 'namespaces');
    if (namespaces === undefined) return;
    const found = table(namespaces).get('', namespace);
    if (found === undefined) throw notFound(namespaces, namespace);
    if (found.object.metadata.deletionTimestamp !== undefined) throw terminating(type, name, namespace);
  }

  function freeName(type: ResourceType, namespace: string, prefix: string): string {
    for (;;) {
      generated += 1;
      let suffix = '';
      for (let rest = generated, at = 0; at < 5; at++, rest = Math.floor(rest / suffixLetters.length)) {
        suffix = suffixLetters[rest % suffixLetters.length] + suffix;
      }
      const name = prefix.slice(0, 58) + suffix;
      if (table(type).get(namespace, name) === undefined) return name;
    }
  }

  function checkVersion(stored: StoredObject, wanted: Preconditions, why: 'update' | 'precondition'): void {
    const { uid, resourceVersion } = stored.object.metadata;
    if (wanted.uid !== undefined && wanted.uid !== uid) {
      const told = `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`;
      throw conflict(stored.type, stored.name, told);
    }
    if (wanted.resourceVersion === undefined || wanted.resourceVersion === resourceVersion) return;
    throw conflict(
      stored.type,
      stored.name,
      why === 'update'
        ? 'the object has been modified; please apply your changes to the latest version and try again'
        : `Precondition failed: ResourceVersion in precondition: ${wanted.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`,
    );
  }

  function remove(into: ResourceTable, stored: StoredObject): StoredObject {
    return commit(into, 'DELETED', stored.object, stored);
  }

  /** The namespace is shown as terminating first, then all that is in it goes, then it goes itself. */
  function removeNamespace(into: ResourceTable, stored: StoredObject): StoredObject {
    const status = isJsonObject(stored.object.status) ? stored.object.status : {};
    const object: KubeObject = {
      ...stored.object,
      metadata: { ...stored.object.metadata, deletionTimestamp: timestamp(clock.now()) },
      status: { ...status, phase: 'Terminating' },
    };
    const doomed =
      stored.object.metadata.deletionTimestamp === undefined ? commit(into, 'MODIFIED', object, stored) : stored;
    for (const each of tables.values()) {
      if (!each.type.namespaced) continue;
      for (const content of each.all(stored.name)) end(each, content);
    }
    return isHeld(doomed.object) ? doomed : remove(into, into.get('', stored.name) ?? doomed);
  }

  function end(into: ResourceTable, stored: StoredObject): StoredObject {
    if (into.type.plural === 'namespaces') return removeNamespace(into, stored);
    if (!isHeld(stored.object)) return remove(into, stored);
    if (stored.object.metadata.deletionTimestamp !== undefined) return stored;
    const metadata = {
      ...stored.object.metadata,
      deletionTimestamp: timestamp(clock.now()),
      deletionGracePeriodSeconds: 0,
    };
    return commit(into, 'MODIFIED', { ...stored.object, metadata }, stored);
  }

  return {
    versions,
    get revision() {
      return revision;
    },
    table,
    get tables() {
      return tables.values();
    },
    create: (type, namespace, input, { dryRun = false, trusted = false } = {}) => {
      const into = table(type);
      const given = isJsonObject(input.metadata) ? input.metadata : {};
      const prefix = given.generateName;
      const named = given.name !== undefined && given.name !== '';
      const name =
        !named && typeof prefix === 'string' && prefix !== '' ? freeName(type, namespace, prefix) : given.name;
      const problem = nameProblem(type, name);
      if (problem !== null) throw problem;
      const known = String(name);
      checkNamespace(type, namespace, known);
      if (into.get(namespace, known) !== undefined) throw alreadyExists(type, known);
      const uid = trusted && typeof given.uid === 'string' && given.uid !== '' ? given.uid : options.ids();
      const converted = inVersion(asObject(type, input), preferredVersion(into));
      const born = newObject(into.type, converted, {
        name: known,
        namespace,
        uid,
        time: clock.now(),
        apiVersion: preferredVersion(into),
        keepStatus: trusted,
      });
      const checked = storedObject(into.type, revision, born);
      if (!trusted) ensureWritable(checked);
      return dryRun ? checked : commit(into, 'ADDED', born, null);
    },
    update: (type, namespace, name, change, { part, dryRun = false }) => {
      const into = table(type);
      const stored = find(type, namespace, name);
      const asked = change(stored.object);
      const metadata = isJsonObject(asked.metadata) ? asked.metadata : {};
      checkVersion(stored, { uid: textOf(metadata.uid), resourceVersion: textOf(metadata.resourceVersion) }, 'update');
      const converted = inVersion(asObject(type, asked), preferredVersion(into));
      const next = updatedObject(into.type, stored.object, converted, part);
      if (next === stored.object) return stored;
      const checked = storedObject(into.type, stored.revision, next);
      ensureWritable(checked);
      if (dryRun) return checked;
      const written = commit(into, 'MODIFIED', next, stored);
      const released = next.metadata.deletionTimestamp !== undefined && !isHeld(next);
      return released ? remove(into, written) : written;
    },
    delete: (type, namespace, name, { dryRun = false, uid, resourceVersion } = {}) => {
      const stored = find(type, namespace, name);
      checkVersion(stored, { uid, resourceVersion }, 'precondition');
      return dryRun ? stored : end(table(type), stored);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    compact: () => {
      for (const each of tables.values()) each.compact(revision);
    },
  };
}

const words = { ADDED: 'added', MODIFIED: 'modified', DELETED: 'deleted' } as const;

function preferredVersion(table: ResourceTable): string {
  return apiVersionOf(table.type.group, table.type.versions[0] ?? 'v1');
}

function isHeld(object: KubeObject): boolean {
  const finalizers = object.metadata.finalizers;
  return Array.isArray(finalizers) && finalizers.length > 0;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What was handed in, as an object of its type whatever it lacks: the store fills in the rest. */
function asObject(type: ResourceType, input: JsonObject): KubeObject {
  const apiVersion =
    typeof input.apiVersion === 'string' ? input.apiVersion : apiVersionOf(type.group, type.versions[0] ?? 'v1');
  const metadata = isJsonObject(input.metadata) ? input.metadata : {};
  return { ...input, kind: type.kind, apiVersion, metadata: { ...metadata, name: String(metadata.name ?? '') } };
}

/** An object that cannot be shown must not be kept. */
function ensureWritable(object: StoredObject): void {
  try {
    object.jsonAfterType(object.object.apiVersion);
  } catch (error) {
    if (error instanceof RangeError) throw badRequest('the object is nested too deeply');
    throw apiError(500, error instanceof Error ? error.message : String(error));
  }
}
