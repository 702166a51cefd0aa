/**
 * What the flow core hands over: one record per flow and report interval, or one per flow with its totals.
 *
 * The client is the side that the direction scores made the client when the record was written; `tx` in DeepFlow's
 * column names is the client's half, `rx` the server's. Times are microseconds since 1970 on the capture's own clock.
 */

/** Why a record was written: the flow ended, or the interval (a second or a minute) did. */
export type FlowRecordKind = 'end' | 'interval';

/** A tunnel header as one direction of the flow carried it: the outermost one, with whole addresses. */
export interface TunnelEnds {
  /** Outer source and destination address, canonical text. */
  readonly src: string;
  readonly dst: string;
  /** Outer source and destination MAC, 48 bits. */
  readonly macSrc: number;
  readonly macDst: number;
  /** VNI, GRE key or ERSPAN session; 0 where the kind of tunnel has none. */
  readonly id: number;
}

export interface FlowTunnel {
  /** DeepFlow's number: 1 VXLAN, 2 IPIP, 3 TencentGRE, 4 Geneve, 5 VXLAN-NSH, 6 ERSPAN, 7 TEB. */
  readonly type: number;
  /** How many layers were taken off: 1 or 2. */
  readonly tier: number;
  readonly isIpv6: boolean;
  /** Client to server, null until a packet of that direction came through a tunnel. */
  readonly tx: TunnelEnds | null;
  readonly rx: TunnelEnds | null;
}

/** One measured delay: how often, together, and the longest, in microseconds. */
export interface DelayStat {
  readonly sum: number;
  readonly count: number;
  readonly max: number;
}

/** One side of a flow. The counters are those of what this side sent within the record's interval. */
export interface FlowPeer {
  readonly ip: string;
  readonly port: number;
  /** 48 bits; 0 where the link layer of the capture has none. */
  readonly mac: number;
  readonly l2End: boolean;
  readonly l3End: boolean;
  readonly packets: number;
  /** Innermost L2 header with its VLAN tags plus IP length; no padding, no tunnel header. */
  readonly bytes: number;
  readonly l3Bytes: number;
  readonly l4Bytes: number;
  readonly totalPackets: number;
  readonly totalBytes: number;
  readonly tcpFlags: number;
  readonly totalTcpFlags: number;
  readonly retrans: number;
  readonly ooo: number;
  readonly zeroWin: number;
  /** Real address and port from a TCP option (TOA), where this side's packets carried one. */
  readonly toa: { readonly ip: string; readonly port: number } | null;
}

/** What made the direction what it is: the inputs `--explain` prints. */
export interface DirectionFacts {
  /** The client is not the sender of the first packet. */
  readonly isReversed: boolean;
  /** Score of the server side, 0 to 255; 255 is certain. */
  readonly score: number;
  readonly clientScore: number;
  /** A SYN, SYN+ACK or TOA option was seen, so ports were not asked. */
  readonly byHandshake: boolean;
  /** How often the client and the server changed places while the flow lived. */
  readonly reversals: number;
}

