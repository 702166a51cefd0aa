import type { ConfigurationKey } from '../configuration-key.js';
import { both, newer, older } from '../key-row.js';
import { boolean, choice, integer, list, openChoice, port, text } from '../key-type.js';

const socket = 'outputs.socket';
const flowLog = 'outputs.flow_log';
const metrics = 'outputs.flow_metrics';
const npb = 'outputs.npb';
const compression = 'outputs.compression';
const old = 'static_config';

const networkTypes = list(openChoice([-1, 'Disabled'], [0, 'All TAPs']));
const tapSides = list(
  choice(
    ...([
      [0, 'rest'],
      [1, 'c'],
      [2, 's'],
      [4, 'local'],
      [9, 'c-nd'],
      [10, 's-nd'],
      [17, 'c-hv'],
      [18, 's-hv'],
      [25, 'c-gw-hv'],
      [26, 's-gw-hv'],
      [33, 'c-gw'],
      [34, 's-gw'],
      [41, 'c-p'],
      [42, 's-p'],
    ] as const),
  ),
);

/** What agents send on, and the rest. */
export const outputKeys: readonly ConfigurationKey[] = [
  both(`${socket}.data_socket_type`, 'collector_socket_type', choice('TCP', 'UDP', 'FILE'), 'TCP'),
  older('compressor_socket_type', choice('TCP', 'UDP', 'RAW_UDP'), 'TCP'),
  both(`${socket}.npb_socket_type`, 'npb_socket_type', choice('UDP', 'RAW_UDP', 'TCP', 'ZMQ'), 'RAW_UDP'),
  both(`${socket}.raw_udp_qos_bypass`, `${old}.enable-qos-bypass`, boolean, false),
  both(`${socket}.multiple_sockets_to_ingester`, `${old}.multiple-sockets-to-ingester`, boolean, false),
  both(`${flowLog}.filters.l4_capture_network_types`, 'l4_log_tap_types', networkTypes, [0]),
  both(`${flowLog}.filters.l7_capture_network_types`, 'l7_log_store_tap_types', networkTypes, [0]),
  both(`${flowLog}.filters.l4_ignored_observation_points`, 'l4_log_ignore_tap_sides', tapSides, []),
  both(`${flowLog}.filters.l7_ignored_observation_points`, 'l7_log_ignore_tap_sides', tapSides, []),
  newer(`${flowLog}.aggregators.aggregate_health_check_l4_flow_log`, boolean, true),
  both(`${flowLog}.throttles.l4_throttle`, 'l4_log_collect_nps_threshold', integer(100, 1_000_000), 10_000),
  both(`${flowLog}.throttles.l7_throttle`, 'l7_log_collect_nps_threshold', integer(100, 1_000_000), 10_000),
  both(`${flowLog}.tunning.collector_queue_size`, `${old}.flow-sender-queue-size`, integer(65_536, 64_000_000), 65_536),
  older(`${old}.flow-sender-queue-count`, integer(1, 64), 1),
  both(`${metrics}.enabled`, 'collector_enabled', boolean, true),
  // The old keys ask for detail, the new ones for its absence.
  both(`${metrics}.filters.inactive_server_port_aggregation`, 'inactive_server_port_enabled', boolean, false, {
    default: 1,
  }),
  both(`${metrics}.filters.inactive_ip_aggregation`, 'inactive_ip_enabled', boolean, false, { default: 1 }),
  both(`${metrics}.filters.npm_metrics`, 'l4_performance_enabled', boolean, true),
  newer(`${metrics}.filters.npm_metrics_concurrent`, boolean, true),
  both(`${metrics}.filters.apm_metrics`, 'l7_metrics_enabled', boolean, true),
  both(`${metrics}.filters.second_metrics`, 'vtap_flow_1s_enabled', boolean, true),
  both(
    `${metrics}.tunning.sender_queue_size`,
    `${old}.collector-sender-queue-size`,
    integer(65_536, 64_000_000),
    65_536,
  ),
  older(`${old}.collector-sender-queue-count`, integer(1, 64), 1),
  both(`${npb}.max_mtu`, 'mtu', integer(500, 10_000), 1500),
  both(`${npb}.raw_udp_vlan_tag`, 'output_vlan', integer(0, 4095), 0),
  both(`${npb}.extra_vlan_header`, 'npb_vlan_mode', choice([0, 'None'], [1, '802.1Q'], [2, 'QinQ']), 0),
  both(`${npb}.traffic_global_dedup`, 'npb_dedup_enabled', boolean, true),
  both(`${npb}.target_port`, `${old}.npb-port`, port, 4789),
  both(`${npb}.custom_vxlan_flags`, `${old}.vxlan-flags`, integer(0, 255), 255),
  both(`${npb}.overlay_vlan_header_trimming`, `${old}.ignore-overlay-vlan`, boolean, false),
  both(`${npb}.max_tx_throughput`, 'max_npb_bps', integer(1, 100_000), 1000, {
    field: 'npb_bps_threshold',
    times: 1_000_000,
  }),
  newer(`${compression}.application_log`, boolean, true),
  newer(`${compression}.pcap`, boolean, true),
  newer(`${compression}.l7_flow_log`, boolean, true),
  newer(`${compression}.l4_flow_log`, boolean, false),
  both('plugins.wasm_plugins', 'wasm_plugins', list(text()), [], { field: 'plugins.wasm_plugins' }),
  both('plugins.so_plugins', 'so_plugins', list(text()), [], { field: 'plugins.so_plugins' }),
  older(`${old}.so-plugins`, list(text()), [], 'plugins.so_plugins'),
  older('prometheus_http_api_addresses', list(text()), []),
  both('dev.feature_flags', `${old}.feature-flags`, list(text()), []),
];
