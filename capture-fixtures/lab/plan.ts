/** Two nodes with two Pods each; the same names and addresses in every lab, so that recordings can be compared. */
export const nodes = ['n1', 'n2'] as const;
export type NodeName = (typeof nodes)[number];
export const pods = ['p1a', 'p1b', 'p2a', 'p2b'] as const;
export type PodName = (typeof pods)[number];

export const nodeOf: Readonly<Record<PodName, NodeName>> = { p1a: 'n1', p1b: 'n1', p2a: 'n2', p2b: 'n2' };
export const otherNode: Readonly<Record<NodeName, NodeName>> = { n1: 'n2', n2: 'n1' };

export const nodeAddress: Readonly<Record<NodeName, string>> = { n1: '10.10.0.1', n2: '10.10.0.2' };
export const nodeMac: Readonly<Record<NodeName, string>> = { n1: '02:00:00:00:01:00', n2: '02:00:00:00:02:00' };

/** Addresses of a second family, where a lab has two. */
export const nodeAddress6: Readonly<Record<NodeName, string>> = { n1: 'fd00:10::1', n2: 'fd00:10::2' };
export const podNetwork6: Readonly<Record<PodName, string>> = {
  p1a: 'fd00:244:1::10',
  p1b: 'fd00:244:1::11',
  p2a: 'fd00:244:2::10',
  p2b: 'fd00:244:2::11',
};
export const podCidr6: Readonly<Record<NodeName, string>> = { n1: 'fd00:244:1::/64', n2: 'fd00:244:2::/64' };
export const podGateway6: Readonly<Record<NodeName, string>> = { n1: 'fd00:244:1::1', n2: 'fd00:244:2::1' };
export const serviceAddress6 = 'fd00:96::10';

/** MAC of the Pod's own NIC. */
export const podMac: Readonly<Record<PodName, string>> = {
  p1a: '02:00:00:01:01:0a',
  p1b: '02:00:00:01:01:0b',
  p2a: '02:00:00:01:02:0a',
  p2b: '02:00:00:01:02:0b',
};
/** MAC of the veth end in the root namespace. */
export const vethMac: Readonly<Record<PodName, string>> = {
  p1a: '02:00:00:0f:01:0a',
  p1b: '02:00:00:0f:01:0b',
  p2a: '02:00:00:0f:02:0a',
  p2b: '02:00:00:0f:02:0b',
};

/** Pod addresses of a network of their own: one /24 for each node. */
export const podNetwork: Readonly<Record<PodName, string>> = {
  p1a: '10.244.1.10',
  p1b: '10.244.1.11',
  p2a: '10.244.2.10',
  p2b: '10.244.2.11',
};
export const podCidr: Readonly<Record<NodeName, string>> = { n1: '10.244.1.0/24', n2: '10.244.2.0/24' };
export const podGateway: Readonly<Record<NodeName, string>> = { n1: '10.244.1.1', n2: '10.244.2.1' };

/** All Pod addresses of that kind. */
export const clusterCidr = '10.244.0.0/16';

/** Pod addresses within the network of the nodes. */
export const flatNetwork: Readonly<Record<PodName, string>> = {
  p1a: '10.10.0.110',
  p1b: '10.10.0.111',
  p2a: '10.10.0.120',
  p2b: '10.10.0.121',
};

/** A Service of the lab: its address stands for the server's Pod. */
export const serviceAddress = '10.96.0.10';

export const spans = ['same-node', 'cross-node', 'pod-to-service', 'pod-to-node', 'node-to-pod'] as const;
export type Span = (typeof spans)[number];

/** Who talks to whom in each span. */
export const parties: Readonly<
  Record<Span, { readonly client: PodName | NodeName; readonly server: PodName | NodeName }>
> = {
  'same-node': { client: 'p1a', server: 'p1b' },
  'cross-node': { client: 'p1a', server: 'p2a' },
  'pod-to-service': { client: 'p1a', server: 'p2a' },
  'pod-to-node': { client: 'p1a', server: 'n2' },
  'node-to-pod': { client: 'n1', server: 'p2a' },
};

export function isPod(name: string): name is PodName {
  return (pods as readonly string[]).includes(name);
}

export function nodeBelow(name: PodName | NodeName): NodeName {
  return isPod(name) ? nodeOf[name] : name;
}
