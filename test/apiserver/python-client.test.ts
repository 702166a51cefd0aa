import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube/kube-object.js';
import { runClient } from './client-process.js';
import { apiOfTest } from './started-api.js';

const run = promisify(execFile);
const folder = 'test/apiserver/python-client';

const pod = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'c', image: 'none' }] },
});

/** The interpreter of an environment with the client in it, kept in the temporary directory; or why there is none. */
async function python(): Promise<{ readonly interpreter: string } | { readonly absent: string }> {
  const requirements = join(folder, 'requirements.txt');
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const venv = join(tmpdir(), `plumbline-python-kubernetes-${hash}`);
  const interpreter = join(venv, 'bin', 'python3');
  const complete = join(venv, 'complete');
  if (existsSync(complete)) return { interpreter };
  try {
    await run('python3', ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 9))']);
  } catch {
    return { absent: 'there is no python3 of version 3.9 or later with the module venv' };
  }
  rmSync(venv, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', venv]);
  try {
    await run(interpreter, ['-m', 'pip', 'install', '--quiet', '-r', requirements], { timeout: 200_000 });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (/No matching distribution|Temporary failure|Connection|timed out|Network is unreachable/i.test(text)) {
      return { absent: `PyPI is not reached: ${text.split('\n').slice(0, 3).join(' ')}` };
    }
    throw error;
  }
  writeFileSync(complete, '');
  return { interpreter };
}

test('the official Python client lists in pages, writes, reads errors, and follows over breaks', {
  timeout: 240_000,
}, async (context) => {
  const found = await python();
  if ('absent' in found) return context.skip(found.absent);
  const { server } = await apiOfTest({ objects: ['a', 'b', 'c', 'd', 'e'].map(pod) });
  const watching = () =>
    new Promise<void>((done) => {
      const stop = server.onRequest(({ verb }, phase) => {
        if (verb !== 'watch' || phase !== 'begin') return;
        stop();
        done();
      });
    });
  const first = watching();
  const client = runClient([found.interpreter, join(folder, 'follow_pods.py'), server.kubeconfig], {});
  const before = await client.until((line) => line.event === 'refused');
  expect(before).toEqual([
    { event: 'version', name: server.gitVersion },
    { event: 'listed', names: ['a', 'b', 'c', 'd', 'e'] },
    { event: 'refused', status: 404, reason: 'NotFound' },
  ]);
  await first;
  server.store.create(pod('new'));
  expect((await client.until((line) => line.event === 'ADDED')).map((line) => line.name)).toEqual(['new']);
  server.store.update({ ...pod('new'), spec: { nodeName: 'n', containers: [{ name: 'c', image: 'none' }] } });
  server.store.delete(pod('a'));
  const after = await client.until((line) => line.event === 'DELETED');
  expect(after).toEqual([
    { event: 'MODIFIED', name: 'new' },
    { event: 'DELETED', name: 'a' },
  ]);
});
