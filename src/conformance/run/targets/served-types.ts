import { optionalGroups, resourceTypes } from '../../../apiserver/discovery/resource-type.js';
import type { KubeObject } from '../../../kube/kube-object.js';
import { groupOf, kubeTypes } from '../../truth/kube-type.js';
import { type KubeClient, KubeRefusal } from './kube-client.js';

/** A kind of objects that a cluster serves, in the version that is used of it. */
export interface ServedType {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly hasStatus: boolean;
}

/** Query of a deletion that waits for no kubelet and leaves no work to controllers. */
export const atOnce = 'gracePeriodSeconds=0&propagationPolicy=Background';

interface ResourceList {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

/** Kinds that DeepFlow shows, as far as the cluster serves them. Ingresses, which several groups show, are named once. */
export async function servedTypes(client: KubeClient): Promise<readonly ServedType[]> {
  const wanted = resourceTypes(optionalGroups).filter(({ group, kind }) =>
    kubeTypes.some((type) => type.group === group && type.kind === kind),
  );
  const served: ServedType[] = [];
  for (const { group, versions, kind, plural } of wanted) {
    if (kind === 'Ingress' && served.some((type) => type.kind === kind)) continue;
    for (const version of versions) {
      const apiVersion = group === '' ? version : `${group}/${version}`;
      const resources = await resourcesOf(client, apiVersion);
      const found = resources.find(({ name }) => name === plural);
      if (found === undefined) continue;
      const hasStatus = resources.some(({ name }) => name === `${plural}/status`);
      served.push({ apiVersion, kind, plural, namespaced: found.namespaced, hasStatus });
      break;
    }
  }
  return served;
}

async function resourcesOf(client: KubeClient, apiVersion: string): Promise<ResourceList['resources']> {
  try {
    const list = await client.get<ResourceList>(rootOf(apiVersion));
    return list.resources;
  } catch (thrown) {
    if (thrown instanceof KubeRefusal && thrown.status === 404) return [];
    throw thrown;
  }
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** Undefined for a kind that the cluster does not serve. */
export function typeOf(types: readonly ServedType[], object: KubeObject): ServedType | undefined {
  const group = groupOf(object.apiVersion);
  return types.find((type) => type.kind === object.kind && groupOf(type.apiVersion) === group);
}

/** Path of a collection; of all namespaces where none is given. */
export function collectionPath({ apiVersion, plural, namespaced }: ServedType, namespace?: string): string {
  const inNamespace = namespaced && namespace !== undefined ? `/namespaces/${namespace}` : '';
  return `${rootOf(apiVersion)}${inNamespace}/${plural}`;
}
