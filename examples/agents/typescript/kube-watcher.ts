/** One resource of Kubernetes, kept up to date: listed once, then watched for ever. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type KubeApi, KubeError } from './kube-api.js';
import type { KubeResource } from './kube-resources.js';
import type { Resource } from './reporter.js';
import { asObject, type Json, trim, typeOf } from './trim.js';

export interface KubeWatcher {
  readonly name: string;
  /** By uid. The last good set, also while there is an error. */
  readonly objects: ReadonlyMap<string, Resource>;
  /** All objects have been listed at least once. */
  readonly listed: boolean;
  /** Why it cannot be listed or watched at the moment; "" where it can. */
  readonly error: string;
  stop(): void;
}

export interface WatchSettings {
  readonly ingressType: string;
  /** Between two attempts, at most. */
  readonly longestPauseMs: number;
  /** An object is another than before. */
  readonly changed: () => void;
  readonly log: (message: string) => void;
}

const pageSize = '500';
/** The server ends a watch after this long. A connection that is dead without a sign costs as long. */
const watchSeconds = 45;
const harmlessFailures = 2;
const gone = 410;
const notFound = 404;

export function watchResource(api: KubeApi, resource: KubeResource, settings: WatchSettings): KubeWatcher {
  const stopping = new AbortController();
  const { signal } = stopping;
  let objects = new Map<string, Resource>();
  let listed = false;
  let error = '';
  /** "" until it is known where the resource is served. */
  let groupVersion = '';
  /** Where the watch goes on: as Kubernetes gave it, whatever it looks like. Null: list first. */
  let version: string | null = null;
  let failures = 0;

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const started = Date.now();
      let pause: number;
      try {
        if (groupVersion === '') groupVersion = await locate();
        version ??= await list();
        await follow(version);
        failures = 0;
        // A watch ends all the time; but a server that ends each at once is not to be asked without a pause.
        pause = 250 - (Date.now() - started);
      } catch (thrown) {
        pause = failed(thrown);
      }
      if (pause > 0) await sleep(pause, undefined, { signal }).catch(() => {});
    }
  }

  /** Notes what went wrong; answers how long to wait, ms. */
  function failed(thrown: unknown): number {
    failures++;
    const { status, retryAfterSeconds } = thrown instanceof KubeError ? thrown : { status: 0, retryAfterSeconds: 0 };
    // The events since the last version are forgotten.
    if (status === gone) version = null;
    // The cluster may have been upgraded and serve another version.
    if (status === notFound) groupVersion = '';
    const backoff = Math.min(settings.longestPauseMs, 500 * 2 ** Math.min(failures - 1, 16));
    // A connection that broke or a version that is too old is made good at once, and nothing is lost. But not for ever.
    if ((status === 0 || status === gone) && failures <= harmlessFailures) return failures === 1 ? 0 : backoff / 4;
    error = `${resource.name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    return retryAfterSeconds > 0 ? retryAfterSeconds * 1000 : backoff * (0.9 + Math.random() * 0.2);
  }

  /** Finds the group and version in which the cluster serves the resource; waits for as long as there is none. */
  async function locate(): Promise<string> {
    for (let tries = 0; ; tries++) {
      for (const candidate of resource.groupVersions) if (await isServed(candidate)) return candidate;
      if (objects.size > 0) throw new Error('the cluster does not serve it any longer');
      if (tries === 0) settings.log(`the cluster does not serve ${resource.name} in ${resource.groupVersions}`);
      listed = true;
      error = '';
      await sleep(60_000, undefined, { signal });
    }
  }

  async function isServed(candidate: string): Promise<boolean> {
    try {
      const { resources } = await api.get(rootOf(candidate), signal);
      return Array.isArray(resources) && resources.some((one) => asObject(one).name === resource.name);
    } catch (thrown) {
      if (thrown instanceof KubeError && thrown.status === notFound) return false;
      throw thrown;
    }
  }

  /** Replaces the set once all pages are there; answers the version of the list. */
  async function list(): Promise<string> {
    const next = new Map<string, Resource>();
    let page = await api.get(pathOf({ limit: pageSize }), signal);
    for (;;) {
      for (const item of page.items as Json[]) put(next, item);
      const token = asObject(page.metadata).continue;
      if (typeof token !== 'string' || token === '') break;
      try {
        page = await api.get(pathOf({ limit: pageSize, continue: token }), signal);
      } catch (thrown) {
        if (!(thrown instanceof KubeError) || thrown.status !== gone) throw thrown;
        // The pages that are left have expired: from the start and all at once, so that it comes to an end.
        next.clear();
        page = await api.get(pathOf({}), signal);
      }
    }
    objects = next;
    listed = true;
    settings.changed();
    return versionOf(page);
  }

  /** Watches until the stream ends, and moves `version` on with each event. */
  async function follow(from: string): Promise<void> {
    const query = {
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: `${watchSeconds}`,
      resourceVersion: from,
    };
    const opened = (): void => {
      error = '';
    };
    for await (const event of api.lines(pathOf(query), signal, (watchSeconds + 5) * 1000, opened)) {
      const object = asObject(event.object);
      if (event.type === 'ERROR') throw new KubeError(Number(object.code), `${object.code} ${object.message}`);
      failures = 0;
      version = versionOf(object);
      if (event.type === 'BOOKMARK') continue;
      if (event.type === 'DELETED') objects.delete(uidOf(object));
      else if (!put(objects, object)) continue;
      settings.changed();
    }
  }

  /** False where only what is not reported has changed. */
  function put(set: Map<string, Resource>, item: Json): boolean {
    // The items of a list do not say what they are.
    const object = { ...item, apiVersion: groupVersion, kind: resource.kind };
    const key = uidOf(item);
    const type = typeOf(object, settings.ingressType) ?? '';
    const json = JSON.stringify(trim(type, object));
    if (set.get(key)?.json === json) return false;
    set.set(key, { key, type, json });
    return true;
  }

  function pathOf(query: Readonly<Record<string, string>>): string {
    const selector: Record<string, string> =
      resource.fieldSelector === '' ? {} : { fieldSelector: resource.fieldSelector };
    return `${rootOf(groupVersion)}/${resource.name}?${new URLSearchParams({ ...query, ...selector })}`;
  }

  void run();
  return {
    name: resource.name,
    get objects() {
      return objects;
    },
    get listed() {
      return listed;
    },
    get error() {
      return error;
    },
    stop: () => stopping.abort(),
  };
}

function rootOf(groupVersion: string): string {
  return groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
}

function uidOf(object: Json): string {
  const { uid } = asObject(object.metadata);
  if (typeof uid !== 'string') throw new Error('an object without metadata.uid');
  return uid;
}

function versionOf(object: Json): string {
  return String(asObject(object.metadata).resourceVersion);
}
