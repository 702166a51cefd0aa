import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type StartedApi, startApi } from './started-api.js';

const kubectl = process.env.PLUMBLINE_KUBECTL ?? 'kubectl';
const absent = absence();

function absence(): string | null {
  try {
    execFileSync(kubectl, ['version', '--client'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'skipped: kubectl is not there';
  }
}

const labels = { app: 'web' };
const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'example/web:1' }] } };
const manifests = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', labels }, spec: template.spec },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: labels, ports: [{ port: 80 }] },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { matchLabels: labels }, template },
  },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'web', namespace: 'shop' }, spec: {} },
  {
    apiVersion: 'apps.kruise.io/v1alpha1',
    kind: 'CloneSet',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { template },
  },
];

describe.skipIf(absent !== null).each(['https', 'http'] as const)(
  `kubectl over %s${absent === null ? '' : ` (${absent})`}`,
  (door) => {
    let started: StartedApi;
    let home: string;
    let file: string;
    const kubeconfig = () => (door === 'https' ? started.server.kubeconfig : started.server.httpKubeconfig);
    const environment = () => ({ ...process.env, HOME: home, KUBECONFIG: kubeconfig() });
    const run = (...args: string[]) => execAsync(args, environment());

    beforeAll(async () => {
      started = await startApi({ groups: ['networking.k8s.io/v1', 'apps.kruise.io/v1alpha1'] });
      home = mkdtempSync(join(tmpdir(), 'plumbline-kubectl-'));
      file = join(home, 'all.yaml');
      writeFileSync(file, manifests.map((each) => stringify(each)).join('---\n'));
    });
    afterAll(async () => {
      await started.stop();
      rmSync(home, { recursive: true, force: true });
    });

    test('create -f, get, get -o wide, label, apply, delete', async () => {
      expect((await run('create', '-f', file)).split('\n')).toEqual([
        'namespace/shop created',
        'pod/web created',
        'service/web created',
        'deployment.apps/web created',
        'ingress.networking.k8s.io/web created',
        'cloneset.apps.kruise.io/web created',
      ]);
      expect(await run('get', 'pods', '-n', 'shop')).toMatch(/^NAME +AGE\nweb +\d+s$/);
      expect(await run('get', 'po,svc,deploy,ing,clone', '-A', '-o', 'wide')).toMatch(/cloneset.apps.kruise.io\/web/);
      await run('label', 'pod', 'web', '-n', 'shop', 'tier=front');
      expect(await run('get', 'pods', '-A', '-l', 'tier=front', '-o', 'name')).toBe('pod/web');
      const changed = stringify({ ...manifests[1], spec: { containers: [{ name: 'web', image: 'example/web:2' }] } });
      writeFileSync(join(home, 'pod.yaml'), changed);
      expect(await run('apply', '-f', join(home, 'pod.yaml'))).toContain('pod/web configured');
      expect(await run('apply', '-f', join(home, 'pod.yaml'))).toContain('pod/web unchanged');
      const image = await run(
        'get',
        'pod',
        'web',
        '-n',
        'shop',
        '-o',
        'jsonpath={.spec.containers[*].image}/{.metadata.labels.tier}',
      );
      expect(image).toBe('example/web:2/front');
      expect(await run('delete', 'pod', 'web', '-n', 'shop')).toContain('pod "web" deleted');
      await expect(run('get', 'pod', 'web', '-n', 'shop')).rejects.toThrow('pods "web" not found');
      expect(await run('delete', 'namespace', 'shop')).toContain('namespace "shop" deleted');
      expect(started.server.store.list({ namespace: 'shop' })).toEqual([]);
    });

    test('get -w shows what happens', async () => {
      const child = spawn(kubectl, ['get', 'pods', '-w', '-o', 'name'], {
        env: environment(),
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const watching = new Promise<void>((done) => {
        started.server.onRequest(
          ({ verb, resource }, phase) => verb === 'watch' && resource === 'pods' && phase === 'begin' && done(),
        );
      });
      await watching;
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'seen', namespace: 'default' } };
      started.server.store.create(pod);
      expect((await lines.next()).value).toBe('pod/seen');
      child.kill();
      started.server.store.delete(pod);
    });

    test('pages through a list with its own chunk size', async () => {
      for (let at = 0; at < 25; at++) {
        started.server.store.create({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: `map-${at}`, namespace: 'default' },
        });
      }
      const names = await run('get', 'configmaps', '--chunk-size=10', '-o', 'name');
      expect(names.split('\n')).toHaveLength(25);
    });
  },
);

function execAsync(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(kubectl, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.on('close', (code) => {
      if (code === 0) done(out.trim());
      else fail(new Error(`kubectl ${args.join(' ')} ended with ${code}: ${err}`));
    });
  });
}
