/**
 * How a column is written: `text`; `flag` true or false; `int` a number below 2^31; `long` a number below 2^53;
 * `unsigned` an unsigned 64-bit number, which a row holds as bigint.
 */
export type FlowColumnKind = 'text' | 'flag' | 'int' | 'long' | 'unsigned';

/** The columns of `--flows` in their order, under the names of DeepFlow's l4_flow_log. Times are microseconds. */
export const flowColumnKinds = {
  start_time: 'long',
  end_time: 'long',
  flow_id: 'unsigned',
  ip_0: 'text',
  ip_1: 'text',
  client_port: 'int',
  server_port: 'int',
  protocol: 'int',
  tap_side: 'text',
  node: 'text',
  nic: 'text',
  tap_port: 'unsigned',
  mac_0: 'text',
  mac_1: 'text',
  vlan: 'int',
  tunnel_type: 'int',
  tunnel_tier: 'int',
  tunnel_tx_ip_0: 'text',
  tunnel_tx_ip_1: 'text',
  tunnel_rx_ip_0: 'text',
  tunnel_rx_ip_1: 'text',
  tunnel_tx_id: 'long',
  tunnel_rx_id: 'long',
  packet_tx: 'long',
  packet_rx: 'long',
  byte_tx: 'long',
  byte_rx: 'long',
  l3_byte_tx: 'long',
  l3_byte_rx: 'long',
  l4_byte_tx: 'long',
  l4_byte_rx: 'long',
  tcp_flags_bit_0: 'int',
  tcp_flags_bit_1: 'int',
  syn_seq: 'long',
  syn_ack_seq: 'long',
  syn_count: 'long',
  synack_count: 'long',
  fin_count: 'long',
  retrans_syn: 'long',
  retrans_synack: 'long',
  retrans_tx: 'long',
  retrans_rx: 'long',
  ooo_tx: 'long',
  ooo_rx: 'long',
  zero_win_tx: 'long',
  zero_win_rx: 'long',
  rtt: 'long',
  rtt_client_sum: 'long',
  rtt_client_count: 'long',
  rtt_client_max: 'long',
  rtt_server_sum: 'long',
  rtt_server_count: 'long',
  rtt_server_max: 'long',
  srt_sum: 'long',
  srt_count: 'long',
  srt_max: 'long',
  art_sum: 'long',
  art_count: 'long',
  art_max: 'long',
  cit_sum: 'long',
  cit_count: 'long',
  cit_max: 'long',
  close_type: 'int',
  direction_score: 'int',
  l2_end_0: 'flag',
  l2_end_1: 'flag',
  l3_end_0: 'flag',
  l3_end_1: 'flag',
  pod_0: 'text',
  pod_1: 'text',
  pod_ns_0: 'text',
  pod_ns_1: 'text',
  workload_0: 'text',
  workload_1: 'text',
  service_1: 'text',
  pod_node_0: 'text',
  pod_node_1: 'text',
} as const satisfies Readonly<Record<string, FlowColumnKind>>;

export type FlowColumn = keyof typeof flowColumnKinds;

export const flowColumns = Object.keys(flowColumnKinds) as readonly FlowColumn[];

interface ValueOfKind {
  readonly text: string;
  readonly flag: boolean;
  readonly int: number;
  readonly long: number;
  readonly unsigned: bigint;
}

/** One flow at one observation point. Plain data; `jsonl` and `csv` write its bigints as decimal text. */
export type FlowRow = {
  readonly [Column in FlowColumn]: ValueOfKind[(typeof flowColumnKinds)[Column]];
};
