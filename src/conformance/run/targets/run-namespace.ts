import type { KubeObject } from '../../../kube/kube-object.js';
import { type KubeClient, KubeRefusal } from './kube-client.js';
import { atOnce, collectionPath, type ServedType } from './served-types.js';

/** A namespace that nobody else uses. */
export interface RunNamespace {
  readonly object: KubeObject;
  /** Removes what is in it, and then itself. */
  remove(): Promise<void>;
}

export interface RunNamespaceOptions {
  readonly client: KubeClient;
  readonly name: string;
  readonly types: readonly ServedType[];
  /** No controller runs that would empty it. */
  readonly bare: boolean;
}

const path = '/api/v1/namespaces';

/** @throws KubeRefusal where it may not be made */
export async function createRunNamespace({ client, name, types, bare }: RunNamespaceOptions): Promise<RunNamespace> {
  const labels = { 'app.kubernetes.io/managed-by': 'plumbline' };
  const object = await client.send('POST', path, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  return {
    object,
    async remove() {
      const emptied = types.filter(({ namespaced, kind }) => namespaced && kind !== 'Service');
      await Promise.all([
        ...emptied.map((type) => unlessGone(client.send('DELETE', `${collectionPath(type, name)}?${atOnce}`))),
        removeServices(client, name),
      ]);
      await unlessGone(client.send('DELETE', `${path}/${name}`));
      if (!bare) return;
      await unlessGone(
        client.send('PUT', `${path}/${name}/finalize`, {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name },
          spec: { finalizers: [] },
        }),
      );
    },
  };
}

/** Old servers cannot delete them all at once. */
async function removeServices(client: KubeClient, namespace: string): Promise<void> {
  const services = `${path}/${namespace}/services`;
  const { items } = await client.get<{ readonly items: readonly KubeObject[] }>(services);
  for (const { metadata } of items) await unlessGone(client.send('DELETE', `${services}/${metadata.name}`));
}

async function unlessGone(sent: Promise<unknown>): Promise<void> {
  try {
    await sent;
  } catch (thrown) {
    // 405: of this kind not all can be deleted at once; the namespace takes them with it.
    if (!(thrown instanceof KubeRefusal && [404, 405, 409].includes(thrown.status))) throw thrown;
  }
}
