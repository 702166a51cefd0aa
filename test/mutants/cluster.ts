import { type Cluster, type KubeObject, makeCluster } from '../../fixtures/cluster/index.js';
import { type Compat, compatTraits } from '../../src/kube/compat.js';

/**
 * A cluster in which every rule has something to judge: what `makeCluster` makes, besides Pods in a second /16, a Pod
 * without labels, a Service with two ports, an Ingress with two hosts and, for servers, a Route.
 */
export function mutantCluster(compat: Compat): Cluster {
  const cluster = makeCluster({ seed: 4, pods: 20, nodes: 2, compat });
  const objects = new Map(cluster.objects);
  const shop = { name: 'shop', uid: uid(1) };
  const add = (type: string, object: KubeObject): void => {
    objects.set(type, [...(objects.get(type) ?? []), object]);
  };
  add('*v1.Namespace', kubeObject('v1', 'Namespace', shop));
  const inShop = (id: number, name: string) => ({ name, namespace: shop.name, uid: uid(id) });
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', ports: [{ containerPort: 80 }] }] } };
  const web = { ...inShop(2, 'web'), labels };
  add('*v1.ReplicationController', kubeObject('v1', 'ReplicationController', web, { replicas: 1, template }));
  const owner = { apiVersion: 'v1', kind: 'ReplicationController', name: 'web', uid: web.uid };
  const metadata = {
    ...inShop(3, 'web-x2x4z'),
    ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true } as const],
  };
  const node = objects.get('*v1.Node')?.[0];
  const hostIP = (node?.status?.addresses as { address: string }[] | undefined)?.[0]?.address;
  const condition = { type: 'Ready', status: 'True' };
  const containerStatuses = [{ containerID: `containerd://${'0c'.repeat(32)}` }];
  const status = { phase: 'Running', hostIP, podIP: '10.250.1.7', conditions: [condition], containerStatuses };
  add('*v1.Pod', { ...kubeObject('v1', 'Pod', metadata, { nodeName: node?.metadata.name }), status });
  const ports = [
    { name: 'http', port: 80, protocol: 'TCP', targetPort: 80, nodePort: 30080 },
    { name: 'metrics', port: 81, protocol: 'TCP', targetPort: 81, nodePort: 30081 },
  ];
  const service = { type: 'NodePort', clusterIP: '10.96.250.1', selector: labels, ports };
  add('*v1.Service', kubeObject('v1', 'Service', { ...inShop(4, 'web'), labels }, service));
  const path = { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } };
  const rules = ['www', 'api'].map((host) => ({ host: `${host}.example.org`, http: { paths: [path] } }));
  const ingressType = compat === 'doc' ? '*v1beta1.Ingress' : '*v1.Ingress';
  add(ingressType, kubeObject('networking.k8s.io/v1', 'Ingress', inShop(6, 'web'), { rules }));
  if (compatTraits[compat].needsVersionInfo) {
    const route = { host: 'shop.example.org', to: { kind: 'Service', name: 'web' }, port: { targetPort: 'http' } };
    add('*v1.Ingress', kubeObject('route.openshift.io/v1', 'Route', inShop(5, 'web'), route));
  }
  return { ...cluster, objects };
}

function kubeObject(
  apiVersion: string,
  kind: string,
  metadata: Omit<KubeObject['metadata'], 'creationTimestamp' | 'resourceVersion'>,
  spec: Record<string, unknown> = {},
): KubeObject {
  const times = { creationTimestamp: '2024-04-29T10:02:38Z', resourceVersion: '1' };
  return { apiVersion, kind, metadata: { ...metadata, ...times }, spec };
}

function uid(id: number): string {
  return `5e1d7c00-0000-4000-8000-00000000000${id}`;
}
