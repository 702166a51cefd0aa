import { formatMac } from '../platform/mac.js';
import type { AddressTags, TagIndex } from '../platform/tags.js';
import type { FlowRow } from './flow-columns.js';
import type { FlowRecord } from './flow-record.js';
import type { Observation } from './observation.js';
import type { TapSide } from './observation-point.js';
import { shortTunnelIp } from './short-tunnel-ip.js';
import { tapPort } from './tap-port.js';

export interface FlowRowPlace {
  readonly node: string;
  readonly nic: string;
  readonly tapSide: TapSide;
}

/** A flow record as a row, columns in their order; what was not measured is 0, as DeepFlow has it. */
export function flowRow(record: FlowRecord, { node, nic, tapSide }: FlowRowPlace, tags: TagIndex): FlowRow {
  const { client, server, tunnel } = record;
  return {
    start_time: record.startTime,
    end_time: record.endTime,
    flow_id: record.flowId,
    ip_0: client.ip,
    ip_1: server.ip,
    client_port: client.port,
    server_port: server.port,
    protocol: record.protocol,
    tap_side: tapSide,
    node,
    nic,
    tap_port: tapPort(record),
    mac_0: formatMac(client.mac),
    mac_1: formatMac(server.mac),
    vlan: record.vlan,
    tunnel_type: tunnel?.type ?? 0,
    tunnel_tier: tunnel?.tier ?? 0,
    tunnel_tx_ip_0: shortTunnelIp(tunnel?.tx?.src),
    tunnel_tx_ip_1: shortTunnelIp(tunnel?.tx?.dst),
    tunnel_rx_ip_0: shortTunnelIp(tunnel?.rx?.src),
    tunnel_rx_ip_1: shortTunnelIp(tunnel?.rx?.dst),
    tunnel_tx_id: tunnel?.tx?.id ?? 0,
    tunnel_rx_id: tunnel?.rx?.id ?? 0,
    packet_tx: client.packets,
    packet_rx: server.packets,
    byte_tx: client.bytes,
    byte_rx: server.bytes,
    l3_byte_tx: client.l3Bytes,
    l3_byte_rx: server.l3Bytes,
    l4_byte_tx: client.l4Bytes,
    l4_byte_rx: server.l4Bytes,
    tcp_flags_bit_0: client.tcpFlags,
    tcp_flags_bit_1: server.tcpFlags,
    syn_seq: record.synSeq,
    syn_ack_seq: record.synAckSeq,
    syn_count: record.synCount,
    synack_count: record.synAckCount,
    fin_count: record.finCount,
    retrans_syn: record.retransSyn,
    retrans_synack: record.retransSynAck,
    retrans_tx: client.retrans,
    retrans_rx: server.retrans,
    ooo_tx: client.ooo,
    ooo_rx: server.ooo,
    zero_win_tx: client.zeroWin,
    zero_win_rx: server.zeroWin,
    rtt: record.rtt ?? 0,
    rtt_client_sum: record.rttClient.sum,
    rtt_client_count: record.rttClient.count,
    rtt_client_max: record.rttClient.max,
    rtt_server_sum: record.rttServer.sum,
    rtt_server_count: record.rttServer.count,
    rtt_server_max: record.rttServer.max,
    srt_sum: record.srt.sum,
    srt_count: record.srt.count,
    srt_max: record.srt.max,
    art_sum: record.art.sum,
    art_count: record.art.count,
    art_max: record.art.max,
    cit_sum: record.cit.sum,
    cit_count: record.cit.count,
    cit_max: record.cit.max,
    close_type: record.closeType,
    direction_score: record.direction.score,
    l2_end_0: client.l2End,
    l2_end_1: server.l2End,
    l3_end_0: client.l3End,
    l3_end_1: server.l3End,
    ...tagColumns(tags.tagsOf(client.ip), tags.tagsOf(server.ip)),
  };
}

/**
 * A row of system calls, points c-p and s-p: what they can tell, all else 0 or empty. Packets are calls, bytes are those
 * that the calls passed (no header is among them), `l2_end` is set on the end whose process it is. No flow table gave
 * them an id: flow_id is 0.
 */
export function syscallFlowRow(row: Observation, tags: TagIndex): FlowRow {
  const { client, server, node, nic, tapSide } = row;
  return {
    start_time: row.firstTs,
    end_time: row.lastTs,
    flow_id: row.flowId ?? 0n,
    ip_0: client.ip,
    ip_1: server.ip,
    client_port: client.port,
    server_port: server.port,
    protocol: row.protocol,
    tap_side: tapSide,
    node,
    nic,
    tap_port: 0n,
    mac_0: formatMac(client.mac),
    mac_1: formatMac(server.mac),
    ...noTunnel,
    packet_tx: row.packetsTx,
    packet_rx: row.packetsRx,
    byte_tx: row.bytesTx,
    byte_rx: row.bytesRx,
    l3_byte_tx: row.bytesTx,
    l3_byte_rx: row.bytesRx,
    l4_byte_tx: row.bytesTx,
    l4_byte_rx: row.bytesRx,
    ...nothingMeasured,
    close_type: row.closeType,
    direction_score: row.directionScore,
    l2_end_0: tapSide === 'c-p',
    l2_end_1: tapSide === 's-p',
    l3_end_0: false,
    l3_end_1: false,
    ...tagColumns(tags.tagsOf(client.ip), tags.tagsOf(server.ip)),
  };
}

const noTunnel = {
  vlan: 0,
  tunnel_type: 0,
  tunnel_tier: 0,
  tunnel_tx_ip_0: shortTunnelIp(undefined),
  tunnel_tx_ip_1: shortTunnelIp(undefined),
  tunnel_rx_ip_0: shortTunnelIp(undefined),
  tunnel_rx_ip_1: shortTunnelIp(undefined),
  tunnel_tx_id: 0,
  tunnel_rx_id: 0,
} as const satisfies Partial<FlowRow>;

const nothingMeasured = {
  tcp_flags_bit_0: 0,
  tcp_flags_bit_1: 0,
  syn_seq: 0,
  syn_ack_seq: 0,
  syn_count: 0,
  synack_count: 0,
  fin_count: 0,
  retrans_syn: 0,
  retrans_synack: 0,
  retrans_tx: 0,
  retrans_rx: 0,
  ooo_tx: 0,
  ooo_rx: 0,
  zero_win_tx: 0,
  zero_win_rx: 0,
  rtt: 0,
  rtt_client_sum: 0,
  rtt_client_count: 0,
  rtt_client_max: 0,
  rtt_server_sum: 0,
  rtt_server_count: 0,
  rtt_server_max: 0,
  srt_sum: 0,
  srt_count: 0,
  srt_max: 0,
  art_sum: 0,
  art_count: 0,
  art_max: 0,
  cit_sum: 0,
  cit_count: 0,
  cit_max: 0,
} as const satisfies Partial<FlowRow>;

function tagColumns(client: AddressTags, server: AddressTags) {
  return {
    pod_0: client.pod,
    pod_1: server.pod,
    pod_ns_0: client.type === 'pod' ? client.namespace : '',
    pod_ns_1: server.type === 'pod' ? server.namespace : '',
    workload_0: client.workload,
    workload_1: server.workload,
    service_1: server.service,
    pod_node_0: client.node,
    pod_node_1: server.node,
  };
}
