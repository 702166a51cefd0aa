import type { OptionalGroup } from '../../../apiserver/discovery/resource-type.js';
import type { Clock } from '../../../server/clock.js';
import { node } from '../../scenarios/common/kube-objects.js';
import { NotPlayable, type OpenTarget } from '../open-target.js';
import { connectCluster } from './cluster-connection.js';
import { defineCustomResources, isCustomGroup } from './custom-resources.js';
import { createClusterFollower } from './follow-cluster.js';
import { createKubeClient, KubeRefusal } from './kube-client.js';
import { type RealCluster, RealClusterError } from './real-cluster.js';
import { createRealTarget } from './real-target.js';
import { servedTypes } from './served-types.js';

/** Written for one scenario. */
const mostObjects = 500;

export interface RealTargetsOptions {
  readonly cluster: RealCluster;
  readonly clock: Clock;
  /** Part of a name that nobody else uses, with each call. */
  readonly ids: () => string;
  readonly onProblem: (message: string) => void;
}

/** Gives each scenario a namespace of one real cluster. */
export interface RealTargets {
  readonly openTarget: OpenTarget;
  readonly gitVersion: string;
  close(): Promise<void>;
}

/** @throws RealClusterError where the cluster cannot be used */
export async function createRealTargets(options: RealTargetsOptions): Promise<RealTargets> {
  const { cluster, clock, ids, onProblem } = options;
  const connection = connectCluster(cluster.kubeconfig);
  const client = createKubeClient(connection);
  const follower = createClusterFollower({ client, clock, onProblem });
  const close = async (): Promise<void> => {
    await follower.close();
    connection.close();
  };
  try {
    const { gitVersion } = await client.get<{ readonly gitVersion: string }>('/version');
    if (cluster.bare) await createNodes();
    let types = await servedTypes(client);
    await follower.follow(types);

    const serveGroups = async (groups: readonly OptionalGroup[]): Promise<void> => {
      const custom = groups.filter(isCustomGroup);
      const missing = custom.filter(
        (group) => !types.some(({ apiVersion }) => apiVersion.split('/')[0] === group.split('/')[0]),
      );
      if (missing.length === 0) return;
      if (!cluster.bare) throw new NotPlayable(`this Kubernetes does not serve ${missing.join(', ')}`);
      await defineCustomResources(client, custom);
      types = await servedTypes(client);
      await follower.follow(types);
    };

    return {
      gitVersion,
      openTarget: async (request) => {
        if (request.resourceVersions === 'opaque') {
          throw new NotPlayable('the resourceVersions of a real Kubernetes are numbers');
        }
        const { length } = request.objects;
        if (length > mostObjects) {
          throw new NotPlayable(`${length} objects are too many for a cluster that others may use, too`);
        }
        await serveGroups(request.groups ?? []);
        const shared = { connection, client, follower, types: () => types, gitVersion, bare: cluster.bare };
        return createRealTarget(shared, `plumbline-${ids()}`, request);
      },
      close,
    };
  } catch (thrown) {
    await close();
    if (thrown instanceof RealClusterError) throw thrown;
    throw new RealClusterError(
      `The cluster at ${connection.url} cannot be used: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      'See: kubectl --kubeconfig FILE auth can-i create namespaces; all types that agents read have to be readable, too.',
      thrown,
    );
  }

  /** Agents of a cluster without Nodes would have nothing to run on. */
  async function createNodes(): Promise<void> {
    for (const number of [1, 2]) {
      const object = node(`node-${number}`, number);
      const { name, labels } = object.metadata;
      try {
        const made = await client.send('POST', '/api/v1/nodes', { ...object, metadata: { name, labels } });
        await client.send('PUT', `/api/v1/nodes/${name}/status`, { ...made, status: object.status });
      } catch (thrown) {
        if (!(thrown instanceof KubeRefusal && thrown.status === 409)) throw thrown;
      }
    }
  }
}
