import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { KubeObject } from '../kube/kube-object.js';
import { createAccessToken } from './access-token.js';
import { createCatalogue } from './discovery/catalogue.js';
import { defaultOptionalGroups, type OptionalGroup, resourceTypes } from './discovery/resource-type.js';
import { createKubeFaultEngine, type KubeFaultEngine } from './faults/fault-engine.js';
import { createTurns } from './handle/turns.js';
import { createAnswerSink } from './http/answer-sink.js';
import { readBody } from './http/body.js';
import { createCertificates, createToken } from './http/certificates.js';
import { type Exchange, openListeners } from './http/listeners.js';
import { readRequest } from './http/read-request.js';
import { kubeconfigText } from './kubeconfig.js';
import { createRequestHandler } from './request-handler.js';
import type { RequestHook } from './request-hook.js';
import { createRequestRecorder, type RequestListener, type WatchEventListener } from './request-recorder.js';
import { type ClusterStore, createClusterStore } from './store/cluster-store.js';
import { createObjectStore } from './store/object-store.js';
import { numericVersions, opaqueVersions } from './store/resource-versions.js';

export interface ApiServerOptions {
  readonly clock: { now(): number };
  /** A new uid with each call. */
  readonly ids: () => string;
  /** An existing folder; kubeconfigs, CA, token and the folder of a service account are written into it. */
  readonly directory: string;
  /** What GET /version says; default v1.30.2. */
  readonly kubernetesVersion?: string;
  /** Groups that not every cluster has; default: Ingresses in networking.k8s.io/v1. */
  readonly groups?: readonly OptionalGroup[];
  /** `opaque`: texts that cannot be read as numbers or compared; default `numeric`. */
  readonly resourceVersions?: 'numeric' | 'opaque';
  /** What the cluster holds at the start, in any order; objects need their namespaces among them. */
  readonly objects?: readonly KubeObject[];
  /** Namespaces that are made where `objects` lacks them; default: default and kube-system. */
  readonly namespaces?: readonly string[];
  /** Changes of each resource that watches can still start from; default 10,000. */
  readonly historyLimit?: number;
  /** Whether watches may ask for the first objects (sendInitialEvents); default true. */
  readonly watchList?: boolean;
  /** How often watches that allow bookmarks get one, ms; default 60,000. */
  readonly bookmarkMs?: number;
  /** Whether long lists are compressed for clients that take gzip; default true. */
  readonly gzip?: boolean;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Of the faults that strike by chance; default 1. */
  readonly seed?: number;
  /** Of HTTPS; default: any that is free. */
  readonly port?: number;
  readonly httpPort?: number;
}

/** A Kubernetes API without a cluster behind it: objects are what clients and its maker write, and nothing else. */
export interface RunningApiServer {
  /** Paths of kubeconfigs for HTTPS and for plain HTTP; both read the token from a file. */
  readonly kubeconfig: string;
  readonly httpKubeconfig: string;
  /** A folder with token, ca.crt and namespace, as pods have it. */
  readonly serviceAccount: string;
  readonly url: string;
  readonly httpUrl: string;
  /** PEM. */
  readonly ca: string;
  readonly gitVersion: string;
  token(): string;
  readonly store: ClusterStore;
  /** Of a watch: when the head of its answer is sent, and when it ends. */
  onRequest(listener: RequestListener): () => void;
  onWatchEvent(listener: WatchEventListener): () => void;
  /** Makes it misbehave. */
  readonly faults: KubeFaultEngine;
  /** Lets something step between requests and their answers; the first that does wins. */
  addHook(hook: RequestHook): () => void;
  /** Clients must read the token file again: the old token is answered 401. Requests that run go on. */
  rotateToken(): Promise<void>;
  breakConnections(how: 'close' | 'reset'): void;
  /** All watches that allow bookmarks get one now. */
  sendBookmarks(): void;
  close(): Promise<void>;
}

