import type { ClusterPod, ClusterResources, ClusterService } from '../platform/cluster-resources.js';
import { formatMac } from '../platform/mac.js';
import type { Anonymizer } from './anonymizer.js';

type KubernetesObject = Readonly<Record<string, unknown>>;

/**
 * What a replay reads of a cluster's objects, built anew: all that is not named here is left out (annotations, containers,
 * environments, NetworkPolicies, objects of other kinds).
 */
export function anonymizeCluster(resources: ClusterResources, anonymizer: Anonymizer): KubernetesObject {
  const { nodes, pods, services, replicaSetOwners } = resources;
  const ips = (of: readonly string[]): string[] => of.flatMap((ip) => anonymizer.ip(ip) ?? []);
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      ...nodes.map(({ name, addresses }) => ({
        kind: 'Node',
        metadata: { name: anonymizer.name('node', name) },
        status: { addresses: ips(addresses).map((address) => ({ type: 'InternalIP', address })) },
      })),
      ...pods.map((pod) => podObject(pod, anonymizer, ips)),
      ...services.map((service) => serviceObject(service, anonymizer, ips)),
      ...[...replicaSetOwners].map(([key, owner]) => {
        const slash = key.indexOf('/');
        const [namespace, name] = [key.slice(0, slash), key.slice(slash + 1)];
        return {
          kind: 'ReplicaSet',
          metadata: {
            name: anonymizer.name('workload', name),
            namespace: anonymizer.name('namespace', namespace),
            ...owners(owner, anonymizer),
          },
        };
      }),
    ],
  };
}

type Ips = (of: readonly string[]) => string[];

function podObject(pod: ClusterPod, anonymizer: Anonymizer, ips: Ips): KubernetesObject {
  const podIPs = ips(pod.ips);
  return {
    kind: 'Pod',
    metadata: {
      name: anonymizer.name('pod', pod.name),
      namespace: anonymizer.name('namespace', pod.namespace),
      labels: labels(pod.labels, anonymizer),
      ...owners(pod.owner, anonymizer),
      ...(pod.nics.length === 0 ? {} : { annotations: networkStatus(pod, anonymizer, ips) }),
    },
    spec: { nodeName: anonymizer.name('node', pod.node), ...(pod.hostNetwork ? { hostNetwork: true } : {}) },
    status: { ...(podIPs[0] === undefined ? {} : { podIP: podIPs[0] }), podIPs: podIPs.map((ip) => ({ ip })) },
  };
}

/** The one annotation that tells of NICs, whichever it was before. */
function networkStatus({ nics }: ClusterPod, anonymizer: Anonymizer, ips: Ips): KubernetesObject {
  const status = nics.map(({ name, mac, ips: held }) => ({
    interface: anonymizer.name('nic', name),
    ips: ips(held),
    ...(mac === null ? {} : { mac: anonymizer.mac(formatMac(mac)) }),
  }));
  return { 'k8s.v1.cni.cncf.io/network-status': JSON.stringify(status) };
}

function serviceObject(service: ClusterService, anonymizer: Anonymizer, ips: Ips): KubernetesObject {
  const clusterIPs = ips(service.ips);
  return {
    kind: 'Service',
    metadata: {
      name: anonymizer.name('service', service.name),
      namespace: anonymizer.name('namespace', service.namespace),
    },
    spec: { clusterIPs, selector: labels(service.selector, anonymizer) },
  };
}

function owners(owner: { readonly kind: string; readonly name: string } | null, anonymizer: Anonymizer) {
  if (owner === null) return {};
  const kind = workloadKinds.has(owner.kind) ? owner.kind : anonymizer.name('value', owner.kind);
  // A static Pod's owner is its node.
  const name = anonymizer.name(owner.kind === 'Node' ? 'node' : 'workload', owner.name);
  return { ownerReferences: [{ kind, name, controller: true }] };
}

const workloadKinds: ReadonlySet<string> = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
  'Node',
]);

function labels(of: ReadonlyMap<string, string>, anonymizer: Anonymizer): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...of].map(([key, value]) => [anonymizer.name('label', key), anonymizer.name('value', value)]),
  );
}
