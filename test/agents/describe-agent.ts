import { isIP } from 'node:net';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeCluster, touchCluster, typedObjects } from '../../fixtures/cluster/index.js';
import { type ExampleAgent, type RunningAgent, startAgent } from './example-agents.js';
import type { Feed, FeedKind } from './feed.js';
import { type Report, startTinyServer, type TinyServer, type TinyServerOptions } from './tiny-server.js';

export interface AgentBench<SomeFeed extends Feed> {
  serve(options?: Partial<TinyServerOptions>): Promise<TinyServer>;
  /** Starts the agent on the feed that stands for the cluster. */
  start(server: string, args?: readonly string[]): RunningAgent;
  feed(): SomeFeed;
}

export const full = (report: Report): boolean => report.entries.length > 0;
export const heartbeat = (report: Report): boolean => report.entries.length === 0;
export const clean = (report: Report): boolean => report.errorMsg === '';

/** What all example agents have to do; `more` has what only those with this feed do. */
export function describeAgent<SomeFeed extends Feed>(
  example: ExampleAgent,
  { cluster, open }: FeedKind<SomeFeed>,
  more: (bench: AgentBench<SomeFeed>) => void = () => {},
): void {
  const expectedCount = [...typedObjects(cluster)].length;

  describe(`the ${example.name} agent`, () => {
    let prepared: Awaited<ReturnType<typeof example.prepare>>;
    let feed: SomeFeed | null = null;
    const servers: TinyServer[] = [];
    const agents: RunningAgent[] = [];

    beforeAll(async () => {
      prepared = await example.prepare();
    }, 900_000);

    beforeEach(async (context) => {
      if ('absent' in prepared) context.skip(prepared.absent);
      feed = await open(cluster);
    });

    afterEach(async () => {
      await Promise.all(agents.splice(0).map((agent) => agent.stop()));
      for (const server of servers.splice(0)) server.stop();
      await feed?.close();
      feed = null;
    });

    function opened(): SomeFeed {
      if (feed === null) throw new Error('the feed is opened before each test');
      return feed;
    }

    async function serve(options: Partial<TinyServerOptions> = {}): Promise<TinyServer> {
      const server = await startTinyServer({ packages: ['agent'], agentId: 7, ...options });
      servers.push(server);
      return server;
    }

    function start(server: string, args: readonly string[] = []): RunningAgent {
      const command = 'command' in prepared ? prepared.command : [];
      const agent = startAgent(command, { server, args: [...opened().args, ...args], env: opened().env });
      agents.push(agent);
      return agent;
    }

    test('uploads everything once, one object for each entry, then sends heartbeats', async () => {
      const server = await serve();
      start(server.address);
      const first = await server.report(full);
      await server.report(heartbeat, 3);
      expect(server.reports.filter(full)).toHaveLength(1);
      expect(first).toMatchObject({ package: 'agent', clusterId: 'test-cluster', agentId: 7, errorMsg: '' });
      expect(isIP(first.sourceIp)).not.toBe(0);
      expect(Math.abs(Number(first.version) - Date.now() / 1000)).toBeLessThan(60);

      const wanted = new Map<string, number>();
      for (const { type } of typedObjects(cluster)) wanted.set(type, (wanted.get(type) ?? 0) + 1);
      const got = new Map<string, number>();
      for (const { type } of first.entries) got.set(type, (got.get(type) ?? 0) + 1);
      expect([...got].sort()).toEqual([...wanted].sort());
      expect(server.reports.every(({ version }) => version === first.version)).toBe(true);
    });

    test('never has two calls open, however slow the server is', async () => {
      const server = await serve({ answerAfterMs: 500 });
      start(server.address);
      await server.report(heartbeat, 2);
      expect(server.reports.filter(({ overlaps }) => overlaps)).toEqual([]);
    });

    test('sends what the server needs and nothing that it need not see', async () => {
      const server = await serve();
      start(server.address);
      const { entries } = await server.report(full);
      const text = JSON.stringify(entries);
      for (const unwanted of [
        'managedFields',
        'generateName',
        'DATABASE_URL',
        'resourceVersion',
        'BEGIN CERTIFICATE',
      ]) {
        expect(text).not.toContain(unwanted);
      }
      const source = [...typedObjects(cluster)].map(({ object }) => object as unknown as Record<string, Tree>);
      for (const { type, object } of entries as { type: string; object: Record<string, Tree> }[]) {
        if (type === '*version.Info') {
          expect(object.gitVersion).toBe('v1.29.4');
          continue;
        }
        const original = source.find(({ metadata }) => metadata?.uid === object.metadata?.uid);
        for (const path of needed[type] ?? [])
          expect([type, path, at(object, path)]).toEqual([type, path, at(original, path)]);
      }
    });

    test('registers by Sync with what names the machine and the cluster', async () => {
      const server = await serve();
      start(server.address);
      await server.report(full);
      const [sync] = server.syncs;
      expect(sync).toMatchObject({
        kubernetes_cluster_id: 'test-cluster',
        state: 'RUNNING',
        kubernetes_watch_policy: 'KWP_NORMAL',
      });
      expect(isIP(String(sync?.ctrl_ip))).not.toBe(0);
      expect(sync?.ctrl_mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
      for (const field of ['host', 'host_ips', 'process_name', 'boot_time']) expect(sync).toHaveProperty(field);
    });

    test('a change of content gives the next version and everything anew; noise gives nothing', async () => {
      const server = await serve();
      start(server.address);
      const first = await server.report(full);
      await opened().set(touchCluster(cluster, { seed: 1 }));
      await server.report(heartbeat, server.reports.length + 2);
      expect(server.reports.filter(full)).toHaveLength(1);

      // Only one resource, so that the change cannot be seen in halves.
      const changed = changeCluster(cluster, { seed: 5, fraction: 0.3 });
      await opened().setPods(changed);
      const second = await server.report((report) => full(report) && report.version !== first.version);
      expect(Number(second.version)).toBe(Number(first.version) + 1);
      const uids = (report: Report): unknown[] =>
        report.entries
          .filter(({ type }) => type === '*v1.Pod')
          .map(({ object }) => (object.metadata as { uid: string }).uid);
      expect(uids(second).sort()).toEqual((changed.objects.get('*v1.Pod') ?? []).map((pod) => pod.metadata.uid).sort());
    });

    test('a server that has forgotten gets everything again under the same version', async () => {
      const server = await serve();
      start(server.address);
      const first = await server.report(full);
      await server.report(heartbeat, 1);
      const before = server.reports.length;
      server.forget();
      const again = await server.report(full, before);
      expect(again.version).toBe(first.version);
      expect(again.entries).toHaveLength(expectedCount);
    });

    test('an upload that failed is sent again, later each time', async () => {
      let failures = 0;
      const answer: TinyServerOptions['answer'] = (report, usual) =>
        full(report) && failures++ < 3 ? { status: status.UNAVAILABLE } : usual();
      const server = await serve({ answer });
      start(server.address);
      await server.report(heartbeat, 4);
      const uploads = server.reports.filter(full);
      expect(uploads.map(({ entries }) => entries.length)).toEqual([
        expectedCount,
        expectedCount,
        expectedCount,
        expectedCount,
      ]);
      const [a, b, c, d] = uploads.map(({ at }) => at) as [number, number, number, number];
      expect(b - a).toBeGreaterThan(150);
      expect(c - b).toBeGreaterThan(300);
      expect(d - c).toBeGreaterThan(600);
    });

    test('a server that is away is waited for', async () => {
      const probe = await serve();
      const { port } = probe;
      probe.stop();
      const agent = start(`127.0.0.1:${port}`);
      await until(agent, /\(3 in a row\)/);
      const server = await serve({ port });
      expect((await server.report(full)).entries).toHaveLength(expectedCount);
    });

    test('speaks the package trident where agent is not implemented', async () => {
      const server = await serve({ packages: ['trident'] });
      start(server.address);
      expect(await server.report(full)).toMatchObject({ package: 'trident', agentId: 7 });
      expect(await server.report(heartbeat)).toMatchObject({ package: 'trident', agentId: 7 });
    });

    test('tells an error together with the last good content, and takes it back', async () => {
      const server = await serve();
      start(server.address);
      const first = await server.report(full);
      await opened().fail();
      const bad = await server.report((report) => !clean(report));
      expect(bad.errorMsg).toContain('pods');
      expect(bad.version).toBe(first.version);
      expect(bad.entries).toHaveLength(expectedCount);
      const before = server.reports.length;
      await opened().mend();
      expect(await server.report(clean, before)).toMatchObject({ version: first.version });
    });

    test('before anything could be read it uploads nothing', async () => {
      await opened().fail();
      const server = await serve();
      start(server.address);
      const first = await server.report(() => true);
      expect(first.entries).toHaveLength(0);
      expect(first.errorMsg).toContain('pods');
      await opened().mend();
      expect((await server.report(full)).errorMsg).toBe('');
    });

    test('without an agent id an unset answer is no mismatch, and everything is sent again in time', async () => {
      const server = await serve({ agentId: 0 });
      start(server.address, ['--agent-id', 'none', '--full-every', '1']);
      const first = await server.report(full);
      await server.report(heartbeat, 1);
      const count = server.reports.length;
      const again = await server.report(full, count);
      expect(again.agentId).toBe(0);
      expect(again.version).toBe(first.version);
      expect(again.at - first.at).toBeGreaterThan(950);
      expect(again.entries.some(({ type }) => type === '*v1beta1.Ingress')).toBe(true);
      expect(server.syncs[0]).toMatchObject({ kubernetes_watch_policy: 'KWP_WATCH_ONLY' });
    });

    test('without an agent id the end of an error is told with entries, or the server would not hear it', async () => {
      const server = await serve({ agentId: 0 });
      start(server.address, ['--agent-id', 'none']);
      await server.report(full);
      await opened().fail();
      await server.report((report) => !clean(report));
      const before = server.reports.length;
      await opened().mend();
      expect((await server.report(clean, before)).entries).toHaveLength(expectedCount);
    });

    test('--no-sync keeps from calling Sync', async () => {
      const server = await serve({ agentId: 0 });
      start(server.address, ['--agent-id', 'none', '--no-sync']);
      await server.report(heartbeat);
      expect(server.syncs).toHaveLength(0);
    });

    test('an upload that is too large is not repeated in a loop, and the server is told', async () => {
      const server = await serve({ maxMessage: 2_000 });
      start(server.address);
      const told = await server.report((report) => !clean(report), 2);
      expect(told.entries).toHaveLength(0);
      expect(told.errorMsg).toContain(`refuses an upload of ${expectedCount} objects`);
      expect(server.reports.filter(full)).toHaveLength(0);
    });

    test('SIGTERM ends it with exit code 0', async () => {
      const server = await serve();
      const agent = start(server.address);
      await server.report(full);
      expect(await agent.stop()).toBe(0);
    });

    test('bad options end it with exit code 2', async () => {
      const agent = start('127.0.0.1:1', ['--agent-id', 'some']);
      expect(await agent.exit).toBe(2);
      expect(agent.stderr()).toContain('--agent-id');
    });

    more({ serve, start, feed: opened });
  });
}

type Tree = { readonly [key: string]: Tree } | undefined;

/** Fields without which the server drops or blurs an object. */
const needed: Readonly<Record<string, readonly string[]>> = {
  '*v1.Node': ['metadata.name', 'metadata.labels', 'status.addresses', 'status.capacity', 'spec.podCIDR'],
  '*v1.Namespace': ['metadata.name'],
  '*v1.Pod': [
    'metadata.name',
    'metadata.namespace',
    'metadata.labels',
    'metadata.ownerReferences',
    'metadata.creationTimestamp',
    'status.hostIP',
    'status.podIP',
  ],
  '*v1.Deployment': [
    'metadata.name',
    'metadata.namespace',
    'metadata.labels',
    'spec.replicas',
    'spec.template.metadata.labels',
  ],
  '*v1.StatefulSet': [
    'metadata.name',
    'metadata.namespace',
    'metadata.labels',
    'spec.replicas',
    'spec.template.metadata.labels',
  ],
  '*v1.ReplicaSet': [
    'metadata.name',
    'metadata.namespace',
    'metadata.labels',
    'metadata.ownerReferences',
    'spec.replicas',
  ],
  '*v1.Service': [
    'metadata.name',
    'metadata.namespace',
    'metadata.labels',
    'spec.clusterIP',
    'spec.ports',
    'spec.selector',
    'spec.type',
  ],
  '*v1.Ingress': ['metadata.name', 'metadata.namespace', 'spec.rules'],
  '*v1.ConfigMap': ['metadata.name', 'metadata.namespace', 'metadata.creationTimestamp'],
};

function at(object: Tree | Record<string, Tree>, path: string): unknown {
  return path.split('.').reduce<Tree>((value, key) => value?.[key], object as Tree);
}

/** Resolves once the agent has logged this. */
async function until(agent: RunningAgent, text: RegExp): Promise<void> {
  await expect.poll(() => agent.stderr(), { timeout: 15_000 }).toMatch(text);
}
