import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendUpload } from '../../bench/send-upload.js';
import { encodeEntry } from '../../src/wire/entry-codec.js';
import { messageType } from '../../src/wire/protos.js';
import { plumbline, type Serving, serve } from './support/plumbline.js';
import { fixture, replay } from './support/replay.js';

let folder = '';
let running: Serving | null = null;

const owner = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'shop', controller: true }];
const pod = (name: string, podIP: string) => ({
  metadata: { name, namespace: 'default', uid: name, ownerReferences: owner },
  spec: { nodeName: 'n1' },
  status: { podIP },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-resources-'));
  running = await serve(['--cluster', 'c1', '--journal', join(folder, 'journal')]);
  const pods = [pod('p1a', '10.10.0.110'), pod('p1b', '10.10.0.111')];
  const entries = pods.map((object) => ({ type: '*v1.Pod', compressed_info: encodeEntry(object) }));
  const message = { cluster_id: 'c1', version: '5', agent_id: 1, source_ip: '10.0.0.9', entries };
  const request = messageType('agent.KubernetesAPISyncRequest').encode(message);
  await sendUpload(running.grpc, '/agent.Synchronizer/KubernetesAPISync', request);
});
afterAll(async () => {
  await running?.stop();
  await rm(folder, { recursive: true });
});

async function writeSite(name: string, more: string): Promise<string> {
  const text = await readFile(fixture('macvlan', 'same', 'site.yaml'), 'utf8');
  const path = join(folder, name);
  const absolute = text.replaceAll(
    /file: ([^,\s}]+)/g,
    (_, file: string) => `file: ${fixture('macvlan', 'same', file)}`,
  );
  await writeFile(path, absolute + more);
  return path;
}

async function workloads(flows: string): Promise<unknown[]> {
  const lines = (await readFile(flows, 'utf8')).trim().split('\n');
  return [...new Set(lines.map((line) => JSON.parse(line).workload_0))];
}

test('a running server gives names, and says which MACs it does not know', async () => {
  const flows = join(folder, 'server.jsonl');
  const url = `http://${running?.admin}`;
  const { code, stderr } = await replay(await writeSite('server.yaml', ''), '--server', url, '--flows', flows);
  expect(code).toBe(0);
  expect(stderr).toContain("the snapshot of cluster 'c1'");
  expect(stderr).toMatch(/knows no MAC of 4 of 4 Pod NICs: no agent reported them/);
  expect(await workloads(flows)).toEqual(['shop']);
});

async function rest(method: string, path: string, body: string): Promise<{ readonly LCUUID: string }> {
  const response = await fetch(`http://${running?.admin}${path}`, { method, body });
  const answer = (await response.json()) as { OPT_STATUS: string; DATA: { LCUUID: string } };
  expect(answer.OPT_STATUS).toBe('SUCCESS');
  return answer.DATA;
}

test('a group of the running server gives the configuration, as its agents read it', async () => {
  const url = `http://${running?.admin}`;
  const { LCUUID } = await rest('POST', '/v1/vtap-groups/', '{"name":"nothing"}');
  const site = await writeSite('group.yaml', '');
  const configure = (yaml: string) => rest('POST', `/v1/agent-group-configuration/${LCUUID}/yaml`, yaml);
  await configure('inputs:\n  cbpf:\n    common:\n      capture_mode: 0\n');
  const named = await replay(site, '--server', url, '--group', 'nothing');
  expect(named.report.config.tap_mode).toBe(0);
  expect(named.code).toBe(1);
  expect(named.stderr).toContain("agent configuration comes from the group 'nothing' (v7)");
  expect((await replay(site, '--server', url, '--group', 'nothing', '--set', 'tap_mode=1')).code).toBe(0);
  await configure('tap_mode: 0\n');
  const old = await replay(site, '--server', url, '--group', 'nothing');
  expect(old.stderr).toContain('tap_mode, a key of v6.5');
  expect(old.report.config.tap_mode).toBe(1);
});

test('a group that is not there, and one without a server', async () => {
  const site = await writeSite('no-group.yaml', '');
  const unknown = await plumbline(['replay', site, '--server', `http://${running?.admin}`, '--group', 'unknown']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("has no agent group 'unknown'");
  const alone = await plumbline(['replay', site, '--group', 'g']);
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain('--group needs --server URL');
});

test('a journal as resources', async () => {
  const flows = join(folder, 'journal.jsonl');
  const site = await writeSite('journal.yaml', 'resources: journal\n');
  const { code } = await replay(site, '--flows', flows);
  expect(code).toBe(0);
  expect(await workloads(flows)).toEqual(['shop']);
});

test('a server that is not there, and a cluster that it does not know', async () => {
  const site = await writeSite('none.yaml', '');
  const absent = await plumbline(['replay', site, '--server', 'http://127.0.0.1:1']);
  expect(absent.code).toBe(2);
  expect(absent.stderr).toContain('Nothing answers at http://127.0.0.1:1/');
  const unknown = await plumbline(['replay', site, '--server', `http://${running?.admin}`, '--server-cluster', 'c2']);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("holds no snapshot of a cluster 'c2'");
});
