/** What an uploaded snapshot tells of nodes, Pods and Services, as far as agents are told of them. Plain JSON. */
export type ClusterFact = NodeFact | PodFact | ServiceFact;

export interface NodeFact {
  readonly kind: 'node';
  readonly uid: string;
  readonly name: string;
  readonly ip: string;
  /** "" where the node has none. */
  readonly podCidr: string;
}

export interface PodFact {
  readonly kind: 'pod';
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** "" where it has none, or its node's. */
  readonly ip: string;
  /** Address of its node. */
  readonly hostIp: string;
  /** Ids without the name of their runtime. */
  readonly containers: readonly string[];
}

export interface ServiceFact {
  readonly kind: 'service';
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly ips: readonly string[];
}

/**
 * How the facts of a cluster changed with an upload. What changed much comes in several parts, so that nobody who takes
 * them in is held up for long.
 */
export interface ClusterFactsChange {
  readonly clusterId: string;
  /** `seq` of the upload. */
  readonly upload: number;
  /** Nothing of what was known before counts any more. */
  readonly reset: boolean;
  /** More parts follow; what was said counts with the last of them. */
  readonly more: boolean;
  readonly set: readonly ClusterFact[];
  /** uids. */
  readonly gone: readonly string[];
}
