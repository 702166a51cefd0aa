import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunningApiServer } from '../../src/apiserver/api-server.js';
import type { KubeObject } from '../../src/kube/kube-object.js';
import { runClient } from './client-process.js';
import { apiOfTest } from './started-api.js';

const run = promisify(execFile);
const folder = resolve('test/apiserver/client-go');

const pod = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' } });

/** The program, kept in the temporary directory; or why there is none. */
async function build(): Promise<{ readonly program: string } | { readonly absent: string }> {
  const hash = createHash('sha256');
  for (const name of ['main.go', 'go.mod', 'go.sum']) hash.update(readFileSync(join(folder, name)));
  const program = join(tmpdir(), `plumbline-client-go-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(program)) return { program };
  try {
    await run('go', ['version']);
  } catch {
    return { absent: 'go is not there' };
  }
  try {
    await run('go', ['build', '-o', program, '.'], { cwd: folder, timeout: 570_000 });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (/dial tcp|lookup|i\/o timeout|proxyconnect|toolchain not available|requires go/i.test(text)) {
      return { absent: `client-go cannot be had: ${text.split('\n').slice(0, 3).join(' ')}` };
    }
    throw error;
  }
  return { program };
}

let built: Awaited<ReturnType<typeof build>>;
beforeAll(async () => {
  built = await build();
}, 600_000);

/** Resolved when a request of pods begins that was not there yet. */
function begins(server: RunningApiServer, verb: string): Promise<void> {
  return new Promise((done) => {
    const stop = server.onRequest((request, phase) => {
      if (request.verb !== verb || request.resource !== 'pods' || phase !== 'begin' || request.status >= 400) return;
      stop();
      done();
    });
  });
}

describe('an informer of client-go', () => {
  test.for(['numeric', 'opaque'] as const)(
    'follows the cluster with %s versions and survives what happens to it',
    async (resourceVersions, context) => {
      if ('absent' in built) return context.skip(built.absent);
      const { server } = await apiOfTest({ resourceVersions, objects: ['a', 'b'].map(pod) });
      let watching = begins(server, 'watch');
      const client = runClient([built.program], { KUBECONFIG: server.kubeconfig });
      const first = await client.until((line) => line.event === 'synced');
      expect(
        first
          .filter((line) => line.event === 'added')
          .map((line) => line.name)
          .sort(),
      ).toEqual(['a', 'b']);
      expect(first.find((line) => line.event === 'created')).toMatchObject({ name: 'made-by-client-go' });
      await watching;

      server.store.create(pod('c'));
      server.store.update({ ...pod('c'), spec: { nodeName: 'n' } });
      const live = await client.until((line) => line.event === 'updated');
      expect(live.map((line) => `${line.event} ${line.name}`)).toEqual(['added c', 'updated c']);

      watching = begins(server, 'watch');
      server.breakConnections('reset');
      server.store.delete(pod('a'));
      expect((await client.until((line) => line.event === 'deleted')).at(-1)?.name).toBe('a');
      await watching;

      server.breakConnections('close');
      server.store.create(pod('d'));
      server.store.delete(pod('b'));
      server.store.compact();
      // A relist also tells of those that it finds again.
      const awaited = new Set(['added d', 'deleted b']);
      await client.until((line) => {
        awaited.delete(`${line.event} ${line.name}`);
        return awaited.size === 0;
      });
    },
  );
}, 120_000);
