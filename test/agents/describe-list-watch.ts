import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeCluster, touchCluster } from '../../fixtures/cluster/index.js';
import type { ApiServerOptions } from '../../src/apiserver/api-server.js';
import type { AnswerSink } from '../../src/apiserver/request-hook.js';
import type { KubeObject } from '../../src/kube/kube-object.js';
import { clean, full } from './describe-agent.js';
import { type ExampleAgent, type Prepared, type RunningAgent, startAgent } from './example-agents.js';
import { kubeFeed, objectsOf } from './feed.js';
import { type KubeWorld, startKubeWorld, statusAnswer } from './kube-world.js';
import { type Report, startTinyServer, type TinyServer, type TinyServerOptions } from './tiny-server.js';

const objects = objectsOf(kubeFeed.cluster);
const somePod = objects.find(({ kind }) => kind === 'Pod') ?? missing('Pod');
const someService = objects.find(({ kind }) => kind === 'Service') ?? missing('Service');

export interface ListWatchTraits {
  /** client-go asks a cache for its first list, which gives it whole. */
  readonly pages: boolean;
}

/** What all example agents have to do that list and watch Kubernetes. */
export function describeListWatch(example: ExampleAgent, traits: ListWatchTraits): void {
  describe(`the ${example.name} agent on a Kubernetes API`, () => {
    let prepared: Prepared;
    const worlds: KubeWorld[] = [];
    const servers: TinyServer[] = [];
    const agents: RunningAgent[] = [];

    beforeAll(async () => {
      prepared = await example.prepare();
    }, 900_000);

    beforeEach((context) => {
      if ('absent' in prepared) context.skip(prepared.absent);
    });

    afterEach(async () => {
      await Promise.all(agents.splice(0).map((agent) => agent.stop()));
      for (const server of servers.splice(0)) server.stop();
      await Promise.all(worlds.splice(0).map((world) => world.close()));
    });

    async function worldOf(options: Partial<ApiServerOptions> = {}): Promise<KubeWorld> {
      const world = await startKubeWorld({ objects, ...options });
      worlds.push(world);
      return world;
    }

    async function serve(options: Partial<TinyServerOptions> = {}): Promise<TinyServer> {
      const server = await startTinyServer({ packages: ['agent'], agentId: 7, ...options });
      servers.push(server);
      return server;
    }

    function start(world: KubeWorld, server: TinyServer, env: Readonly<Record<string, string>> = {}): RunningAgent {
      const agent = startAgent('command' in prepared ? prepared.command : [], {
        server: server.address,
        args: [],
        env: { KUBECONFIG: world.server.kubeconfig, ...env },
      });
      agents.push(agent);
      return agent;
    }

    /** Resolves once an upload holds what Kubernetes holds, and nothing else. */
    async function upToDate(world: KubeWorld, server: TinyServer, from = 0): Promise<Report> {
      const wanted = uidsOf(world.server.store.list());
      return server.report((report) => full(report) && clean(report) && same(reported(report), wanted), from);
    }

    /** The agent is up, and all its watches are open. */
    async function settled(options: Partial<ApiServerOptions> = {}, serverOptions: Partial<TinyServerOptions> = {}) {
      const world = await worldOf(options);
      const server = await serve(serverOptions);
      const agent = start(world, server);
      await upToDate(world, server);
      const watched = (): number =>
        new Set(world.requests.filter(({ verb }) => verb === 'watch').map(({ resource }) => resource)).size;
      await expect.poll(watched, { timeout: 10_000 }).toBe(10);
      return { world, server, agent };
    }

    test('uploads what is added, changed and deleted, and no noise', async () => {
      const { world, server } = await settled();
      const { store } = world.server;
      const uploads = server.reports.filter(full).length;
      world.become(objectsOf(touchCluster(kubeFeed.cluster, { seed: 1 })));
      await server.report(() => true, server.reports.length + 2);
      expect(server.reports.filter(full)).toHaveLength(uploads);

      store.create(newPod('added'));
      await upToDate(world, server);
      const before = server.reports.length;
      store.change(newPod('added'), (pod) => ({ ...pod, status: { ...statusOf(pod), podIP: '10.9.9.9' } }));
      await server.report((report) => JSON.stringify(report.entries).includes('10.9.9.9'), before);
      store.delete(newPod('added'));
      store.create(newPod('added'));
      await upToDate(world, server, before);
      for (const ingress of store.list({ plural: 'ingresses' })) store.delete(ingress);
      const { entries } = await upToDate(world, server, before);
      expect(entries.filter(({ type }) => type === '*v1.Ingress')).toEqual([]);
    });

    test('reads only, and only what it reports', async () => {
      const { world } = await settled();
      const verbs = new Set(world.requests.map(({ verb }) => verb));
      for (const verb of ['version', 'discovery', 'list', 'watch']) verbs.delete(verb);
      expect([...verbs]).toEqual([]);
      expect(new Set(world.requests.map(({ resource }) => resource))).toEqual(
        new Set([
          ...['', 'nodes', 'namespaces', 'pods', 'services', 'replicationcontrollers', 'deployments', 'statefulsets'],
          ...['daemonsets', 'replicasets', 'ingresses'],
        ]),
      );
    });

    test('watches from the version of the list, whatever it looks like', async () => {
      const { world, server } = await settled({ resourceVersions: 'opaque' });
      world.server.store.create(newPod('added'));
      await upToDate(world, server);
      world.endWatches('pods');
      world.server.store.create(newPod('later'));
      await upToDate(world, server);
      expect(lists(world, 'pods').length).toBe(lists(world, 'nodes').length);
    });

    test.each([
      ['ends', (sink: AnswerSink) => sink.end()],
      ['is reset', (sink: AnswerSink) => sink.resetStream()],
    ])('a watch that %s is resumed without an error, and nothing is lost', async (_, cut) => {
      const { world, server } = await settled();
      const stop = world.meddle(
        ({ verb, resource }) =>
          verb === 'watch' && resource === 'pods' ? { wrap: (sink) => cutAfterLines(sink, 1, cut) } : null,
        2,
      );
      world.endWatches('pods');
      for (const name of ['a', 'b', 'c']) {
        world.server.store.create(newPod(name));
        await upToDate(world, server);
      }
      stop();
      expect(errorsOf(server)).toEqual([]);
    });

    test('a watch that ends in mid-line or in mid-character is resumed', async () => {
      const { world, server } = await settled();
      world.meddle(({ verb, resource }) => (verb === 'watch' && resource === 'pods' ? { wrap: cutInLine } : null), 1);
      world.endWatches('pods');
      world.server.store.create(newPod('half'));
      await upToDate(world, server);
      expect(errorsOf(server)).toEqual([]);
    });

    test('characters that are split over chunks arrive whole', async () => {
      const world = await worldOf();
      const server = await serve();
      world.meddle(() => ({ wrap: splitCharacters }));
      start(world, server);
      await upToDate(world, server);
      world.server.store.create(newPod('labelled', { team: 'Überwachung 监控' }));
      await server.report((report) => JSON.stringify(report.entries).includes('Überwachung 监控'));
    });

    test.each([
      ['as a status', statusAnswer(410)],
      ['as an event', goneEvent],
    ])('lists again when its version is gone, told %s', async (_, answer) => {
      const { world, server } = await settled();
      const before = lists(world, 'pods').length;
      world.meddle(({ verb, resource }) => (verb === 'watch' && resource === 'pods' ? { answer } : null), 1);
      world.server.store.create(newPod('unseen'));
      world.endWatches('pods');
      await expect.poll(() => lists(world, 'pods').length, { timeout: 10_000 }).toBeGreaterThan(before);
      world.server.store.create(newPod('added'));
      await upToDate(world, server);
      expect(errorsOf(server)).toEqual([]);
    });

    test.runIf(traits.pages)('lists in pages, and from the start where the rest has expired', async () => {
      const many = objectsOf(makeCluster({ seed: 3, pods: 1_200, compat: 'v6.5', kruise: false }));
      const world = await worldOf({ objects: many });
      const server = await serve();
      world.meddle(
        ({ resource, query }) => (resource === 'pods' && query.continue ? { list: { expireContinue: true } } : null),
        1,
      );
      start(world, server);
      await upToDate(world, server);
      expect(lists(world, 'pods').length).toBeGreaterThan(2);
    });

    test('a type that is forbidden is named, with the last good content, while the others go on', async () => {
      const { world, server } = await settled();
      const first = server.reports.find(full);
      const allow = world.refuse('services', 403);
      const bad = await server.report((report) => !clean(report));
      expect(bad.errorMsg).toContain('services');
      expect(bad.errorMsg).not.toContain('pods');
      expect(bad).toMatchObject({ version: first?.version });
      expect(same(reported(bad), reported(first))).toBe(true);
      world.server.store.delete(someService);
      world.server.store.delete(somePod);
      await server.report((report) => !clean(report), server.reports.length + 3);
      allow();
      await upToDate(world, server, server.reports.length);
    });

    test('what cannot be listed at the start is never told as "there is none"', async () => {
      const world = await worldOf();
      const server = await serve();
      const allow = world.refuse('services', 403);
      start(world, server);
      const bad = await server.report(() => true);
      expect(bad).toMatchObject({ entries: [] });
      expect(bad.errorMsg).toContain('services');
      allow();
      await upToDate(world, server);
      expect(server.reports.filter(full).every(clean)).toBe(true);
    });

    test('waits for as long as 429 wants it', async () => {
      const { world, server } = await settled();
      const allow = world.refuse('pods', 429, { 'retry-after': '2' });
      const refused = (): number[] => world.requests.filter(({ status }) => status === 429).map(({ time }) => time);
      await expect.poll(() => refused().length, { timeout: 15_000 }).toBeGreaterThan(2);
      allow();
      const [a = 0, b = 0, c = 0] = refused();
      expect(b - a).toBeGreaterThan(1_900);
      expect(c - b).toBeGreaterThan(1_900);
      world.server.store.create(newPod('added'));
      await upToDate(world, server);
    });

    test('reads the token again', async () => {
      const { world, server } = await settled();
      await world.server.rotateToken();
      world.server.breakConnections('close');
      world.server.store.create(newPod('added'));
      await upToDate(world, server);
    });

    test('finds Ingresses where older clusters serve them', async () => {
      const { world, server } = await settled({ groups: ['extensions/v1beta1'], objects: asExtensions(objects) });
      expect(world.requests.some(({ group, verb }) => group === 'extensions' && verb === 'watch')).toBe(true);
      const upload = server.reports.find(full);
      expect(upload?.entries.some(({ type }) => type === '*v1.Ingress')).toBe(true);
    });

    test('reports what the group configuration names, that of the server', async () => {
      const openshift = makeCluster({ seed: 6, pods: 40, compat: 'v6.5', kruise: false, openshift: true });
      const world = await worldOf({ objects: objectsOf(openshift), groups: ['route.openshift.io/v1'] });
      const groupConfig = 'kubernetes-resources: [{name: ingresses, disabled: true}, {name: routes}]';
      const server = await serve({ packages: ['trident'], groupConfig });
      start(world, server);
      const { entries } = await upToDate(world, server);
      expect(entries.some(({ object }) => object.kind === 'Route')).toBe(true);
      expect(world.requests.some(({ resource }) => resource === 'ingresses')).toBe(false);
    });

    test('reports what the group configuration names, that of the file', async () => {
      const kruise = makeCluster({ seed: 6, pods: 80, compat: 'v6.5', kruise: true });
      const world = await worldOf({
        objects: objectsOf(kruise),
        groups: ['networking.k8s.io/v1', 'apps.kruise.io/v1alpha1', 'apps.kruise.io/v1beta1'],
      });
      const server = await serve();
      start(world, server, { PLUMBLINE_GROUP_CONFIG: 'test/agents/kruise-group.yaml' });
      const { entries } = await upToDate(world, server);
      expect(entries.some(({ type }) => type === '*v1.CloneSet')).toBe(true);
    });

    test('is silent while another agent is chosen', async () => {
      const world = await worldOf();
      const server = await serve();
      server.elect(false);
      const agent = start(world, server);
      await expect.poll(() => server.syncs.length, { timeout: 15_000 }).toBeGreaterThan(2);
      expect(server.reports).toEqual([]);
      server.elect(true);
      await upToDate(world, server);
      server.elect(false);
      await expect.poll(() => agent.stderr(), { timeout: 15_000 }).toMatch(/another agent reports|chosen .*: false/);
    });
  });
}

