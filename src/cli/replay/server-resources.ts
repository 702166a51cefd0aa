import type { ClusterResources } from '../../platform/cluster-resources.js';
import { fetchCluster } from '../serve-client.js';
import { resourcesOf } from './read-resources.js';

/**
 * The objects of the snapshot that a running `plumbline serve` holds.
 *
 * @param cluster its id; may be left out where the server knows one
 * @throws PlumblineError as `fetchCluster`
 */
export async function serverResources(
  server: string,
  cluster: string | undefined,
  warn: (text: string) => void,
): Promise<ClusterResources> {
  const { url, clusterId, json } = await fetchCluster(server, 'snapshot', cluster, '--server-cluster');
  warn(
    `${url}: names and tags come from the snapshot of cluster '${clusterId}'. ` +
      'NICs, MACs and agent configuration are not served yet: they come from the site and --set.\n',
  );
  return resourcesOf([json], url, warn);
}
