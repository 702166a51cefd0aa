import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type ApiServerOptions, type RunningApiServer, startApiServer } from '../../src/apiserver/api-server.js';
import type { AnswerSink, ApiRequest, Intervention } from '../../src/apiserver/request-hook.js';
import type { KubeObject, KubeRequest } from '../../src/kube/kube-object.js';

type Meddler = (request: ApiRequest) => Omit<Intervention, 'fault'> | null;

/** A Kubernetes API whose requests are remembered, and can be meddled with. */
export interface KubeWorld {
  readonly server: RunningApiServer;
  /** Watches that have begun, and all other requests that have ended, in order. */
  readonly requests: readonly KubeRequest[];
  /** Makes the cluster hold these objects, or only those of one resource. */
  become(objects: readonly KubeObject[], plural?: string): void;
  /** Meddles with requests until it is taken back, or so many times. */
  meddle(meddler: Meddler, times?: number): () => void;
  /** Lists and watches of a resource are answered with this status; watches that are open end. */
  refuse(plural: string, status: number, headers?: Readonly<Record<string, string>>): () => void;
  /** Ends the open watches of a resource. */
  endWatches(plural: string): void;
  close(): Promise<void>;
}

export async function startKubeWorld(options: Partial<ApiServerOptions> = {}): Promise<KubeWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-kube-'));
  const server = await startApiServer({ clock: { now: () => Date.now() }, ids: randomUUID, directory, ...options });
  const requests: KubeRequest[] = [];
  server.onRequest((request, phase) => {
    if (phase === (request.verb === 'watch' ? 'begin' : 'end')) requests.push(request);
  });
  const watches = new Map<AnswerSink, string>();
  const meddlers = new Set<Meddler>();
  server.addHook((request) => {
    let found: Omit<Intervention, 'fault'> | null = null;
    for (const meddler of meddlers) found ??= meddler(request);
    if (request.verb !== 'watch') return found && { fault: 'test', ...found };
    const track = (sink: AnswerSink): AnswerSink => {
      const wrapped = found?.wrap?.(sink) ?? sink;
      watches.set(wrapped, request.resource);
      sink.onClose(() => watches.delete(wrapped));
      return wrapped;
    };
    return { fault: 'test', ...found, wrap: track };
  });

  const meddle: KubeWorld['meddle'] = (change, times = Number.POSITIVE_INFINITY) => {
    let left = times;
    const meddler: Meddler = (request) => {
      const what = left > 0 ? change(request) : null;
      if (what !== null) left -= 1;
      return what;
    };
    meddlers.add(meddler);
    return () => void meddlers.delete(meddler);
  };
  const endWatches: KubeWorld['endWatches'] = (plural) => {
    for (const [sink, resource] of [...watches]) if (resource === plural) sink.end();
  };

  return {
    server,
    requests,
    meddle,
    endWatches,
    become(objects, plural) {
      const wanted = new Map(objects.map((object) => [keyOf(object), object]));
      const held = new Map(
        server.store.list(plural === undefined ? {} : { plural }).map((object) => [keyOf(object), object]),
      );
      for (const [key, object] of held) {
        const next = wanted.get(key);
        if (next !== undefined && next.metadata.uid === object.metadata.uid) continue;
        if (object.kind !== 'Namespace' || next !== undefined) server.store.delete(object);
        held.delete(key);
      }
      for (const [key, object] of wanted) {
        const { resourceVersion: _, ...metadata } = object.metadata;
        const next = { ...object, metadata };
        const before = held.get(key);
        if (before === undefined) server.store.create(next);
        else if (!isDeepStrictEqual(before, object)) server.store.update(next);
      }
    },
    refuse(plural, status, headers = {}) {
      const stop = meddle(({ resource, verb }) =>
        resource === plural && (verb === 'list' || verb === 'watch') ? { answer: statusAnswer(status, headers) } : null,
      );
      endWatches(plural);
      return stop;
    },
    close: async () => {
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** An answer with a Status. */
export function statusAnswer(
  code: number,
  headers: Readonly<Record<string, string>> = {},
): (sink: AnswerSink) => Promise<void> {
  return async (sink) => {
    const reasons: Readonly<Record<number, string>> = { 403: 'Forbidden', 410: 'Expired', 429: 'TooManyRequests' };
    const body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `as the test wants it: ${code}`,
      reason: reasons[code] ?? 'InternalError',
      code,
    };
    sink.begin(code, { 'content-type': 'application/json', ...headers });
    await sink.write(Buffer.from(JSON.stringify(body)));
    sink.end();
  };
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return [apiVersion, kind, metadata.namespace ?? '', metadata.name].join(' ');
}
