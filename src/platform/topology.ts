import type { IpText } from './ip.js';
import type { Mac } from './mac.js';
import type { Fact } from './origin.js';

/** How a Pod's NIC reaches the root namespace. `unknown`: nobody says. */
export type PodNicKind = 'veth' | 'macvlan' | 'ipvlan' | 'unknown';

/** What a NIC of the root namespace is. Only `physical` ones count as the node's own in the platform data. */
export type NodeNicKind = 'physical' | 'pod-end' | 'bridge' | 'tunnel' | 'loopback' | 'other';

export interface NodeNic {
  readonly name: string;
  readonly kind: NodeNicKind;
  readonly mac: Fact<Mac> | null;
  readonly ips: readonly IpText[];
  readonly ifindex: number | null;
  /** The MAC that capture mode 0 compares with, where the site overrides the default. */
  readonly mappedMac: Mac | null;
}

export interface TopologyNode {
  readonly name: string;
  readonly nics: readonly NodeNic[];
  /** Addresses of the node that no NIC is known to have, such as InternalIP. */
  readonly addresses: readonly IpText[];
  readonly localSegments: readonly Mac[] | null;
  readonly remoteSegments: readonly Mac[] | null;
}

export interface PodNic {
  readonly name: string;
  readonly kind: PodNicKind;
  /** The NIC of the root namespace that it hangs on: the veth end, or the parent of a macvlan or ipvlan NIC. */
  readonly hostNic: string | null;
  readonly mac: Fact<Mac> | null;
  readonly ips: readonly IpText[];
}

export interface TopologyPod {
  readonly name: string;
  readonly namespace: string;
  /** "" where the Pod is not scheduled. */
  readonly node: string;
  readonly nics: readonly PodNic[];
  /** Name of its VPC; one for all unless the site says otherwise. */
  readonly vpc: string;
}

/** Nodes, Pods and their NICs as they are, whether DeepFlow knows them or not. */
export interface Topology {
  readonly nodes: readonly TopologyNode[];
  readonly pods: readonly TopologyPod[];
  /** Addresses that a load balancer or Service holds in DeepFlow's sense of a VIP. */
  readonly vips: readonly IpText[];
}

export const defaultVpc = 'default';

export function podKey(pod: { readonly namespace: string; readonly name: string }): string {
  return `${pod.namespace}/${pod.name}`;
}

/** Where Kubernetes puts what names no namespace. */
export const defaultNamespace = 'default';
