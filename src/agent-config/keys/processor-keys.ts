import type { ConfigurationKey } from '../configuration-key.js';
import { both, newer, older, replayed } from '../key-row.js';
import {
  anything,
  boolean,
  choice,
  duration,
  integer,
  list,
  listOrText,
  map,
  port,
  portList,
  records,
  text,
} from '../key-type.js';

const day = 86_400;
const many = integer(65_536, 64_000_000);
const policy = 'processors.packet.policy';
const header = 'processors.packet.tcp_header';
const pcap = 'processors.packet.pcap_stream';
const request = 'processors.request_log';
const inference = `${request}.application_protocol_inference`;
const special = `${inference}.protocol_special_config`;
const filters = `${request}.filters`;
const timeouts = `${request}.timeouts`;
const tags = `${request}.tag_extraction`;
const flowLog = 'processors.flow_log';
const flow = `${flowLog}.conntrack.flow_generation`;
const ends = `${flowLog}.conntrack.timeouts`;
const tunning = `${flowLog}.tunning`;
const old = 'static_config';
const advanced = `${old}.l7-protocol-advanced-features`;

const fieldNames = choice('endpoint', 'request_type', 'request_domain', 'request_resource');
const operators = choice('equal', 'prefix');

/** What becomes of packets: policies, requests, flows. */
export const processorKeys: readonly ConfigurationKey[] = [
  both(`${policy}.fast_path_map_size`, `${old}.fast-path-map-size`, integer(0, 10_000_000), 0),
  both(`${policy}.fast_path_disabled`, `${old}.fast-path-disabled`, boolean, false),
  both(`${policy}.forward_table_capacity`, `${old}.forward-capacity`, integer(16_384, 64_000_000), 16_384),
  both(`${policy}.max_first_path_level`, `${old}.first-path-level`, integer(1, 16), 8),
  both(`${header}.block_size`, `${old}.packet-sequence-block-size`, integer(16, 8192), 256),
  both(`${header}.sender_queue_size`, `${old}.packet-sequence-queue-size`, many, 65_536),
  older(`${old}.packet-sequence-queue-count`, integer(1, 64), 1),
  both(`${header}.header_fields_flag`, `${old}.packet-sequence-flag`, integer(0, 255), 0),
  both(`${pcap}.receiver_queue_size`, `${old}.pcap.queue-size`, many, 65_536),
  older(`${old}.pcap.queue-count`, integer(1, 64), 1),
  newer(`${pcap}.sender_queue_size`, integer(4096, 64_000_000), 8192),
  both(`${pcap}.buffer_size_per_flow`, `${old}.pcap.flow-buffer-size`, integer(64, 64_000_000), 65_536),
  both(`${pcap}.total_buffer_size`, `${old}.pcap.buffer-size`, many, 88_304, { default: 98_304 }),
  both(`${pcap}.flush_interval`, `${old}.pcap.flush-interval`, duration(1, 600), 60),
  both('processors.packet.toa.sender_queue_size', `${old}.toa-sender-queue-size`, many, 65_536),
  both('processors.packet.toa.cache_size', `${old}.toa-lru-cache-size`, integer(1, 64_000_000), 65_536),
  both(`${inference}.inference_max_retries`, `${old}.l7-protocol-inference-max-fail-count`, integer(0, 10_000), 128, {
    default: 5,
  }),
  both(`${inference}.inference_result_ttl`, `${old}.l7-protocol-inference-ttl`, duration(0, day), 60, {
    type: integer(0, day),
  }),
  newer(`${inference}.inference_whitelist`, records({ process_name: text(), port_list: list(port) }), null),
  both(`${inference}.enabled_protocols`, `${old}.l7-protocol-enabled`, list(text()), [
    ...['HTTP', 'HTTP2', 'MySQL', 'Redis'],
    ...['Kafka', 'DNS', 'TLS'],
  ]),
  both(`${special}.oracle.is_be`, `${old}.oracle-parse-config.is-be`, boolean, true),
  both(`${special}.oracle.int_compressed`, `${old}.oracle-parse-config.int-compress`, boolean, true),
  both(`${special}.oracle.resp_0x04_extra_byte`, `${old}.oracle-parse-config.resp-0x04-extra-byte`, boolean, false),
  newer(`${special}.iso8583.translation_enabled`, boolean, true),
  newer(`${special}.iso8583.pan_obfuscate`, boolean, true),
  newer(`${special}.iso8583.extract_fields`, text(), '2,7,11,32,33'),
  newer(`${special}.mysql.decompress_payload`, boolean, true),
  newer(`${special}.grpc.streaming_data_enabled`, boolean, false),
  newer(`${inference}.custom_protocols`, anything, []),
  both(`${filters}.port_number_prefilters`, `${old}.l7-protocol-ports`, map(portList), null),
  both(
    `${filters}.tag_filters`,
    `${old}.l7-log-blacklist`,
    map(records({ field_name: fieldNames, operator: operators, value: text(), field_value: text() })),
    null,
    { type: map(records({ 'field-name': fieldNames, operator: operators, value: text() })) },
  ),
  both(
    `${filters}.unconcerned_dns_nxdomain_response_suffixes`,
    `${advanced}.unconcerned-dns-nxdomain-response-suffixes`,
    list(text()),
    [],
  ),
  newer(`${filters}.cbpf_disabled`, boolean, false),
  both(`${timeouts}.tcp_request_timeout`, `${old}.rrt-tcp-timeout`, duration(10, 3600), 300, { default: 1800 }),
  both(`${timeouts}.udp_request_timeout`, `${old}.rrt-udp-timeout`, duration(10, 300), 150),
  both(`${timeouts}.session_aggregate_window_duration`, `${old}.l7-log-session-aggr-timeout`, duration(20, 300), 120),
  newer(`${timeouts}.session_aggregate`, records({ protocol: text(), timeout: duration(0, 3600) }), []),
  both(`${tags}.tracing_tag.http_real_client`, 'http_log_proxy_client', listOrText(text()), ['X_Forwarded_For'], {
    type: text(),
    default: 'X-Forwarded-For',
  }),
  both(`${tags}.tracing_tag.x_request_id`, 'http_log_x_request_id', listOrText(text()), ['X_Request_ID'], {
    type: text(),
    default: 'X-Request-ID',
  }),
  newer(`${tags}.tracing_tag.multiple_trace_id_collection`, boolean, true),
  both(`${tags}.tracing_tag.apm_trace_id`, 'http_log_trace_id', listOrText(text()), ['traceparent', 'sw8'], {
    type: text(),
    default: 'traceparent, sw8',
  }),
  newer(`${tags}.tracing_tag.copy_apm_trace_id`, boolean, false),
  both(`${tags}.tracing_tag.apm_span_id`, 'http_log_span_id', listOrText(text()), ['traceparent', 'sw8'], {
    type: text(),
    default: 'traceparent, sw8',
  }),
  both(`${tags}.http_endpoint.extraction_disabled`, `${advanced}.http-endpoint-extraction.disabled`, boolean, false),
  both(
    `${tags}.http_endpoint.match_rules`,
    `${advanced}.http-endpoint-extraction.match-rules`,
    records({ url_prefix: text(), keep_segments: integer(0, 1000) }),
    [{ url_prefix: '', keep_segments: 2 }],
    {
      type: records({ prefix: text(), 'keep-segments': integer(0, 1000) }),
      default: [{ prefix: '', 'keep-segments': 2 }],
    },
  ),
  both(
    `${tags}.custom_fields`,
    `${advanced}.extra-log-fields`,
    map(records({ field_name: text() })),
    { HTTP: [], HTTP2: [] },
    { type: map(records({ 'field-name': text() })), default: { http: [], http2: [] } },
  ),
  newer(`${tags}.custom_field_policies`, anything, []),
  newer(`${tags}.raw.error_request_header`, integer(0, 16_384), 0),
  newer(`${tags}.raw.error_response_header`, integer(0, 16_384), 0),
  newer(`${tags}.raw.error_request_payload`, integer(0, 16_384), 0),
  newer(`${tags}.raw.error_response_payload`, integer(0, 16_384), 256),
  both(
    `${tags}.obfuscate_protocols`,
    `${advanced}.obfuscate-enabled-protocols`,
    list(choice('MySQL', 'PostgreSQL', 'HTTP', 'HTTP2', 'Redis')),
    ['Redis'],
  ),
  both(`${request}.tunning.payload_truncation`, 'l7_log_packet_size', integer(256, 65_535), 1024),
  both(
    `${request}.tunning.session_aggregate_slot_capacity`,
    `${old}.l7-log-session-slot-capacity`,
    integer(1024, 1_000_000),
    1024,
  ),
  newer(`${request}.tunning.session_aggregate_max_entries`, integer(16_384, 10_000_000), 65_536),
  both(
    `${request}.tunning.consistent_timestamp_in_l7_metrics`,
    `${old}.consistent-timestamp-in-l7-metrics`,
    boolean,
    false,
  ),
  replayed(
    'packetDelay',
    'how late a packet may come',
    both(`${flowLog}.time_window.max_tolerable_packet_delay`, `${old}.packet-delay`, duration(1, 20), 1),
  ),
  both(
    `${flowLog}.time_window.extra_tolerable_flow_delay`,
    `${old}.second-flow-extra-delay-second`,
    duration(0, 20),
    0,
  ),
  both(`${flowLog}.conntrack.flow_flush_interval`, `${old}.flow.flush-interval`, duration(1, 60), 1),
  replayed(
    'serverPorts',
    'ports that make their side the server where no handshake was seen',
    both(`${flow}.server_ports`, `${old}.server-ports`, list(port), []),
    ['server_ports'],
  ),
  replayed(
    'ignoreMac',
    'MACs do not part flows',
    both(`${flow}.cloud_traffic_ignore_mac`, `${old}.flow.ignore-tor-mac`, boolean, false),
  ),
  replayed(
    'ignoreL2End',
    'both MACs part flows, not only that of the local end',
    both(`${flow}.ignore_l2_end`, `${old}.flow.ignore-l2-end`, boolean, false),
  ),
  replayed(
    'ignoreIdcVlan',
    'VLANs do not part flows of an IDC network',
    both(`${flow}.idc_traffic_ignore_vlan`, `${old}.flow.ignore-idc-vlan`, boolean, false),
  ),
  replayed(
    'timeoutEstablished',
    'when an idle established flow ends',
    both(`${ends}.established`, `${old}.flow.established-timeout`, duration(1, day), 300),
  ),
  replayed(
    'timeoutClosingRst',
    'when a flow that was reset ends',
    both(`${ends}.closing_rst`, `${old}.flow.closing-rst-timeout`, duration(1, day), 35),
  ),
  replayed(
    'timeoutOpeningRst',
    'when a flow that was reset while opening ends',
    both(`${ends}.opening_rst`, `${old}.flow.opening-rst-timeout`, duration(1, day), 1),
  ),
  replayed(
    'timeoutOthers',
    'when a flow of any other state ends',
    both(`${ends}.others`, `${old}.flow.others-timeout`, duration(1, day), 5),
  ),
  replayed(
    'flowLimit',
    'flows at a time; packets of further ones are dropped and counted',
    both(`${tunning}.concurrent_flow_limit`, `${old}.flow.flow-count-limit`, integer(1024, 64_000_000), 65_535),
  ),
  both(`${tunning}.flow_map_hash_slots`, `${old}.flow.flow-slots-size`, integer(1024, 64_000_000), 131_072),
  both(`${tunning}.memory_pool_size`, `${old}.flow.memory-pool-size`, integer(1024, 64_000_000), 65_536),
  both(`${tunning}.max_batched_buffer_size`, `${old}.batched-buffer-size-limit`, integer(1024, 64_000_000), 131_072),
  // DeepFlow's own default lies one below its range.
  both(
    `${tunning}.flow_aggregator_queue_size`,
    `${old}.flow.flow-aggr-queue-size`,
    integer(65_535, 64_000_000),
    65_535,
  ),
  both(`${tunning}.flow_generator_queue_size`, `${old}.flow-queue-size`, many, 65_536),
  both(
    `${tunning}.quadruple_generator_queue_size`,
    `${old}.quadruple-queue-size`,
    integer(262_144, 64_000_000),
    262_144,
  ),
  newer(`${tunning}.rrt_cache_capacity`, integer(1024, 64_000_000), 16_000),
  older(`${old}.triple.hash-slots-size`, integer(1, 64_000_000), 65_536),
  older(`${old}.triple.capacity`, integer(1, 64_000_000), 1_048_576),
];
