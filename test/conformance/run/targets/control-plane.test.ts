import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startControlPlane } from '../../../../src/conformance/run/targets/control-plane.js';
import { findAssets } from '../../../../src/conformance/run/targets/find-assets.js';

async function directoryOfTest(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-plane-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test('it is said which program is missing, and where it comes from', async () => {
  const directory = await directoryOfTest();
  expect(() => findAssets({ KUBEBUILDER_ASSETS: directory })).toThrow(
    `There is no ${directory}/etcd and no ${directory}/kube-apiserver.`,
  );
});

test('a program that ends at once is named with its last words', async () => {
  const directory = await directoryOfTest();
  const etcd = join(directory, 'etcd');
  await writeFile(etcd, '#!/bin/sh\necho the disk is full >&2\nexit 7\n');
  await chmod(etcd, 0o755);
  const kubeApiserver = join(directory, 'kube-apiserver');
  await writeFile(kubeApiserver, '#!/bin/sh\nexec sleep 600\n');
  await chmod(kubeApiserver, 0o755);
  await expect(startControlPlane({ assets: { etcd, kubeApiserver }, directory })).rejects.toThrow(
    /etcd does not start: it ended with exit code 7.*\n.*the disk is full/,
  );
});
