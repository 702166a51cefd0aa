import type { TapSide } from '../../src/replay/observation-point.js';
import type { NodeName, PodName, Span } from './plan.js';

/** Where DeepFlow sees a conversation, by its own rules and what the kernel's data path shows there. */
export interface LabPoint {
  readonly tapSide: TapSide;
  readonly node: NodeName;
  readonly nic: string;
  readonly directions: 'both' | 'to-server' | 'to-client';
  /** The tunnel that is taken off there. */
  readonly tunnel?: LabTunnel;
  /** One set of packets stands for this point and for the other end's. */
  readonly shared?: true;
}

export interface LabTunnel {
  readonly type: 'VXLAN' | 'IPIP' | 'Geneve';
  readonly id: number;
}

export type Points = Readonly<Partial<Record<Span, readonly LabPoint[]>>>;

/** A point that sees both directions. */
export function at(tapSide: TapSide, node: NodeName, nic: string, more: Partial<LabPoint> = {}): LabPoint {
  return { tapSide, node, nic, directions: 'both', ...more };
}

export interface VethPath {
  readonly nic: (pod: PodName) => string;
  /** Between the nodes, for Pods; a Pod and a foreign node talk without it. */
  readonly tunnel?: LabTunnel;
  /** Towards anything but Pods, the node puts its own address in place of its Pod's. */
  readonly masquerades?: boolean;
}

/** Where both the Pods' NICs and the nodes' show Pod traffic, each in both directions. */
export function pointsOfVeth({ nic, tunnel, masquerades = false }: VethPath): Points {
  const inTunnel = tunnel === undefined ? {} : { tunnel };
  const across = [
    at('c', 'n1', nic('p1a')),
    at('c-nd', 'n1', 'eth0', inTunnel),
    at('s-nd', 'n2', 'eth0', inTunnel),
    at('s', 'n2', nic('p2a')),
  ];
  return {
    'same-node': [at('c', 'n1', nic('p1a')), at('s', 'n1', nic('p1b'))],
    'cross-node': across,
    'pod-to-service': across,
    'pod-to-node': [
      at('c', 'n1', nic('p1a')),
      // The address on the wire is the node's where it masquerades: the node is then an end of its own.
      at(masquerades ? 'c' : 'c-nd', 'n1', 'eth0'),
      at('s', 'n2', 'eth0'),
    ],
    'node-to-pod': [
      at(tunnel === undefined ? 'c' : 'c-nd', 'n1', 'eth0', inTunnel),
      at('s-nd', 'n2', 'eth0', inTunnel),
      at('s', 'n2', nic('p2a')),
    ],
  };
}

/** Where only the nodes' own NICs are captured. */
export function pointsOfNodeNics(tunnel?: LabTunnel, { masquerades = false } = {}): Points {
  const all = pointsOfVeth({ nic: () => '', masquerades, ...(tunnel === undefined ? {} : { tunnel }) });
  const withoutPods = (span: Span): readonly LabPoint[] => (all[span] ?? []).filter(({ nic }) => nic !== '');
  return {
    'same-node': [],
    'cross-node': withoutPods('cross-node'),
    'pod-to-service': withoutPods('pod-to-service'),
    'pod-to-node': withoutPods('pod-to-node'),
    'node-to-pod': withoutPods('node-to-pod'),
  };
}

/** Where the node's NIC stands for the Pods whose MACs its frames carry. */
export function pointsOfSubInterfaces(sharedOnNode: boolean): Points {
  const across = [at('c', 'n1', 'eth0'), at('s', 'n2', 'eth0')];
  const sameNode = [at('c', 'n1', 'eth0', { shared: true }), at('s', 'n1', 'eth0', { shared: true })];
  return {
    'same-node': sharedOnNode ? sameNode : [],
    'cross-node': across,
    'pod-to-service': across,
    'pod-to-node': across,
    'node-to-pod': across,
  };
}

/**
 * Inside a tunnel that carries frames as the Pods sent them, either direction has the sender's MAC and that of the
 * sender's gateway. DeepFlow tells flows of one NIC apart by the MAC of the end on that side, so that each direction is a
 * flow of its own there.
 */
export function apartByMac(points: readonly LabPoint[]): readonly LabPoint[] {
  return points.flatMap((point): readonly LabPoint[] =>
    point.tunnel === undefined
      ? [point]
      : [
          { ...point, directions: 'to-server' },
          { ...point, directions: 'to-client' },
        ],
  );
}

/**
 * A refused connection is then one flow of a SYN and one of a RST. The RST, the first packet of its flow, speaks against
 * its sender as the server, so that at its end the flow of the SYN is turned round; ports decide that of the RST.
 */
export function refusedApart(points: readonly LabPoint[]): readonly LabPoint[] {
  const toClient = points
    .filter(({ tunnel }) => tunnel !== undefined)
    .map((point): LabPoint => ({ ...point, directions: 'to-client' }));
  const others = points.filter(({ tunnel }) => tunnel === undefined);
  const clients = toClient.filter(({ tapSide }) => tapSide === 'c-nd');
  const servers = toClient.filter(({ tapSide }) => tapSide === 's-nd');
  return [
    ...servers.map((point): LabPoint => ({ ...point, tapSide: 'c-nd' })),
    ...clients,
    ...clients.map((point): LabPoint => ({ ...point, tapSide: 's-nd' })),
    ...servers,
    ...others,
  ];
}
