import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendUpload } from '../../bench/send-upload.js';
import { encodeEntry } from '../../src/wire/entry-codec.js';
import { messageType } from '../../src/wire/protos.js';
import { type Serving, serve } from './support/plumbline.js';
import { fixture, replay } from './support/replay.js';

let folder = '';
let running: Serving | null = null;

const owner = [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'shop', uid: 'shop' }];
const node = (name: string, ip: string) => ({
  metadata: { uid: name, name },
  status: {
    addresses: [{ type: 'InternalIP', address: ip }],
    conditions: [{ reason: 'KubeletReady', status: 'True' }],
  },
});
const pod = (name: string, podIP: string, hostIP: string) => ({
  metadata: { uid: name, name, namespace: 'default', ownerReferences: owner, labels: {} },
  spec: { nodeName: 'n1' },
  status: { podIP, hostIP, conditions: [{ type: 'Ready', status: 'True' }] },
});
const objects: readonly (readonly [string, object])[] = [
  ['*version.Info', { gitVersion: 'v1.30.0' }],
  ['*v1.Node', node('n1', '10.10.0.1')],
  ['*v1.Node', node('n2', '10.10.0.2')],
  ['*v1.Namespace', { metadata: { uid: 'default', name: 'default' } }],
  ['*v1.DaemonSet', { metadata: { uid: 'shop', name: 'shop', namespace: 'default' }, spec: {} }],
  ['*v1.Pod', pod('p1a', '10.10.0.110', '10.10.0.1')],
  ['*v1.Pod', pod('p1b', '10.10.0.111', '10.10.0.1')],
];

/** A snapshot, and the NICs that the agent of n1 sees: what agents do in a cluster. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-replay-server-'));
  running = await serve(['--cluster', 'c1']);
  const call = (method: string, request: Buffer) =>
    sendUpload(running?.grpc ?? '', `/agent.Synchronizer/${method}`, request);
  const identity = { ctrl_ip: '10.10.0.1', ctrl_mac: '02:00:00:00:01:00' };
  for (let time = 0; time < 2; time++) {
    const sync = { ...identity, host: 'n1', process_name: 'deepflow-agent-ce', kubernetes_cluster_id: 'c1' };
    await call('Sync', messageType('agent.SyncRequest').encode(sync));
  }
  const entries = objects.map(([type, object]) => ({ type, compressed_info: encodeEntry(object) }));
  const upload = { cluster_id: 'c1', version: '5', agent_id: 1, source_ip: '10.10.0.1', entries };
  await call('KubernetesAPISync', messageType('agent.KubernetesAPISyncRequest').encode(upload));
  const interfaces = [
    { mac: 0x020000000100, ip: ['10.10.0.1/24'], name: 'eth0' },
    { mac: 0x02000001010a, ip: ['10.10.0.110/24'], name: 'eth0', device_name: 'eth0', netns_id: 7 },
    { mac: 0x02000001010b, ip: ['10.10.0.111/24'], name: 'eth0', device_name: 'eth0', netns_id: 8 },
  ];
  const report = { version: 1, agent_type: 'TT_VM_POD' as const, agent_id: 1, kubernetes_cluster_id: 'c1' };
  const info = { ip: identity.ctrl_ip, mac: identity.ctrl_mac };
  const genesis = { ...report, source_ip: identity.ctrl_ip, agent_info: info, platform_data: { interfaces } };
  await call('GenesisSync', messageType('agent.GenesisSyncRequest').encode(genesis));
});
afterAll(async () => {
  await running?.stop();
  await rm(folder, { recursive: true });
});

test('the MACs that agents reported to a server are those that the replay decides by', async () => {
  const text = await readFile(fixture('macvlan', 'same', 'site.yaml'), 'utf8');
  const path = join(folder, 'site.yaml');
  const bare = text
    .replaceAll(/, mac: "02:00:00:01:[0-9a-f:]+"/g, '')
    .replaceAll(/file: ([^,\s}]+)/g, (_, file: string) => `file: ${fixture('macvlan', 'same', file)}`);
  await writeFile(path, bare);
  const { code, report, stderr } = await replay(path, '--server', `http://${running?.admin}`);
  const macs = report.platform.facts.filter(({ owner: of }) => of.startsWith('pod default/p1'));
  expect(macs.map(({ mac, origin, evidence }) => [mac, origin, evidence])).toEqual([
    ['02:00:00:01:01:0a', 'given', `an agent reported it to http://${running?.admin}`],
    ['02:00:00:01:01:0b', 'given', `an agent reported it to http://${running?.admin}`],
  ]);
  expect(stderr).toMatch(/knows no MAC of 2 of 4 Pod NICs/);
  expect(code).toBe(0);
});

test('captures need no file of objects where a server has them', async () => {
  const { report } = await replay(
    '--captures',
    fixture('macvlan', 'same'),
    '--server',
    `http://${running?.admin}`,
    '--expect',
    'macvlan/same-node',
    '--set',
    'tap_mode=1',
  );
  expect(report.conversations.length).toBeGreaterThan(0);
  const owners = report.platform.facts.filter(({ origin }) => origin === 'given').map(({ owner: of }) => of);
  expect(owners).toEqual(expect.arrayContaining(['pod default/p1a', 'pod default/p1b']));
});
