import type { ClusterPod, ClusterResources } from './cluster-resources.js';
import type { IpText } from './ip.js';
import { podsByAddress } from './node-view.js';
import { podKey, type Topology } from './topology.js';

/** Names of what an address belongs to; "" where there is none. */
export interface AddressTags {
  readonly type: 'pod' | 'node' | 'service' | 'unknown';
  readonly pod: string;
  readonly namespace: string;
  readonly workload: string;
  /** The Service that has the address, or that selects the Pod (the first by name of several). */
  readonly service: string;
  readonly node: string;
}

export interface TagIndex {
  tagsOf(ip: IpText): AddressTags;
  /** The Pod's object in the cluster's resources, where they hold it. */
  podObject(namespace: string, name: string): ClusterPod | null;
}

const nothing: AddressTags = { type: 'unknown', pod: '', namespace: '', workload: '', service: '', node: '' };

/** The tags that DeepFlow would put on an address, from the site and the cluster's objects. */
export function createTagIndex(topology: Topology, resources: ClusterResources | null): TagIndex {
  const tags = new Map<IpText, AddressTags>();
  const objects = new Map((resources?.pods ?? []).map((pod) => [podKey(pod), pod]));
  for (const service of resources?.services ?? []) {
    const { name, namespace } = service;
    for (const ip of service.ips) tags.set(ip, { ...nothing, type: 'service', service: name, namespace });
  }
  for (const [ip, pod] of podsByAddress(topology)) {
    const object = objects.get(podKey(pod));
    tags.set(ip, {
      type: 'pod',
      pod: pod.name,
      namespace: pod.namespace,
      workload: object === undefined ? '' : workloadOf(object, resources),
      service: object === undefined ? '' : serviceOf(object, resources),
      node: pod.node,
    });
  }
  for (const node of topology.nodes) {
    const ips = [...node.addresses, ...node.nics.filter((nic) => nic.kind !== 'loopback').flatMap((nic) => nic.ips)];
    for (const ip of ips) tags.set(ip, { ...nothing, type: 'node', node: node.name });
  }
  return {
    tagsOf: (ip) => tags.get(ip) ?? nothing,
    podObject: (namespace, name) => objects.get(podKey({ namespace, name })) ?? null,
  };
}

/** The Deployment behind a ReplicaSet; where that one's object is missing, its name without the hash. */
function workloadOf(pod: ClusterPod, resources: ClusterResources | null): string {
  if (pod.owner === null) return '';
  if (pod.owner.kind !== 'ReplicaSet') return pod.owner.name;
  const above = resources?.replicaSetOwners.get(`${pod.namespace}/${pod.owner.name}`);
  if (above !== undefined) return above.name;
  const hash = pod.labels.get('pod-template-hash');
  const suffix = hash === undefined ? /-[bcdf-hjklmnp-tv-z0-9]{6,10}$/ : new RegExp(`-${hash.replace(/\W/g, '')}$`);
  return pod.owner.name.replace(suffix, '');
}

function serviceOf(pod: ClusterPod, resources: ClusterResources | null): string {
  const selecting = (resources?.services ?? []).filter(
    ({ namespace, selector }) =>
      namespace === pod.namespace &&
      selector.size > 0 &&
      [...selector].every(([key, value]) => pod.labels.get(key) === value),
  );
  return selecting.map(({ name }) => name).sort()[0] ?? '';
}
