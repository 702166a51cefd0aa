import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { startKindCluster } from '../../../../src/conformance/run/targets/kind-cluster.js';
import { kubeadmConfig } from '../../../../src/conformance/run/targets/kubeadm-config.js';
import { createRealTargets } from '../../../../src/conformance/run/targets/real-targets.js';
import { baseCluster } from '../../../../src/conformance/scenarios/common/base-cluster.js';
import { assetsOrReason } from './assets-or-reason.js';
import { buildNodeImage, whyNoImages } from './build-node-image.js';

const image = 'plumbline-test/node:1';
const assets = assetsOrReason();
const why = typeof assets === 'string' ? assets : whyNoImages();

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

  test('an image that is not there is named', { timeout: 120_000 }, async () => {
    const missing = startKindCluster({ image: '127.0.0.1:1/none:1', directory: tmpdir() });
    await expect(missing).rejects.toThrow('No container of 127.0.0.1:1/none:1 can be started');
  });
});
