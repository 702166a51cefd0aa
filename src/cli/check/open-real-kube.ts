import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startControlPlane } from '../../conformance/run/targets/control-plane.js';
import { findAssets } from '../../conformance/run/targets/find-assets.js';
import { defaultKindImage, startKindCluster } from '../../conformance/run/targets/kind-cluster.js';
import { type RealCluster, RealClusterError } from '../../conformance/run/targets/real-cluster.js';
import { createRealTargets } from '../../conformance/run/targets/real-targets.js';
import { systemClock } from '../../server/clock.js';
import { PlumblineError } from '../plumbline-error.js';
import type { Terminal } from '../terminal.js';
import type { KubeOptions, OpenedKube } from './open-kube.js';

/**
 * A Kubernetes that other people wrote. What it takes to talk to one takes longer to load than most checks last, so this is
 * imported where one is wanted.
 *
 * @throws PlumblineError (bad input) where what was named is not there, or does not run here
 */
export async function openRealKube(terminal: Terminal, options: KubeOptions): Promise<OpenedKube> {
  const { kube } = options;
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-kubernetes-'));
  const undo: (() => Promise<void>)[] = [() => rm(directory, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of undo.reverse()) await step();
  };
  try {
    const cluster = await openCluster(terminal, options, directory);
    undo.push(cluster.close);
    const targets = await createRealTargets({
      cluster,
      clock: systemClock,
      ids: () => randomBytes(4).toString('hex'),
      onProblem: (message) => terminal.err(`plumbline: our own watch on Kubernetes: ${message}\n`),
    });
    undo.push(targets.close);
    terminal.err(
      `plumbline: playing on Kubernetes ${targets.gitVersion} (${kube}), one scenario at a time, each in a namespace of its own\n`,
    );
    // What other scenarios write would be seen by all agents.
    return { openTarget: targets.openTarget, jobs: 1, close };
  } catch (thrown) {
    await close();
    if (!(thrown instanceof RealClusterError)) throw thrown;
    throw PlumblineError.badInput(`--kube ${kube}: ${thrown.message}`, thrown.hint, thrown);
  }
}

async function openCluster(
  terminal: Terminal,
  { kube, kubeImage }: KubeOptions,
  directory: string,
): Promise<RealCluster> {
  switch (kube) {
    case 'envtest':
      return startControlPlane({ assets: findAssets(terminal.env), directory });
    case 'kind':
      return startKindCluster({
        image: kubeImage ?? terminal.env.PLUMBLINE_KIND_IMAGE ?? defaultKindImage,
        privileged: terminal.env.PLUMBLINE_KIND_PRIVILEGED !== 'no',
        directory,
      });
    default:
      return { kubeconfig: resolve(terminal.cwd, kube), bare: false, close: async () => {} };
  }
}