export interface FlowRecord {
  readonly kind: FlowRecordKind;
  readonly flowId: bigint;
  /** First packet of the flow, and last packet of the interval. */
  readonly startTime: number;
  readonly endTime: number;
  /** Start of the interval that the record stands for (the flow's start for a record of totals). */
  readonly intervalStart: number;
  /** Last packet minus first packet of the whole flow so far. */
  readonly duration: number;
  readonly client: FlowPeer;
  readonly server: FlowPeer;
  readonly family: 4 | 6;
  readonly etherType: number;
  /** IANA number. */
  readonly protocol: number;
  /** Innermost VLAN tag of the last packet that had one, 0 without. */
  readonly vlan: number;
  /** MAC of the tap port: the capturing NIC's, or in the virtual mirror mode the local end's. 48 bits. */
  readonly tapMac: number;
  /** Origin of the tap port, 0 local MAC. */
  readonly tapOrigin: number;
  readonly natSource: number;
  readonly tunnel: FlowTunnel | null;
  /** How often l2End or l3End of a side changed between packets. */
  readonly endChanges: number;
  /** l2End was taken from the packet type (SLL) or the address (raw IP), not from MACs. */
  readonly inferred: boolean;
  /** pcapng interface (0 for pcap) and, for SLL2, the interface index of the capturing kernel (else 0). */
  readonly interfaceId: number;
  readonly ifindex: number;
  readonly synCount: number;
  readonly synAckCount: number;
  readonly finCount: number;
  readonly retransSyn: number;
  readonly retransSynAck: number;
  /** Handshake, ACK of the client minus SYN; null until measured. */
  readonly rtt: number | null;
  readonly rttClient: DelayStat;
  readonly rttServer: DelayStat;
  readonly srt: DelayStat;
  readonly art: DelayStat;
  readonly cit: DelayStat;
  readonly synSeq: number;
  readonly synAckSeq: number;
  readonly lastKeepaliveSeq: number;
  readonly lastKeepaliveAck: number;
  readonly initIpid: number;
  /** DeepFlow's number; 5 for a record of an interval. */
  readonly closeType: number;
  /** State of the TCP table when the record was written, by name. */
  readonly state: string;
  /** The flow had not timed out when the capture ended. */
  readonly cutByEnd: boolean;
  readonly direction: DirectionFacts;
  /** Packets whose capture is shorter than the packet was. */
  readonly snaplenCut: number;
  /** Packets that look like copies of the one before (same IP id, sequence numbers, length, within 1 ms). */
  readonly duplicates: number;
  /** A tunnel that was seen inside and not taken off, and how many packets looked so. */
  readonly hiddenTunnel: { readonly type: number; readonly packets: number } | null;
  /** Numbers of the flow's first and last packet within the capture, from 0. */
  readonly firstPacket: number;
  readonly lastPacket: number;
}

/** Reasons why a packet is in no flow; each packet has exactly one, or is in a flow. */
export const dropReasons = [
  'zero-length',
  'oversize-record',
  'unknown-interface',
  'unsupported-link-type',
  'malformed-link',
  'malformed-ip',
  'malformed-l4',
  'cut-by-snaplen',
  'arp',
  'non-ip',
  'retired',
  'before-window',
  'flow-limit',
  'other-interface',
] as const;
export type DropReason = (typeof dropReasons)[number];

/** Things worth telling about a capture that cost no packet. */
export const captureNotes = [
  'record-over-snaplen',
  'snaplen-cut',
  'ip-length-zero',
  'ip-length-too-large',
  'time-raised',
  'time-restarted',
  'unknown-block',
  'malformed-block',
  'resynchronised',
  'skipped-bytes',
  'truncated-tail-bytes',
  'sections',
  'interfaces',
  'interface-limit',
  'tunnel-layers-left',
  'learn-limit',
] as const;
export type CaptureNote = (typeof captureNotes)[number];

/**
 * The book of one capture. `packets` equals `packetsInFlows` plus the sum of `dropped`; the packets of all flow
 * records add up to `injections`, which is `packetsInFlows` plus `injectedTwice`.
 */
export interface CaptureCounters {
  readonly packets: number;
  /** Bytes of packets as captured, and as they were on the wire. */
  readonly capturedBytes: number;
  readonly wireBytes: number;
  readonly packetsInFlows: number;
  /** Packets between two local MACs, which the virtual mirror mode counts for each side. */
  readonly injectedTwice: number;
  readonly injections: number;
  /** Second injections lost to the flow limit while the first one found its flow. */
  readonly injectionsOverLimit: number;
  readonly flows: number;
  readonly peakFlows: number;
  readonly records: number;
  /** Packets from which at least one tunnel header was taken off. */
  readonly decapsulated: number;
  readonly firstTime: number | null;
  readonly lastTime: number | null;
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly notes: Readonly<Record<CaptureNote, number>>;
}

/** Names of `FlowRecord.state`, in the order of the core's numbers. */
export const flowStates = [
  'Raw',
  'Opening1',
  'Opening2',
  'Established',
  'SynAck1',
  'Syn1',
  'ClosingTx1',
  'ClosingTx2',
  'ClosingRx1',
  'ClosingRx2',
  'Closed',
  'Reset',
  'ServerReset',
  'EstablishReset',
  'ClientL4PortReuse',
  'ServerCandidateQueueLack',
  'OpeningRst',
  'Exception',
] as const;
