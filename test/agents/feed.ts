import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, makeCluster, toKubectlLists, toKubectlVersion } from '../../fixtures/cluster/index.js';
import type { KubeObject } from '../../src/kube/kube-object.js';
import { type KubeWorld, startKubeWorld } from './kube-world.js';

/** What an agent reads the cluster from. */
export interface Feed {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  set(state: Cluster): Promise<void>;
  /** Only the Pods become those of this state, all at once. */
  setPods(state: Cluster): Promise<void>;
  /** From now on the Pods cannot be read; an error names them `pods`. */
  fail(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

export interface FileFeed extends Feed {
  /** As a cron job would: whole files, moved into place. */
  put(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface KubeFeed extends Feed {
  readonly kube: KubeWorld;
}

/** A way to feed agents, and what the tests feed them. */
export interface FeedKind<SomeFeed extends Feed> {
  readonly cluster: Cluster;
  open(state: Cluster): Promise<SomeFeed>;
}

export const fileFeed: FeedKind<FileFeed> = { cluster: makeCluster({ seed: 11, pods: 40 }), open: openFileFeed };

/** ConfigMaps and the like are not asked of Kubernetes without being configured. */
export const kubeFeed: FeedKind<KubeFeed> = {
  cluster: makeCluster({ seed: 6, pods: 40, compat: 'v6.5', kruise: false }),
  open: openKubeFeed,
};

async function openFileFeed(state: Cluster): Promise<FileFeed> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-agent-'));
  let good = '';
  const put: FileFeed['put'] = async (name, text) => {
    await writeFile(join(folder, `${name}.new`), text);
    await rename(join(folder, `${name}.new`), join(folder, name));
  };
  const set: Feed['set'] = async (next) => {
    for (const [name, list] of toKubectlLists(next)) await put(name, JSON.stringify(list));
    await put('version.json', JSON.stringify(toKubectlVersion(next)));
  };
  await set(state);
  return {
    args: ['--from', folder],
    env: {},
    put,
    set,
    setPods: (next) => put('pods.json', JSON.stringify(toKubectlLists(next).get('pods.json'))),
    remove: (name) => rm(join(folder, name)),
    fail: async () => {
      good = await readFile(join(folder, 'pods.json'), 'utf8');
      await put('pods.json', good.slice(0, 500));
    },
    mend: () => put('pods.json', good),
    close: () => rm(folder, { recursive: true }),
  };
}

async function openKubeFeed(state: Cluster): Promise<KubeFeed> {
  const kube = await startKubeWorld({ objects: objectsOf(state), kubernetesVersion: state.version.gitVersion });
  let mend = (): void => {};
  return {
    kube,
    args: [],
    env: { KUBECONFIG: kube.server.kubeconfig },
    set: async (next) => kube.become(objectsOf(next)),
    setPods: async (next) => kube.become(objectsOf(next, '*v1.Pod'), 'pods'),
    fail: async () => {
      mend = kube.refuse('pods', 500);
    },
    mend: async () => mend(),
    close: kube.close,
  };
}

/** All objects of a made cluster, or those of one type. */
export function objectsOf(state: Cluster, type?: string): KubeObject[] {
  const objects = type === undefined ? [...state.objects.values()].flat() : (state.objects.get(type) ?? []);
  return objects.map((object) => ({ ...object, metadata: { ...object.metadata } }));
}
