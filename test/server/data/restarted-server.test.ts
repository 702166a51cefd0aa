import { deflateSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { catalogue } from '../../../src/conformance/catalogue.js';
import {
  type JudgedServer,
  type JudgedServerOptions,
  startJudgedServer,
} from '../../../src/conformance/judged-server.js';
import { judgeJournal, storedSnapshots } from '../../../src/conformance/offline.js';
import type { EntryInput } from '../../../src/wire/call-messages.js';
import { messageType } from '../../../src/wire/protos.js';
import { temporaryDirectory } from '../../journal/temporary-directory.js';
import { connect } from '../support/grpc-client.js';
import { agentOne } from '../support/model-client.js';

function entry(type: string, object: object): EntryInput {
  return { type, compressedInfo: deflateSync(JSON.stringify(object)) };
}

const meta = (uid: string, name: string, rest: object = {}) => ({ metadata: { uid, name, ...rest } });
const entries: readonly EntryInput[] = [
  entry('*version.Info', { gitVersion: 'v1.30.2' }),
  entry('*v1.Node', {
    ...meta('n1', 'node-1'),
    spec: { podCIDR: '10.1.0.0/24' },
    status: { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] },
  }),
  entry('*v1.Namespace', meta('ns', 'a')),
  entry('*v1.StatefulSet', { ...meta('w', 'web', { namespace: 'a' }), spec: { replicas: 1 } }),
  entry('*v1.Pod', {
    ...meta('p1', 'web-1', { namespace: 'a', ownerReferences: [{ kind: 'StatefulSet', name: 'web', uid: 'w' }] }),
    status: { podIP: '10.1.0.5', hostIP: '10.0.0.1', containerStatuses: [{ containerID: 'containerd://c1' }] },
  }),
];

async function start(directory: string, options: Partial<JudgedServerOptions> = {}) {
  const problems: string[] = [];
  const judged = await startJudgedServer({
    ...{ compat: 'v7', clusters: ['shop'], strictPackages: false, clusterRegistered: true },
    ...{ listen: { host: '127.0.0.1', port: 0 }, admin: { host: '127.0.0.1', port: 0 }, rules: catalogue() },
    ...{ data: { directory }, onProblem: (message: string) => problems.push(message) },
    ...options,
  });
  onTestFinished(async () => {
    await judged.close({ graceMs: 0 });
    expect(problems).toEqual([]);
  });
  return judged;
}

const upload = { clusterId: 'shop', version: 5n, agentId: 1 };

async function sync({ server }: JudgedServer) {
  const request = messageType('agent.SyncRequest').encode({ ...agentOne, current_grpc_buffer_size: 100_000_000 });
  const response = await connect(server.grpc).unary('/agent.Synchronizer/Sync', request);
  const answer = messageType('agent.SyncResponse').decode(response);
  const data = messageType('agent.PlatformData').decode(answer.platform_data ?? Buffer.alloc(0));
  const addresses = (data.interfaces ?? []).map(({ ip_resources: ips }) => ips?.[0]?.ip);
  return { id: answer.dynamic_config?.agent_id, version: Number(answer.version_platform_data ?? 0), addresses };
}

async function api<T>({ server }: JudgedServer, path: string): Promise<T> {
  return (await fetch(`http://${server.admin}${path}`)).json() as Promise<T>;
}

describe('a server with a data folder', () => {
  it('shows again after a restart what it had shown, and asks nobody for it', { timeout: 30_000 }, async () => {
    const data = temporaryDirectory();
    const first = await start(data);
    await sync(first);
    expect(await connect(first.server.grpc).sync({ ...upload, entries })).toBe(5n);
    const shown = await api<{ clusters: readonly object[] }>(first, '/api/clusters');
    expect(shown.clusters).toMatchObject([{ clusterId: 'shop', state: 'shown', version: '5' }]);
    const inventory = await api(first, '/api/clusters/shop/inventory');
    await expect.poll(async () => (await sync(first)).addresses).toEqual(['10.0.0.1', '10.1.0.5']);
    const told = await sync(first);
    await first.close({ graceMs: 0 });

    const journal = temporaryDirectory();
    const second = await start(data, { journal: { directory: journal, fsync: false } });
    expect(await api(second, '/api/clusters')).toEqual(shown);
    expect(await api(second, '/api/clusters/shop/inventory')).toEqual(inventory);
    expect(second.server.status().data).toMatchObject({
      found: { agents: 1, snapshots: 1, compat: 'v7' },
      problem: null,
    });
    expect(await connect(second.server.grpc).sync(upload)).toBe(5n);
    await expect.poll(async () => (await sync(second)).addresses).toEqual(['10.0.0.1', '10.1.0.5']);
    const again = await sync(second);
    expect(again.id).toBe(told.id);
    expect(again.version).toBeGreaterThan(told.version);
    const verdict = await second.close({ graceMs: 0 });
    expect(verdict.summary.uploads).toBe(0);
    expect(verdict.clusters).toMatchObject([{ clusterId: 'shop', state: 'shown', version: '5' }]);
    expect(verdict.faults).toEqual([]);

    const offline = await judgeJournal(journal, { rules: catalogue(), onDamage: () => {} });
    expect(offline.clusters).toEqual(verdict.clusters);
    expect(offline.rules).toEqual(verdict.rules);
    expect(await storedSnapshots(journal, () => {})).toMatchObject([{ clusterId: 'shop', version: 5n }]);
  });

  it('gives calls numbers that none had that it remembers', { timeout: 30_000 }, async () => {
    const data = temporaryDirectory();
    const first = await start(data);
    await sync(first);
    await connect(first.server.grpc).sync({ ...upload, entries });
    await first.close({ graceMs: 0 });
    const second = await start(data);
    const numbers: number[] = [];
    second.server.onRecord((record) => record.kind === 'call' && numbers.push(record.seq));
    await connect(second.server.grpc).sync({ ...upload, clusterId: 'bank', entries });
    expect(numbers).toEqual([3]);
    expect(second.server.model.cluster('shop', second.server.clock.now())?.stored?.seq).toBe(2);
  });

  it('forgets snapshots with a restart that is played, and keeps the rest', { timeout: 30_000 }, async () => {
    const data = temporaryDirectory();
    const first = await start(data);
    await sync(first);
    await connect(first.server.grpc).sync({ ...upload, entries });
    await first.server.faults.apply({ kind: 'restart' });
    expect(await connect(first.server.grpc).sync(upload)).toBe(0n);
    await first.close({ graceMs: 0 });
    const second = await start(data);
    expect(await connect(second.server.grpc).sync(upload)).toBe(0n);
    expect((await sync(second)).id).toBe(1);
    expect(second.server.status().data).toMatchObject({ found: { agents: 1, snapshots: 0 }, uploads: 0 });
  });

  it('says in the metrics how much is kept, and whether it can be', { timeout: 30_000 }, async () => {
    const judged = await start(temporaryDirectory());
    await connect(judged.server.grpc).sync({ ...upload, entries });
    const text = await (await fetch(`http://${judged.server.admin}/metrics`)).text();
    const { bytes, uploadBytes } = judged.server.status().data ?? {};
    expect(text).toContain(`plumbline_data_state_bytes ${bytes}\n`);
    expect(text).toContain(`plumbline_data_upload_bytes ${uploadBytes}\n`);
    expect(text).toContain('plumbline_data_broken 0\n');
  });
});
