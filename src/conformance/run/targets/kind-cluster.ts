import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StartedTestContainer } from 'testcontainers';
import { parse, stringify } from 'yaml';
import { connectCluster } from './cluster-connection.js';
import { kubeadmConfig } from './kubeadm-config.js';
import { type RealCluster, RealClusterError } from './real-cluster.js';
import { waitReady } from './wait-ready.js';

export interface KindOptions {
  /** A node image of kind, or one that starts as they do: systemd, and kubeadm on the PATH. */
  readonly image: string;
  /** An existing, empty directory for the kubeconfig. */
  readonly directory: string;
  /** Node images of kind need it, and it is the default; images without systemd may do without. */
  readonly privileged?: boolean;
  /** How long it may take until it is ready, ms. */
  readonly startMs?: number;
}

export const defaultKindImage = 'kindest/node:v1.33.1';

const apiPort = 6443;
/** Names the containers of a run. */
const runLabel = 'plumbline.run';
const adminConfig = '/etc/kubernetes/admin.conf';
const kubeadmFile = '/kind/kubeadm.conf';
/** What the entrypoint of node images writes once kubeadm can run; kind waits for the same. */
const booted = /Reached target .*Multi-User System|detected cgroup v1/;

/**
 * Starts a cluster of one node in a container, as kind does it: without a network plugin, so that no Pods run but its own.
 *
 * @throws RealClusterError where Docker, the image or the cluster in it do not come up
 */
export async function startKindCluster(options: KindOptions): Promise<RealCluster> {
  const { image, directory, privileged = true, startMs = 300_000 } = options;
  const container = await startNode(image, privileged, startMs);
  const close = async (): Promise<void> => {
    await container.stop({ removeVolumes: true });
  };
  try {
    const host = container.getHost();
    const version = await outputOf(container, ['cat', '/kind/version']);
    await container.copyContentToContainer([{ content: kubeadmConfig(version, host), target: kubeadmFile }]);
    await outputOf(container, [
      'kubeadm',
      'init',
      '--skip-phases=preflight',
      `--config=${kubeadmFile}`,
      '--skip-token-print',
    ]);
    const kubeconfig = join(directory, 'kubeconfig');
    const text = await outputOf(container, ['cat', adminConfig]);
    const address = host.includes(':') ? `[${host}]` : host;
    const server = `https://${address}:${container.getMappedPort(apiPort)}`;
    await writeFile(kubeconfig, atServer(text, server), { mode: 0o600 });
    const connection = connectCluster(kubeconfig);
    try {
      await waitReady({ connection, timeoutMs: startMs });
    } finally {
      connection.close();
    }
    return { kubeconfig, bare: false, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function startNode(image: string, privileged: boolean, startMs: number): Promise<StartedTestContainer> {
  const { GenericContainer, getContainerRuntimeClient, Wait } = await import('testcontainers').catch(
    (cause: unknown) => {
      throw new RealClusterError(
        '--kube kind needs the package testcontainers, which is not installed.',
        'Install it beside Plumbline: npm install testcontainers@11',
        cause,
      );
    },
  );
  const run = randomUUID();
  try {
    const container = new GenericContainer(image).withLabels({ [runLabel]: run });
    if (privileged) container.withPrivilegedMode().withSecurityOpt('seccomp=unconfined', 'apparmor=unconfined');
    return await container
      .withTmpFs({ '/tmp': 'rw', '/run': 'rw' })
      .withBindMounts([{ source: '/lib/modules', target: '/lib/modules', mode: 'ro' }])
      .withEnvironment({ KUBECONFIG: adminConfig })
      .withExposedPorts(apiPort)
      .withWaitStrategy(Wait.forLogMessage(booted))
      .withStartupTimeout(startMs)
      .start();
  } catch (cause) {
    // One that was made and did not start is nobody's.
    const left = await getContainerRuntimeClient()
      .then(({ container }) => container.fetchByLabel(runLabel, run))
      .catch(() => undefined);
    await left?.remove({ force: true, v: true }).catch(() => {});
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RealClusterError(
      `No container of ${image} can be started: ${why}`,
      'A Docker engine has to be reachable (DOCKER_HOST), and the image there or to be pulled; --kube-image names another one.',
      cause,
    );
  }
}

async function outputOf(container: StartedTestContainer, command: string[]): Promise<string> {
  const { exitCode, stdout, output } = await container.exec(command);
  if (exitCode !== 0) {
    throw new RealClusterError(
      `In the container, ${command.join(' ')} ended with exit code ${exitCode}:\n${output.slice(-4_000)}`,
      'See whether the image is a node image of kind, and whether such containers run here: kind create cluster.',
    );
  }
  return stdout;
}

/** The kubeconfig, with the address under which the API server is reached from here. */
function atServer(kubeconfig: string, server: string): string {
  const config = parse(kubeconfig) as { readonly clusters: readonly { readonly cluster: object }[] };
  const clusters = config.clusters.map((each) => ({ ...each, cluster: { ...each.cluster, server } }));
  return stringify({ ...config, clusters });
}
