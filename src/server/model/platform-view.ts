/** What agents of one cluster are told of NICs and addresses. Plain JSON. */
export interface PlatformView {
  /** "": what agents without a cluster are told. */
  readonly clusterId: string;
  /** Rises with each change of content; 0: no agent was told yet. */
  readonly version: number;
  /** Of the cluster's domain; 0 where there is none. */
  readonly podClusterId: number;
  readonly interfaces: readonly ViewInterface[];
  readonly cidrs: readonly ViewCidr[];
  readonly peers: readonly ViewPeer[];
  readonly groups: readonly ViewGroup[];
  readonly containers: readonly ViewContainer[];
  /** MACs by node: an agent's own node are its local segments, the other ones its remote segments. */
  readonly segments: readonly ViewSegment[];
}

export interface ViewInterface {
  /** Stays as long as its owner and address do. */
  readonly id: number;
  readonly owner: ViewOwner;
  /** Name of the node; "" where that is not known. */
  readonly node: string;
  /** Number of the node, which is also that of its first interface; 0 as above. */
  readonly nodeId: number;
  /** Name of the NIC; "" where no agent reported it. */
  readonly nic: string;
  /** "aa:bb:cc:dd:ee:ff"; "00:00:00:00:00:00" where no agent reported it. */
  readonly mac: string;
  readonly ips: readonly ViewAddress[];
  /** Number of the VPC, from 1. */
  readonly epc: number;
}

/** `host`: a machine that no uploaded snapshot names. */
export interface ViewOwner {
  readonly type: 'node' | 'pod' | 'host';
  /** Name of the node or host, or `namespace/name` of the Pod. */
  readonly name: string;
}

export interface ViewAddress {
  readonly ip: string;
  readonly prefix: number;
}

export interface ViewCidr {
  /** "10.1.0.0/24". */
  readonly prefix: string;
  readonly type: 'LAN' | 'WAN';
  readonly epc: number;
}

export interface ViewPeer {
  readonly id: number;
  readonly localEpc: number;
  readonly remoteEpc: number;
}

/** The addresses of one Service. */
export interface ViewGroup {
  readonly id: number;
  readonly name: string;
  readonly epc: number;
  readonly ips: readonly string[];
}

export interface ViewContainer {
  readonly podId: number;
  /** `namespace/name`. */
  readonly pod: string;
  readonly node: string;
  readonly containerId: string;
}

export interface ViewSegment {
  readonly id: number;
  readonly node: string;
  readonly macs: readonly string[];
  /** As many as `macs`, of the same NICs. */
  readonly interfaceIds: readonly number[];
}
