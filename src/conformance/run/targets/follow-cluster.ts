import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { KubeChange, KubeObject } from '../../../kube/kube-object.js';
import type { Stop } from '../../kube-target.js';
import { createSignal } from '../signal.js';
import { type KubeClient, type KubeList, KubeRefusal, type KubeWatchEvent } from './kube-client.js';
import { collectionPath, type ServedType } from './served-types.js';

/** What a cluster holds, by our own watches. */
export interface ClusterFollower {
  objects(): readonly KubeObject[];
  find(uid: string): KubeObject | undefined;
  onChange(listener: (change: KubeChange) => void): Stop;
  /** Waits until this version of the object, or a later one, is known; @returns whether it came to be. */
  knows(uid: string, resourceVersion: string, timeoutMs: number): Promise<boolean>;
  /** @returns whether the object came to be gone */
  knowsGone(uid: string, timeoutMs: number): Promise<boolean>;
  /** resourceVersion that lists of a resource had so many of its changes ago; null where that is not remembered. */
  versionBefore(plural: string, changes: number): string | null;
  /** Resolves once the objects of these types are known; they are followed from then on. */
  follow(types: readonly ServedType[]): Promise<void>;
  close(): Promise<void>;
}

export interface FollowOptions {
  readonly client: KubeClient;
  readonly clock: { now(): number };
  /** Told of what goes wrong; following goes on. */
  readonly onProblem: (message: string) => void;
}

const pageSize = 500;
const retryMs = 200;
const keptVersions = 1_000;
const keptGone = 10_000;

export function createClusterFollower({ client, clock, onProblem }: FollowOptions): ClusterFollower {
  const held = new Map<string, KubeObject>();
  /** Last version of what is gone. */
  const gone = new Map<string, string>();
  const versions = new Map<string, string[]>();
  const listeners = new Set<(change: KubeChange) => void>();
  const changed = createSignal();
  const abort = new AbortController();
  setMaxListeners(0, abort.signal);
  const following: Promise<void>[] = [];
  const followed = new Set<string>();

  const tell = (type: ServedType, change: KubeChange['change'], object: KubeObject): void => {
    const { uid = '', resourceVersion = '' } = object.metadata;
    if (change === 'deleted') {
      held.delete(uid);
      gone.set(uid, resourceVersion);
      for (const oldest of gone.keys()) {
        if (gone.size <= keptGone) break;
        gone.delete(oldest);
      }
    } else {
      held.set(uid, object);
    }
    const known = versions.get(type.plural) ?? [];
    known.push(resourceVersion);
    versions.set(type.plural, known.length < 2 * keptVersions ? known : known.slice(-keptVersions));
    for (const listener of listeners) listener({ time: clock.now(), change, object });
    changed.notify();
  };

  /** @returns the version to watch from */
  const list = async (type: ServedType, isFirst: boolean): Promise<string> => {
    const there = new Set<string>();
    let version = '';
    for (let next: string | undefined = ''; next !== undefined; ) {
      const query: string = next === '' ? '' : `&continue=${encodeURIComponent(next)}`;
      const page: KubeList = await client.get<KubeList>(`${collectionPath(type)}?limit=${pageSize}${query}`);
      for (const item of page.items) {
        // Items of built-in kinds have neither of them.
        const object = { ...item, apiVersion: type.apiVersion, kind: type.kind };
        const { uid = '', resourceVersion } = object.metadata;
        there.add(uid);
        const before = held.get(uid);
        if (isFirst) held.set(uid, object);
        else if (before === undefined) tell(type, 'added', object);
        else if (before.metadata.resourceVersion !== resourceVersion) tell(type, 'modified', object);
      }
      version = page.metadata.resourceVersion;
      next = page.metadata.continue === '' ? undefined : page.metadata.continue;
    }
    if (isFirst) versions.set(type.plural, [version]);
    for (const object of [...held.values()]) {
      const isOfType = object.kind === type.kind && object.apiVersion === type.apiVersion;
      if (isOfType && !there.has(object.metadata.uid ?? '')) tell(type, 'deleted', object);
    }
    return version;
  };

  const take = (type: ServedType, event: KubeWatchEvent): void => {
    const { uid = '' } = event.object.metadata ?? {};
    if (event.type === 'DELETED') tell(type, 'deleted', event.object);
    else if (event.type === 'ADDED' || event.type === 'MODIFIED') {
      tell(type, held.has(uid) ? 'modified' : 'added', event.object);
    }
  };

  const watchOn = async (type: ServedType, from: string): Promise<void> => {
    let version: string | null = from;
    while (!abort.signal.aborted) {
      try {
        version ??= await list(type, false);
        const path: string = `${collectionPath(type)}?watch=true&allowWatchBookmarks=true&resourceVersion=${version}`;
        for await (const event of client.watch(path, abort.signal)) {
          if (event.type === 'ERROR') {
            version = null;
            break;
          }
          take(type, event);
          version = event.object.metadata.resourceVersion ?? null;
        }
      } catch (thrown) {
        if (abort.signal.aborted) return;
        if (thrown instanceof KubeRefusal && thrown.status === 410) version = null;
        onProblem(thrown instanceof Error ? thrown.message : String(thrown));
        await wait(retryMs);
      }
    }
  };

  const until = async (holds: () => boolean, timeoutMs: number): Promise<boolean> => {
    const deadline = performance.now() + timeoutMs;
    while (!holds()) {
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await changed.wait(left);
    }
    return true;
  };

  return {
    objects: () => [...held.values()],
    find: (uid) => held.get(uid),
    onChange: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    knows: (uid, resourceVersion, timeoutMs) =>
      until(() => {
        const known = held.get(uid)?.metadata.resourceVersion ?? gone.get(uid);
        return known !== undefined && isSameOrLater(known, resourceVersion);
      }, timeoutMs),
    knowsGone: (uid, timeoutMs) => until(() => gone.has(uid) && !held.has(uid), timeoutMs),
    versionBefore: (plural, changes) => versions.get(plural)?.at(-1 - changes) ?? versions.get(plural)?.[0] ?? null,
    async follow(types) {
      const more = types.filter(({ apiVersion, plural }) => !followed.has(`${apiVersion}/${plural}`));
      await Promise.all(
        more.map(async (type) => {
          followed.add(`${type.apiVersion}/${type.plural}`);
          const version = await list(type, true);
          following.push(watchOn(type, version));
        }),
      );
    },
    async close() {
      abort.abort();
      await Promise.all(following);
    },
  };
}

/** Clients must not compare versions; we do, as nothing is judged by it and every real server counts. */
function isSameOrLater(known: string, wanted: string): boolean {
  return known === wanted || Number(known) >= Number(wanted);
}
