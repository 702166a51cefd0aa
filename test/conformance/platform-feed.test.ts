import { deflateSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { catalogue } from '../../src/conformance/catalogue.js';
import { startJudgedServer } from '../../src/conformance/judged-server.js';
import type { JournalRecord } from '../../src/journal/record.js';
import type { EntryInput } from '../../src/wire/call-messages.js';
import { messageType } from '../../src/wire/protos.js';
import { connect } from '../server/support/grpc-client.js';
import { agentOne } from '../server/support/model-client.js';

function entry(type: string, object: object): EntryInput {
  return { type, compressedInfo: deflateSync(JSON.stringify(object)) };
}

const meta = (uid: string, name: string, rest: object = {}) => ({ metadata: { uid, name, ...rest } });
const base: readonly EntryInput[] = [
  entry('*version.Info', { gitVersion: 'v1.30.2' }),
  entry('*v1.Node', {
    ...meta('n1', 'node-1'),
    spec: { podCIDR: '10.1.0.0/24' },
    status: { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] },
  }),
  entry('*v1.Namespace', meta('ns', 'a')),
  entry('*v1.StatefulSet', { ...meta('w', 'web', { namespace: 'a' }), spec: { replicas: 1 } }),
];

function podEntry(index: number, podIP: string): EntryInput {
  const ownerReferences = [{ kind: 'StatefulSet', name: 'web', uid: 'w' }];
  return entry('*v1.Pod', {
    ...meta(`p${index}`, `web-${index}`, { namespace: 'a', ownerReferences }),
    status: { podIP, hostIP: '10.0.0.1', containerStatuses: [{ containerID: `containerd://c${index}` }] },
  });
}

async function start() {
  const judged = await startJudgedServer({
    ...{ compat: 'v7', clusters: ['shop'], strictPackages: false, clusterRegistered: true },
    ...{ listen: { host: '127.0.0.1', port: 0 }, rules: catalogue(), selfCheck: true },
  });
  onTestFinished(async () => {
    const { faults } = await judged.close({ graceMs: 0 });
    expect(faults).toEqual([]);
  });
  const records: JournalRecord[] = [];
  judged.server.onRecord((record) => records.push(record));
  const client = connect(judged.server.grpc);
  const told = async () => {
    const request = messageType('agent.SyncRequest').encode({ ...agentOne, current_grpc_buffer_size: 100_000_000 });
    const response = await client.unary('/agent.Synchronizer/Sync', request);
    const answer = messageType('agent.SyncResponse').decode(response);
    const data = messageType('agent.PlatformData').decode(answer.platform_data ?? Buffer.alloc(0));
    return { answer, addresses: (data.interfaces ?? []).map(({ ip_resources: ips }) => ips?.[0]?.ip) };
  };
  await told();
  /** Resolves once the server knows what the upload says. */
  const upload = async (version: bigint, entries: readonly EntryInput[]) => {
    const learnt = new Promise<void>((resolve) => {
      const stop = judged.server.onRecord((record) => {
        if (record.kind !== 'platform' || record.change.more) return;
        stop();
        resolve();
      });
    });
    await client.sync({ clusterId: 'shop', version, agentId: 1, entries });
    await learnt;
  };
  return { judged, records, told, upload };
}

describe('what uploads say of nodes and Pods', () => {
  it('reaches agents with their next Sync, and stands in the journal', async () => {
    const { records, told, upload } = await start();
    await upload(5n, [...base, podEntry(1, '10.1.0.5'), podEntry(2, '10.0.0.1')]);
    const { answer, addresses } = await told();
    // The second Pod is in the network of its node: that address is the node's.
    expect(addresses).toEqual(['10.0.0.1', '10.1.0.5']);
    expect(answer.containers?.map(({ container_id: id }) => id)).toEqual(['c1', 'c2']);
    expect(records.filter(({ kind }) => kind === 'platform')).toMatchObject([
      { change: { reset: true, clusterId: 'shop' } },
    ]);
  });

  it('is told again only as far as it changed', async () => {
    const { records, told, upload } = await start();
    const pods = Array.from({ length: 30 }, (_, i) => podEntry(i, `10.1.0.${i + 5}`));
    await upload(5n, [...base, ...pods]);
    await upload(6n, [...base, ...pods.slice(1), podEntry(40, '10.1.0.200')]);
    const changes = records.flatMap((record) => (record.kind === 'platform' ? [record.change] : []));
    expect(changes[1]).toMatchObject({ reset: false, gone: ['p0'], set: [{ uid: 'p40' }] });
    expect((await told()).addresses).toHaveLength(31);
  });

  it('comes in parts, so that nobody waits for long, and counts with the last of them', async () => {
    const { records, told, upload } = await start();
    const pods = Array.from({ length: 3000 }, (_, i) => podEntry(i, `10.2.${i >> 8}.${i & 255}`));
    await upload(5n, [...base, ...pods]);
    const changes = records.flatMap((record) => (record.kind === 'platform' ? [record.change] : []));
    expect(changes).toHaveLength(13);
    expect(changes.every(({ set }) => set.length <= 250)).toBe(true);
    expect(changes.map(({ more }) => more)).toEqual([...Array.from({ length: 12 }, () => true), false]);
    expect((await told()).addresses).toHaveLength(3001);
  });

  it('is not what a snapshot says that the server does not show', async () => {
    const { records, told, upload, judged } = await start();
    await upload(5n, base);
    const [, ...withoutVersion] = base;
    const client = connect(judged.server.grpc);
    await client.sync({ clusterId: 'shop', version: 6n, agentId: 1, entries: withoutVersion.slice(1) });
    await judged.judge.settled();
    await upload(7n, [...base, podEntry(1, '10.1.0.5')]);
    const changes = records.flatMap((record) => (record.kind === 'platform' ? [record.change] : []));
    expect(changes.map(({ gone, set }) => [gone.length, set.length])).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect((await told()).addresses).toEqual(['10.0.0.1', '10.1.0.5']);
  });
});
