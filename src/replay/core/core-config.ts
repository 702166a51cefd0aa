/** How often a flow is reported: once with its totals, or per second or minute in which it had packets. */
export type CoreInterval = 'total' | '1s' | '1m';

/** Flows that one core can hold at once: nodes of 1 KiB and their tables stay below the 4 GiB of a 32-bit memory. */
export const mostFlows = 3_500_000;

/** Timeouts in seconds, as DeepFlow's agents name them. */
export interface CoreTimeouts {
  readonly established: number;
  readonly closingRst: number;
  readonly openingRst: number;
  /** Opening, closing, exception, and flows with packets of one direction only. */
  readonly others: number;
  /** Flows that both sides closed with FIN; 2 where it is not given. */
  readonly closedFin?: number;
}

/** A MAC (48 bits) that has an address. */
export interface CorePair {
  readonly mac: number;
  readonly ip: string;
}

/** Interfaces by their names: those named, or all the others. */
export interface InterfaceChoice {
  readonly names: readonly string[];
  readonly are: 'taken' | 'left-out';
}

/** What the core is told of one capturing NIC: plain data. MACs are 48-bit numbers. */
export interface CoreConfig {
  /** 0 local, 1 virtual mirror, 2 physical mirror. */
  readonly captureMode: 0 | 1 | 2;
  readonly nicMac: number;
  /** The MAC that stands for the NIC in mode 0; the NIC's own in the other modes. */
  readonly mappedMac: number;
  readonly localSegments: readonly number[];
  readonly remoteSegments: readonly number[];
  /** Pairs that give l3_end. */
  readonly pairs: readonly CorePair[];
  readonly vipMacs: readonly number[];
  /** Tunnels to take off, and those to take off and forget: DeepFlow's numbers 1 to 7. */
  readonly decap: readonly number[];
  readonly trim: readonly number[];
  readonly agentType: number;
  /** 3 is the cloud network. */
  readonly captureNetworkType: number;
  /** ignore-tor-mac: MACs are no part of a flow's identity. */
  readonly ignoreMac: boolean;
  /** ignore-l2-end: both MACs are part of it, not only that of the local side. */
  readonly ignoreL2End: boolean;
  readonly ignoreIdcVlan: boolean;
  readonly timeouts: CoreTimeouts;
  /** Seconds that a packet may be late, 1 to 28. */
  readonly packetDelay: number;
  readonly flowLimit: number;
  readonly serverPorts: readonly number[];
  readonly reportInterval: CoreInterval;
  /** Addresses whose owner is local, for captures without MACs; by default those of `pairs` with a local MAC. */
  readonly localAddresses?: readonly string[];
  /** Of a pcapng file with several interfaces: which of them are of this capture; all by default. */
  readonly interfaces?: InterfaceChoice;
  /** Part of every flow id, 0 to 255. */
  readonly threadId?: number;
  /** False sends every packet the general way, which comes to the same: for tests and measurements. */
  readonly express?: boolean;
}

/** What to make of the packets: flows, a row for each, or the (MAC, address) pairs that they show. */
export type CoreTask = 'flows' | 'packets' | 'learn';

/** An agent of type K8s on a virtual machine that knows nothing, with DeepFlow's defaults for all else. */
export const defaultCoreConfig: CoreConfig = {
  captureMode: 0,
  nicMac: 0,
  mappedMac: 0,
  localSegments: [],
  remoteSegments: [],
  pairs: [],
  vipMacs: [],
  decap: [1, 2],
  trim: [],
  agentType: 8,
  captureNetworkType: 3,
  ignoreMac: false,
  ignoreL2End: false,
  ignoreIdcVlan: false,
  timeouts: { established: 300, closingRst: 35, openingRst: 1, others: 5, closedFin: 2 },
  packetDelay: 1,
  flowLimit: 65_535,
  serverPorts: [],
  reportInterval: 'total',
};
