import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCertificates, createToken } from '../../../apiserver/http/certificates.js';
import { kubeconfigText } from '../../../apiserver/kubeconfig.js';
import { type BackgroundProcess, startProcess } from './background-process.js';
import { connectCluster } from './cluster-connection.js';
import type { ControlPlaneAssets } from './find-assets.js';
import { freePorts } from './free-ports.js';
import { type RealCluster, RealClusterError } from './real-cluster.js';
import { waitReady } from './wait-ready.js';

const stopGraceMs = 10_000;
const attempts = 3;

export interface ControlPlaneOptions {
  readonly assets: ControlPlaneAssets;
  /** An existing, empty directory for data, keys and kubeconfig. */
  readonly directory: string;
  /** How long it may take until it is ready, ms. */
  readonly startMs?: number;
}

/** What is listened on, and with which credentials. */
export interface ControlPlane extends RealCluster {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
}

/**
 * Starts etcd and kube-apiserver on 127.0.0.1, and nothing else: no controller, scheduler or kubelet changes what is written.
 *
 * @throws RealClusterError with the end of the log of the one that does not start
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(options, join(options.directory, String(attempt)));
    } catch (thrown) {
      // Somebody else may have taken a port between its choice and its use.
      if (attempt === attempts || !(thrown instanceof PortTaken)) throw thrown;
    }
  }
}

class PortTaken extends RealClusterError {}

async function startOnce({ assets, startMs = 120_000 }: ControlPlaneOptions, directory: string): Promise<ControlPlane> {
  await mkdir(directory);
  const [certificates, [client = 0, peer = 0, secure = 0]] = await Promise.all([createCertificates(), freePorts(3)]);
  const serviceAccounts = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const token = createToken();
  const files = {
    cert: join(directory, 'server.crt'),
    key: join(directory, 'server.key'),
    ca: join(directory, 'ca.crt'),
    signing: join(directory, 'service-accounts.key'),
    verifying: join(directory, 'service-accounts.pub'),
    tokens: join(directory, 'tokens.csv'),
    token: join(directory, 'token'),
    kubeconfig: join(directory, 'kubeconfig'),
  };
  const url = `https://127.0.0.1:${secure}`;
  const secret = { mode: 0o600 };
  await Promise.all([
    writeFile(files.cert, certificates.cert),
    writeFile(files.key, certificates.key, secret),
    writeFile(files.ca, certificates.ca),
    writeFile(files.signing, serviceAccounts.privateKey.export({ type: 'sec1', format: 'pem' }), secret),
    writeFile(files.verifying, serviceAccounts.publicKey.export({ type: 'spki', format: 'pem' })),
    writeFile(files.tokens, `${token},plumbline,plumbline,system:masters\n`, secret),
    writeFile(files.token, token, secret),
    writeFile(files.kubeconfig, kubeconfigText(url, files.ca, files.token), secret),
  ]);
  const etcdUrl = `http://127.0.0.1:${client}`;
  const etcd = startProcess(
    assets.etcd,
    [
      `--data-dir=${join(directory, 'etcd')}`,
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
      `--initial-cluster=default=http://127.0.0.1:${peer}`,
    ],
    directory,
  );
  const api = startProcess(
    assets.kubeApiserver,
    [
      `--etcd-servers=${etcdUrl}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      '--endpoint-reconciler-type=none',
      `--secure-port=${secure}`,
      `--cert-dir=${join(directory, 'certificates')}`,
      `--tls-cert-file=${files.cert}`,
      `--tls-private-key-file=${files.key}`,
      `--service-account-key-file=${files.verifying}`,
      `--service-account-signing-key-file=${files.signing}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--token-auth-file=${files.tokens}`,
      '--authorization-mode=RBAC',
      '--service-cluster-ip-range=10.96.0.0/16',
      '--disable-admission-plugins=ServiceAccount',
      '--allow-privileged=true',
    ],
    directory,
  );
  const close = async () => {
    // The API server first: without its etcd it would wait for it.
    await api.stop(stopGraceMs);
    await etcd.stop(stopGraceMs);
  };
  const connection = connectCluster(files.kubeconfig);
  try {
    await waitReady({ connection, timeoutMs: startMs, check: () => checkRuns({ etcd, api }) });
  } catch (thrown) {
    await close();
    throw thrown;
  } finally {
    connection.close();
  }
  return { kubeconfig: files.kubeconfig, bare: true, url, ca: certificates.ca, token, close };
}

function checkRuns({ etcd, api }: { readonly etcd: BackgroundProcess; readonly api: BackgroundProcess }): void {
  for (const [name, process] of [
    ['etcd', etcd],
    ['kube-apiserver', api],
  ] as const) {
    if (process.ended === null) continue;
    const kind = /address already in use/.test(process.log()) ? PortTaken : RealClusterError;
    throw new kind(
      `${name} does not start: ${process.ended}. The end of its log:\n${process.log()}`,
      'See whether the programs in KUBEBUILDER_ASSETS run on this machine and are of versions that fit together.',
    );
  }
}
