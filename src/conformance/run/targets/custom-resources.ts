import { setTimeout as wait } from 'node:timers/promises';
import { type OptionalGroup, resourceTypes } from '../../../apiserver/discovery/resource-type.js';
import { type KubeClient, KubeRefusal } from './kube-client.js';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const establishMs = 20_000;
const askEveryMs = 100;

/** Groups whose kinds a real cluster knows by definitions only, if at all. */
export function isCustomGroup(group: OptionalGroup): boolean {
  return !group.startsWith('networking.k8s.io/') && !group.startsWith('extensions/');
}

/** Defines the kinds of these groups, of any content, and waits until they are served. Those that are defined stay as they are. */
export async function defineCustomResources(client: KubeClient, groups: readonly OptionalGroup[]): Promise<void> {
  const types = resourceTypes(groups).filter(({ builtIn }) => !builtIn);
  for (const type of types) {
    const name = `${type.plural}.${type.group}`;
    await client
      .send('POST', definitions, {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name },
        spec: {
          group: type.group,
          scope: type.namespaced ? 'Namespaced' : 'Cluster',
          names: { plural: type.plural, singular: type.singular, kind: type.kind, listKind: type.listKind },
          versions: type.versions.map((version, at) => ({
            name: version,
            served: true,
            storage: at === 0,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            ...(type.hasStatus ? { subresources: { status: {} } } : {}),
          })),
        },
      })
      .catch((thrown: unknown) => {
        if (!(thrown instanceof KubeRefusal && thrown.status === 409)) throw thrown;
      });
  }
  const deadline = performance.now() + establishMs;
  for (const type of types) {
    const path = `/apis/${type.group}/${type.versions[0]}/${type.plural}`;
    while (!(await isServed(client, path))) {
      if (performance.now() > deadline) throw new Error(`${path} is defined, and not served after ${establishMs} ms.`);
      await wait(askEveryMs);
    }
  }
}

async function isServed(client: KubeClient, path: string): Promise<boolean> {
  try {
    await client.get(path);
    return true;
  } catch (thrown) {
    if (thrown instanceof KubeRefusal && thrown.status === 404) return false;
    throw thrown;
  }
}