function missing(kind: string): never {
  throw new Error(`the made cluster has no ${kind}`);
}

function errorsOf(server: TinyServer): readonly string[] {
  return server.reports.map(({ errorMsg }) => errorMsg).filter((errorMsg) => errorMsg !== '');
}

function lists(world: KubeWorld, plural: string) {
  return world.requests.filter(({ verb, resource }) => verb === 'list' && resource === plural);
}

function newPod(name: string, labels: Readonly<Record<string, string>> = {}): KubeObject {
  const { uid: _, resourceVersion: __, ...metadata } = somePod.metadata;
  return { ...somePod, metadata: { ...metadata, name, labels } };
}

function statusOf(pod: KubeObject): object {
  return (pod.status ?? {}) as object;
}

function asExtensions(all: readonly KubeObject[]): KubeObject[] {
  return all.map((object) => (object.kind === 'Ingress' ? { ...object, apiVersion: 'extensions/v1beta1' } : object));
}

function uidsOf(objects: readonly { readonly metadata?: unknown }[]): ReadonlySet<string> {
  const uids = objects.map(({ metadata }) => (metadata as { uid?: string } | undefined)?.uid);
  return new Set(uids.filter((uid) => uid !== undefined));
}

function reported(report: Report | undefined): ReadonlySet<string> {
  return uidsOf(report?.entries.map(({ object }) => object) ?? []);
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((each) => b.has(each));
}

