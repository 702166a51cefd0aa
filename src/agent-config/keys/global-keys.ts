import type { ConfigurationKey } from '../configuration-key.js';
import { both, newer, older } from '../key-row.js';
import { address, boolean, choice, duration, integer, list, number, port, text } from '../key-type.js';

const day = 86_400;
const limits = 'global.limits';
const alerts = 'global.alerts';
const breakers = 'global.circuit_breakers';
const tunning = 'global.tunning';
const communication = 'global.communication';
const monitoring = 'global.self_monitoring';

/** Names, types, ranges and defaults as DeepFlow documents them for agent groups. */
export const globalKeys: readonly ConfigurationKey[] = [
  both(`${limits}.max_millicpus`, 'max_millicpus', integer(1, 100_000), 1000, { type: integer(1, 1_000_000) }),
  older('max_cpus', integer(1, 1000), 1, `${limits}.max_millicpus`, 'max_cpus'),
  both(`${limits}.max_memory`, 'max_memory', integer(128, 100_000), 768),
  both(`${limits}.max_log_backhaul_rate`, 'log_threshold', integer(0, 1_000_000), 36_000, {
    type: integer(0, 10_000),
    default: 300,
  }),
  both(`${limits}.max_local_log_file_size`, 'log_file_size', integer(10, 10_000), 1000),
  both(`${limits}.local_log_retention`, 'log_retention', duration(10 * day, 10_000 * day), 300 * day, {
    type: integer(7, 365),
    default: 30,
  }),
  both(`${limits}.max_sockets`, 'static_config.max-sockets', integer(16, 4096), 1024),
  both(`${limits}.max_sockets_tolerate_interval`, 'static_config.max-sockets-tolerate-interval', duration(0, 3600), 60),
  both(`${alerts}.thread_threshold`, 'thread_threshold', integer(1, 1000), 500),
  both(`${alerts}.process_threshold`, 'process_threshold', integer(1, 100), 10),
  both(`${alerts}.check_core_file_disabled`, 'static_config.check-core-file-disabled', boolean, false),
  both(`${breakers}.sys_memory_percentage.trigger_threshold`, 'sys_free_memory_limit', integer(0, 100), 0),
  both(`${breakers}.sys_memory_percentage.metric`, 'sys_free_memory_metric', choice('free', 'available'), 'free'),
  both(`${breakers}.relative_sys_load.trigger_threshold`, 'system_load_circuit_breaker_threshold', number(0, 10), 1),
  both(`${breakers}.relative_sys_load.recovery_threshold`, 'system_load_circuit_breaker_recover', number(0, 10), 0.9),
  both(
    `${breakers}.relative_sys_load.metric`,
    'system_load_circuit_breaker_metric',
    choice('load1', 'load5', 'load15'),
    'load15',
  ),
  both(`${breakers}.tx_throughput.trigger_threshold`, 'max_tx_bandwidth', integer(0, 100_000), 0, {
    field: 'server_tx_bandwidth_threshold',
    times: 1_000_000,
  }),
  both(`${breakers}.tx_throughput.throughput_monitoring_interval`, 'bandwidth_probe_interval', duration(1, 60), 10, {
    type: integer(1, 60),
  }),
  newer(`${breakers}.free_disk.percentage_trigger_threshold`, integer(0, 100), 15),
  newer(`${breakers}.free_disk.absolute_trigger_threshold`, integer(0, 100_000), 10),
  newer(`${breakers}.free_disk.directories`, list(text()), ['/']),
  both(`${tunning}.cpu_affinity`, 'static_config.cpu-affinity', list(integer(0, 65_536)), [], {
    type: text(),
    default: '',
  }),
  both(`${tunning}.process_scheduling_priority`, 'static_config.process-scheduling-priority', integer(-20, 19), 0),
  both(`${tunning}.idle_memory_trimming`, 'static_config.memory-trim-disabled', boolean, true, { default: false }),
  newer(`${tunning}.swap_disabled`, boolean, false),
  both(`${tunning}.page_cache_reclaim_percentage`, 'static_config.page-cache-reclaim-percentage', integer(0, 100), 100),
  both(`${tunning}.resource_monitoring_interval`, 'static_config.guard-interval', duration(1, 3600), 10),
  both('global.ntp.enabled', 'ntp_enabled', boolean, false),
  both('global.ntp.max_drift', 'static_config.ntp-max-interval', duration(0, 365 * day), 300),
  both('global.ntp.min_drift', 'static_config.ntp-min-interval', duration(0, 365 * day), 10),
  both(`${communication}.proactive_request_interval`, 'sync_interval', duration(10, 3600), 60, {
    type: integer(10, 3600),
  }),
  both(`${communication}.max_escape_duration`, 'max_escape_seconds', duration(600, 30 * day), 3600, {
    type: integer(600, 30 * day),
  }),
  both(`${communication}.proxy_controller_ip`, 'proxy_controller_ip', address, '127.0.0.1', { default: '' }),
  both(`${communication}.proxy_controller_port`, 'proxy_controller_port', port, 30_035),
  both(`${communication}.ingester_ip`, 'analyzer_ip', address, ''),
  both(`${communication}.ingester_port`, 'analyzer_port', port, 30_033),
  older('static_config.proxy-controller-port', port, 30_035, `${communication}.proxy_controller_port`),
  older('static_config.analyzer-ip', address, '', `${communication}.ingester_ip`),
  older('static_config.analyzer-port', port, 30_033, `${communication}.ingester_port`),
  both(`${communication}.grpc_buffer_size`, 'static_config.grpc-buffer-size', integer(5, 1024), 5),
  newer(`${communication}.max_throughput_to_ingester`, integer(0, 10_000), 100),
  newer(`${communication}.ingester_traffic_overflow_action`, choice('WAIT', 'DROP'), 'WAIT'),
  both(`${communication}.request_via_nat_ip`, 'nat_ip_enabled', boolean, false, { field: null }),
  both(`${monitoring}.log.log_level`, 'log_level', text(1024), 'INFO', {
    type: choice('DEBUG', 'INFO', 'WARNING', 'ERROR'),
  }),
  older('static_config.log-level', text(), 'INFO', `${monitoring}.log.log_level`),
  both(`${monitoring}.log.log_file`, 'static_config.log-file', text(), '/var/log/deepflow-agent/deepflow-agent.log'),
  both(`${monitoring}.log.log_backhaul_enabled`, 'rsyslog_enabled', boolean, true),
  both(`${monitoring}.profile.enabled`, 'static_config.profiler', boolean, false),
  both(`${monitoring}.debug.enabled`, 'debug_enabled', boolean, true),
  both(`${monitoring}.debug.local_udp_port`, 'static_config.debug-listen-port', integer(0, 65_535), 0),
  both(`${monitoring}.debug.debug_metrics_enabled`, 'static_config.enable-debug-stats', boolean, false),
  both(`${monitoring}.interval`, 'stats_interval', duration(1, 3600), 10, { type: integer(1, 3600) }),
  both(
    'global.standalone_mode.max_data_file_size',
    'static_config.standalone-data-file-size',
    integer(1, 1_000_000),
    200,
  ),
  both(
    'global.standalone_mode.data_file_dir',
    'static_config.standalone-data-file-dir',
    text(),
    '/var/log/deepflow-agent/',
  ),
];
