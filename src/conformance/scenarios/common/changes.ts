import type { KubeObject } from '../../../kube/kube-object.js';
import { ingress, kubeNamespace, node, pod, replicaSet, service, withLabels, workload } from './kube-objects.js';

/** A change of an object of one type, and the needed field that it changes. */
export interface TypedChange {
  readonly kind: string;
  /** Made anew. */
  readonly created: KubeObject;
  /** The object with another value in a field that DeepFlow needs. */
  readonly modify: (object: KubeObject) => KubeObject;
}

/** One object of every type that agents upload by default; none points at what the base cluster has not. */
export function typedChanges(): readonly TypedChange[] {
  const cart = workload('apps/v1', 'Deployment', { name: 'cart' });
  const cartSet = replicaSet(cart, '5b8f9c6d7f');
  const relabel = (object: KubeObject): KubeObject => withLabels(object, { tier: 'zwei' });
  return [
    { kind: 'Namespace', created: kubeNamespace('billing'), modify: (object) => withLabels(object, { tier: 'zwei' }) },
    { kind: 'Node', created: node('node-3', 3), modify: withAddress },
    { kind: 'Deployment', created: cart, modify: relabel },
    { kind: 'StatefulSet', created: workload('apps/v1', 'StatefulSet', { name: 'ledger' }), modify: relabel },
    { kind: 'DaemonSet', created: workload('apps/v1', 'DaemonSet', { name: 'probe' }), modify: relabel },
    {
      kind: 'ReplicationController',
      created: workload('v1', 'ReplicationController', { name: 'old' }),
      modify: relabel,
    },
    { kind: 'ReplicaSet', created: cartSet, modify: withReplicas },
    {
      kind: 'Pod',
      created: pod({ name: 'cart-5b8f9c6d7f-7hx4k', owner: cartSet, number: 31 }),
      modify: withPodAddress,
    },
    { kind: 'Service', created: service({ name: 'cart', number: 21 }), modify: withPort },
    { kind: 'Ingress', created: ingress({ name: 'cart', service: 'cart' }), modify: withHost },
  ];
}

function withAddress(object: KubeObject): KubeObject {
  const status = object.status as { readonly addresses: readonly object[] };
  return { ...object, status: { ...status, addresses: [{ type: 'InternalIP', address: '10.10.0.33' }] } };
}

function withReplicas(object: KubeObject): KubeObject {
  return { ...object, spec: { ...(object.spec as object), replicas: 2 } };
}

function withPodAddress(object: KubeObject): KubeObject {
  return {
    ...object,
    status: { ...(object.status as object), podIP: '10.244.1.131', podIPs: [{ ip: '10.244.1.131' }] },
  };
}

function withPort(object: KubeObject): KubeObject {
  const ports = [{ name: 'http', port: 8081, protocol: 'TCP', targetPort: 'http', nodePort: 30_021 }];
  return { ...object, spec: { ...(object.spec as object), ports } };
}

function withHost(object: KubeObject): KubeObject {
  const backend = { service: { name: 'cart', port: { number: 80 } } };
  const rules = [{ host: 'basket.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  return { ...object, spec: { tls: [{ hosts: ['basket.example.com'] }], rules } };
}

/** A Pod that any upload with Pods can hold: the sign by which scenarios tell whether changes still arrive. */
export function signPod(name: string, number: number): KubeObject {
  const owner = workload('apps/v1', 'StatefulSet', { name: 'store' });
  return pod({ name: `store-${name}`, owner, number });
}
