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

test('a running server gives names, and says what it does not give', async () => {
  const flows = join(folder, 'server.jsonl');
  const url = `http://${running?.admin}`;
  const { code, stderr } = await replay(await writeSite('server.yaml', ''), '--server', url, '--flows', flows);
  expect(code).toBe(0);
  expect(stderr).toContain("the snapshot of cluster 'c1'");
  expect(stderr).toContain('agent configuration are not served yet');
  expect(await workloads(flows)).toEqual(['shop']);
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
