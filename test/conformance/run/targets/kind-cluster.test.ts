import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { startKindCluster } from '../../../../src/conformance/run/targets/kind-cluster.js';
import { kubeadmConfig } from '../../../../src/conformance/run/targets/kubeadm-config.js';
import { createRealTargets } from '../../../../src/conformance/run/targets/real-targets.js';
import { baseCluster } from '../../../../src/conformance/scenarios/common/base-cluster.js';
import { typescriptAgent } from '../../../agents/example-agents.js';
import { plumbline } from '../../../cli/support/plumbline.js';
import { assetsOrReason } from './assets-or-reason.js';
import { buildNodeImage, whyNoImages } from './build-node-image.js';

const run = promisify(execFile);
const image = 'plumbline-test/node:1';
const assets = assetsOrReason();
const why = typeof assets === 'string' ? assets : whyNoImages();

async function containersLeft(): Promise<string> {
  return (await run('docker', ['ps', '--all', '--quiet', '--filter', 'label=plumbline.run'])).stdout;
}

test('kubeadm is told the version of the image, and the address that we reach it under', () => {
  const documents = parseAllDocuments(kubeadmConfig('v1.33.1\n', '192.0.2.7')).map((each) => each.toJSON());
  expect(documents.map(({ kind }) => kind)).toEqual([
    'ClusterConfiguration',
    'InitConfiguration',
    'KubeletConfiguration',
    'KubeProxyConfiguration',
  ]);
  expect(documents[0]).toMatchObject({
    kubernetesVersion: 'v1.33.1',
    apiServer: { certSANs: ['localhost', '127.0.0.1', '192.0.2.7'] },
  });
});

describe.skipIf(why !== null)(`a cluster in a container${why === null ? '' : `; skipped: ${why}`}`, () => {
  test('it starts, is written in, and is gone after it', { timeout: 300_000 }, async () => {
    if (typeof assets === 'string') return;
    await buildNodeImage(assets, image);
    const directory = await mkdtemp(join(tmpdir(), 'plumbline-kind-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    // Machines that are containers themselves may refuse to give all rights to another one.
    const cluster = await startKindCluster({ image, directory, privileged: false });
    try {
      const targets = await createRealTargets({
        cluster,
        clock: { now: () => Date.now() },
        ids: () => 'one',
        onProblem: () => {},
      });
      try {
        expect(targets.gitVersion).toMatch(/^v1\./);
        const clock = { now: () => Date.now() };
        const target = await targets.openTarget({ directory, clock, seed: 1, objects: baseCluster() });
        const names = (await target.list()).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
        expect(names).toContain('StatefulSet store');
        await target.close();
      } finally {
        await targets.close();
      }
    } finally {
      await cluster.close();
    }
  });

  test('the gate is played on it', { timeout: 300_000 }, async () => {
    if (typeof assets === 'string') return;
    const agent = await typescriptAgent.prepare();
    if ('absent' in agent) throw new Error(agent.absent);
    await buildNodeImage(assets, image);
    const ended = await plumbline(
      [
        ...['check', '--kube', 'kind', '--kube-image', image, '--interval', '0.2', '--scenario', 'first-snapshot'],
        ...['--scenario', 'object-changes', '--', ...agent.command],
      ],
      { PLUMBLINE_KIND_PRIVILEGED: 'no' },
    );
    expect(ended.stderr).toContain('(kind), one scenario at a time');
    expect(ended.stdout).toMatch(/change +3 passed/);
    expect(ended.code).toBe(0);
    expect(await containersLeft()).toBe('');
  });

  test('a container that does not start is not left behind', { timeout: 120_000 }, async () => {
    if (typeof assets === 'string') return;
    await buildNodeImage(assets, image);
    const broken = 'plumbline-test/broken:1';
    const change = `ENTRYPOINT ["/bin/none"]`;
    const { stdout } = await run('docker', ['create', image]);
    const base = stdout.trim();
    onTestFinished(async () => void (await run('docker', ['rm', base])));
    await run('docker', ['commit', '--change', change, base, broken]);
    const starting = startKindCluster({ image: broken, directory: tmpdir(), privileged: false });
    await expect(starting).rejects.toThrow(`No container of ${broken} can be started`);
    expect(await containersLeft()).toBe('');
  });

  test('an image that is not there is named', { timeout: 120_000 }, async () => {
    const missing = startKindCluster({ image: '127.0.0.1:1/none:1', directory: tmpdir() });
    await expect(missing).rejects.toThrow('No container of 127.0.0.1:1/none:1 can be started');
  });
});