export async function startApiServer(options: ApiServerOptions): Promise<RunningApiServer> {
  const directory = resolve(options.directory);
  const gitVersion = options.kubernetesVersion ?? 'v1.30.2';
  const catalogue = createCatalogue(resourceTypes(options.groups ?? defaultOptionalGroups));
  const objects = createObjectStore({
    catalogue,
    clock: options.clock,
    ids: options.ids,
    versions: options.resourceVersions === 'opaque' ? opaqueVersions : numericVersions,
    historyLimit: options.historyLimit ?? 10_000,
  });
  const store = createClusterStore(objects, catalogue);
  await fill(store, options.objects ?? [], options.namespaces ?? ['default', 'kube-system']);

  const serviceAccount = join(directory, 'serviceaccount');
  await mkdir(serviceAccount, { recursive: true });
  const tokenFile = join(directory, 'token');
  const token = await createAccessToken([tokenFile, join(serviceAccount, 'token')], createToken);
  const recorder = createRequestRecorder(options.clock);
  const hooks = new Set<RequestHook>();
  const bookmarkWishes = new Set<() => void>();
  const handle = createRequestHandler({
    catalogue,
    store: objects,
    kubernetesVersion: gitVersion,
    watchList: options.watchList ?? true,
    bookmarkMs: options.bookmarkMs ?? 60_000,
    gzip: options.gzip ?? true,
    token: token.current,
    hook: (request) => {
      for (const hook of hooks) {
        const intervention = hook(request);
        if (intervention !== null) return intervention;
      }
      return null;
    },
    onBookmarkWish: (listener) => {
      bookmarkWishes.add(listener);
      return () => bookmarkWishes.delete(listener);
    },
  });

  let seq = 0;
  function onExchange({ request, response, secure, connection }: Exchange): void {
    seq += 1;
    const raw = { method: request.method ?? '', url: request.url ?? '', headers: request.headers };
    const read = readRequest(raw, seq, options.clock.now());
    const recorded = recorder.record(read.api, createAnswerSink(response, connection));
    void handle({ raw, read, needsToken: secure, body: () => readBody(request) }, recorded);
  }

  const certificates = await createCertificates();
  const listeners = await openListeners({
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    httpPort: options.httpPort ?? 0,
    certificates,
    onExchange,
  });
  const ca = join(directory, 'ca.crt');
  const kubeconfig = join(directory, 'kubeconfig');
  const httpKubeconfig = join(directory, 'kubeconfig-http');
  await Promise.all([
    writeFile(ca, certificates.ca),
    writeFile(join(serviceAccount, 'ca.crt'), certificates.ca),
    writeFile(join(serviceAccount, 'namespace'), 'default'),
    writeFile(kubeconfig, kubeconfigText(listeners.url, ca, tokenFile), { mode: 0o600 }),
    writeFile(httpKubeconfig, kubeconfigText(listeners.httpUrl, null, tokenFile), { mode: 0o600 }),
  ]);

  const { breakConnections } = listeners;
  const addHook = (hook: RequestHook) => {
    hooks.add(hook);
    return () => {
      hooks.delete(hook);
    };
  };
  const faults = createKubeFaultEngine(
    { addHook, rotateToken: token.rotate, breakConnections },
    { clock: options.clock, ...(options.seed === undefined ? {} : { seed: options.seed }) },
  );

  return {
    kubeconfig,
    httpKubeconfig,
    serviceAccount,
    url: listeners.url,
    httpUrl: listeners.httpUrl,
    ca: certificates.ca,
    gitVersion,
    token: token.current,
    store,
    onRequest: recorder.onRequest,
    onWatchEvent: recorder.onWatchEvent,
    faults,
    addHook,
    rotateToken: token.rotate,
    breakConnections,
    sendBookmarks: () => {
      for (const wish of [...bookmarkWishes]) wish();
    },
    close: listeners.close,
  };
}

/** Namespaces first; what was there from the beginning is no history. */
async function fill(store: ClusterStore, objects: readonly KubeObject[], namespaces: readonly string[]): Promise<void> {
  const given = objects.filter((object) => object.kind === 'Namespace');
  const names = new Set(given.map((object) => object.metadata.name));
  const missing = namespaces.filter((name) => !names.has(name));
  for (const name of missing) store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const turns = createTurns();
  for (const object of [...given, ...objects.filter((each) => each.kind !== 'Namespace')]) {
    store.create(object);
    await turns.pass();
  }
  store.compact();
}
