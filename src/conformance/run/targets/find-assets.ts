import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { RealClusterError } from './real-cluster.js';

/** Paths of the programs of a control plane. */
export interface ControlPlaneAssets {
  readonly etcd: string;
  readonly kubeApiserver: string;
}

/** Where kubebuilder puts them. */
const standardFolder = '/usr/local/kubebuilder/bin';

/**
 * Looks in KUBEBUILDER_ASSETS, else in the standard folder.
 *
 * @throws RealClusterError where one of them is missing
 */
export function findAssets(env: NodeJS.ProcessEnv): ControlPlaneAssets {
  const folder = env.KUBEBUILDER_ASSETS ?? standardFolder;
  const found = { etcd: join(folder, 'etcd'), kubeApiserver: join(folder, 'kube-apiserver') };
  const missing = Object.values(found).filter((path) => !isProgram(path));
  if (missing.length > 0) {
    throw new RealClusterError(
      `There is no ${missing.join(' and no ')}${env.KUBEBUILDER_ASSETS === undefined ? ', and KUBEBUILDER_ASSETS is not set' : ''}.`,
      'Set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver; `setup-envtest use -p path` downloads them and prints it.',
    );
  }
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
