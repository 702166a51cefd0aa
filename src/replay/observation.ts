import type { KnownPlatform } from '../platform/known-platform.js';
import { macsOfNodes, type NodeView, podBehind } from '../platform/node-view.js';
import type { Topology } from '../platform/topology.js';
import {
  createRecordDecider,
  type DecisionSettings,
  type RecordDecider,
  type RecordDecision,
} from './decide-record.js';
import type { DelayStat, FlowRecord } from './flow-record.js';
import type { TapSide } from './observation-point.js';

/** The three kinds of places at which traffic is observed. */
export type Position = 'syscall' | 'pod-nic' | 'node-nic';

export interface SeenEnd {
  readonly ip: string;
  readonly port: number;
  /** 0 for system calls and where the link layer has none. */
  readonly mac: number;
}

/** One conversation as one place shows it: plain data, kept while the conversation may still grow. */
export interface Observation {
  readonly source: 'packet' | 'syscall';
  readonly node: string;
  readonly nic: string;
  readonly position: Position;
  /** Which capture of the site, or which system-call file; file names for evidence. */
  readonly file: string;
  readonly tapSide: TapSide;
  readonly protocol: number;
  readonly client: SeenEnd;
  readonly server: SeenEnd;
  /** Client to server, and back. */
  readonly packetsTx: number;
  readonly packetsRx: number;
  readonly bytesTx: number;
  readonly bytesRx: number;
  /** Microseconds since 1970. */
  readonly firstTs: number;
  readonly lastTs: number;
  /** Initial sequence numbers; null where the handshake packet was not seen. */
  readonly synSeq: number | null;
  readonly synAckSeq: number | null;
  readonly tunnel: ObservedTunnel | null;
  readonly closeType: number;
  /** Means in microseconds; null where nothing was measured. */
  readonly rtt: number | null;
  readonly rttServer: number | null;
  readonly srt: number | null;
  readonly art: number | null;
  readonly retransTx: number;
  readonly retransRx: number;
  readonly zeroWin: number;
  readonly tapMac: number;
  /** 0 to 255, how sure the direction is. */
  readonly directionScore: number;
  readonly snaplenCut: number;
  readonly duplicates: number;
  readonly hiddenTunnel: { readonly type: number; readonly packets: number } | null;
  /** Numbers within the capture, from 0; null for system calls. */
  readonly firstPacket: number | null;
  readonly lastPacket: number | null;
  readonly flowId: bigint | null;
  readonly inferred: boolean;
  /** Null for system calls and where explanations are not kept. */
  readonly decision: RecordDecision | null;
}

export interface ObservedTunnel {
  readonly type: number;
  readonly tier: number;
  readonly id: number;
  readonly src: string;
  readonly dst: string;
}

/** Where a record was captured, and what the agent there knows. */
export interface ObservationPlace {
  readonly node: string;
  readonly nic: string;
  readonly file: string;
  readonly captureMode: number;
  readonly decide: RecordDecider;
  /** Every observation keeps how it was decided; else only those at rest, which advice asks about. */
  readonly keepsDecisions: boolean;
  /** The NIC is the root end of a Pod's veth. */
  readonly isPodEnd: boolean;
  /** MACs that the node's Pods really have and no node has. */
  readonly podMacs: ReadonlySet<number>;
}

export interface PlaceInputs {
  readonly node: string;
  readonly nic: string;
  readonly file: string;
  readonly captureMode: number;
  readonly topology: Topology;
  readonly platform: KnownPlatform;
  readonly view: NodeView;
  readonly settings: DecisionSettings;
  readonly keepsDecisions: boolean;
}

export function observationPlace({ topology, platform, view, settings, ...place }: PlaceInputs): ObservationPlace {
  const nodeMacs = macsOfNodes(topology);
  const nics = topology.pods.filter((pod) => pod.node === place.node).flatMap((pod) => pod.nics);
  const macs = nics.flatMap((nic) => nic.mac?.value ?? []);
  return {
    ...place,
    decide: createRecordDecider(platform, view, settings),
    isPodEnd: podBehind(topology, place.node, place.nic) !== null,
    podMacs: new Set(macs.filter((mac) => mac !== 0 && !nodeMacs.has(mac))),
  };
}

/** A flow record with its tap side. */
export function observe(record: FlowRecord, place: ObservationPlace): Observation {
  const decision = place.decide(record);
  const { client, server } = record;
  const header = record.tunnel?.tx ?? record.tunnel?.rx ?? null;
  return {
    source: 'packet',
    node: place.node,
    nic: place.nic,
    position: positionOf(record, place),
    file: place.file,
    tapSide: decision.tapSide,
    protocol: record.protocol,
    client: { ip: decision.clientLabel.ip, port: client.port, mac: client.mac },
    server: { ip: decision.serverLabel.ip, port: server.port, mac: server.mac },
    packetsTx: client.totalPackets,
    packetsRx: server.totalPackets,
    bytesTx: client.totalBytes,
    bytesRx: server.totalBytes,
    firstTs: record.startTime,
    lastTs: record.endTime,
    synSeq: record.synCount > 0 ? record.synSeq : null,
    synAckSeq: record.synAckCount > 0 ? record.synAckSeq : null,
    tunnel:
      record.tunnel === null || header === null
        ? null
        : { type: record.tunnel.type, tier: record.tunnel.tier, id: header.id, src: header.src, dst: header.dst },
    closeType: record.closeType,
    rtt: record.rtt,
    rttServer: mean(record.rttServer),
    srt: mean(record.srt),
    art: mean(record.art),
    retransTx: client.retrans,
    retransRx: server.retrans,
    zeroWin: client.zeroWin + server.zeroWin,
    tapMac: record.tapMac,
    directionScore: record.direction.score,
    snaplenCut: record.snaplenCut,
    duplicates: record.duplicates,
    hiddenTunnel: record.hiddenTunnel,
    firstPacket: record.firstPacket,
    lastPacket: record.lastPacket,
    flowId: record.flowId,
    inferred: record.inferred,
    decision: place.keepsDecisions || decision.tapSide === 'rest' ? decision : null,
  };
}

/**
 * The root end of a Pod's veth is that Pod's NIC. In the virtual mirror mode a Node NIC stands for the Pods whose own
 * MACs its frames carry; that the platform data may not know them does not change the place.
 */
function positionOf(record: FlowRecord, place: ObservationPlace): Position {
  if (place.isPodEnd) return 'pod-nic';
  if (place.captureMode !== 1 || record.tunnel !== null) return 'node-nic';
  const { tapMac, client, server } = record;
  const mirrored = tapMac === client.mac || tapMac === server.mac;
  const ends = mirrored ? [tapMac] : [client.mac, server.mac];
  return ends.some((mac) => place.podMacs.has(mac)) ? 'pod-nic' : 'node-nic';
}

function mean(stat: DelayStat): number | null {
  return stat.count === 0 ? null : Math.round(stat.sum / stat.count);
}
