import { join } from 'node:path';
import type { KubeObject } from '../../../kube/kube-object.js';
import type { KubeTarget } from '../../kube-target.js';
import type { TargetRequest } from '../open-target.js';
import type { ClusterConnection } from './cluster-connection.js';
import { startFaultProxy } from './fault-proxy.js';
import type { ClusterFollower } from './follow-cluster.js';
import { inWaves } from './in-waves.js';
import type { KubeClient } from './kube-client.js';
import { createRunNamespace, type RunNamespace } from './run-namespace.js';
import { type ServedType, typeOf } from './served-types.js';
import { createObjectWriter } from './write-objects.js';

/** A real cluster as all scenarios of a run share it. */
export interface SharedCluster {
  readonly connection: ClusterConnection;
  readonly client: KubeClient;
  readonly follower: ClusterFollower;
  readonly types: () => readonly ServedType[];
  readonly gitVersion: string;
  readonly bare: boolean;
}

/** How long an event of the run's namespace may wait until our own watch has shown it, too, ms. */
const togetherMs = 1_000;

/** A namespace of a real cluster, with a proxy before it, for one scenario. */
export async function createRealTarget(
  cluster: SharedCluster,
  namespace: string,
  { directory, clock, seed, objects }: TargetRequest,
): Promise<KubeTarget> {
  const { client, connection, follower, types, gitVersion, bare } = cluster;
  const place: RunNamespace = await createRunNamespace({ client, name: namespace, types: types(), bare });
  try {
    const { uid = '', resourceVersion = '' } = place.object.metadata;
    await follower.knows(uid, resourceVersion, togetherMs);
    const hasNode = (name: string) =>
      follower.objects().some(({ kind, metadata }) => kind === 'Node' && metadata.name === name);
    const writer = createObjectWriter({ client, follower, types, own: { namespace, hasNode } });
    for (const wave of inWaves(objects.filter((object) => isNamespaced(types(), object)))) {
      await Promise.all(wave.map(writer.create));
    }
    const proxy = await startFaultProxy({
      connection,
      clock,
      seed,
      directory: join(directory, 'proxy'),
      versionBefore: follower.versionBefore,
      async beforeEvent({ object, resourceVersion: version }) {
        // What the agent may upload has to be known before it can.
        if (object?.namespace === namespace) {
          await follower.knows(object.object.metadata.uid ?? '', version, togetherMs);
        }
      },
    });
    return {
      kubeconfig: proxy.kubeconfig,
      scope: { kind: 'namespace', namespace },
      gitVersion,
      create: writer.create,
      update: writer.update,
      delete: writer.delete,
      list: async () => follower.objects(),
      onChange: follower.onChange,
      onRequest: proxy.onRequest,
      onWatchEvent: proxy.onWatchEvent,
      faults: proxy.faults,
      async close() {
        await proxy.close();
        await place.remove();
      },
    };
  } catch (thrown) {
    await place.remove();
    throw thrown;
  }
}

/** Of what belongs to the whole cluster a real one has its own. */
function isNamespaced(types: readonly ServedType[], object: KubeObject): boolean {
  return object.kind !== 'Namespace' && object.kind !== 'Node' && typeOf(types, object)?.namespaced !== false;
}