/** Lets so many pieces through, which of a watch are events, and then cuts it. */
function cutAfterLines(sink: AnswerSink, lines: number, cut: (sink: AnswerSink) => void): AnswerSink {
  let left = lines;
  return overriding(sink, async (piece) => {
    await sink.write(piece);
    left -= 1;
    if (left === 0) cut(sink);
  });
}

/** Sends the half of the first event, up to the first byte of a character if it has one of several. */
function cutInLine(sink: AnswerSink): AnswerSink {
  return overriding(sink, async (piece) => {
    await sink.write(piece.subarray(0, Math.floor(piece.length / 2)));
    sink.end();
  });
}

/** Each byte that begins or continues a character of several ends its piece. */
function splitCharacters(sink: AnswerSink): AnswerSink {
  return overriding(sink, async (piece) => {
    let from = 0;
    for (let i = 0; i < piece.length; i++) {
      if ((piece[i] ?? 0) < 0x80) continue;
      await sink.write(piece.subarray(from, i + 1));
      from = i + 1;
    }
    await sink.write(piece.subarray(from));
  });
}

function overriding(sink: AnswerSink, write: AnswerSink['write']): AnswerSink {
  return {
    begin: (status, headers) => sink.begin(status, headers),
    write,
    end: () => sink.end(),
    reset: () => sink.reset(),
    resetStream: () => sink.resetStream(),
    silence: () => sink.silence(),
    get closed() {
      return sink.closed;
    },
    onClose: (listener) => sink.onClose(listener),
  };
}

async function goneEvent(sink: AnswerSink): Promise<void> {
  const object = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Expired', code: 410, message: 'old' };
  sink.begin(200, { 'content-type': 'application/json' });
  await sink.write(Buffer.from(`${JSON.stringify({ type: 'ERROR', object })}\n`));
  sink.end();
}
