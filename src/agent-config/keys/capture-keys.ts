import type { ConfigurationKey } from '../configuration-key.js';
import { both, newer, older, replayed } from '../key-row.js';
import { boolean, choice, duration, integer, list, port, records, regex, text } from '../key-type.js';

export const defaultInterfaceRegex = '^(tap.*|cali.*|veth.*|eth.*|en[osipx].*|lxc.*|lo|[0-9a-f]+_h)$';

const cbpf = 'inputs.cbpf';
const packet = `${cbpf}.af_packet`;
const special = `${cbpf}.special_network`;
const mirror = `${cbpf}.physical_mirror`;

const captureModes = choice([0, 'Local'], [1, 'Virtual Mirror'], [2, 'Physical Mirror']);
const tunnels = choice([1, 'VXLAN'], [2, 'IPIP'], [3, 'GRE'], [4, 'Geneve'], [5, 'VXLAN-NSH']);

/** Capture of packets. */
export const captureKeys: readonly ConfigurationKey[] = [
  replayed(
    'captureMode',
    'what a frame is compared with to tell whether an end of it is local',
    both(`${cbpf}.common.capture_mode`, 'tap_mode', captureModes, 0),
  ),
  replayed(
    'interfaceRegex',
    'which NICs of the root namespace are captured; empty: none',
    both(`${packet}.interface_regex`, 'tap_interface_regex', regex, defaultInterfaceRegex),
  ),
  replayed(
    'innerCapture',
    'capture inside the network namespaces of Pods',
    newer(`${packet}.inner_interface_capture_enabled`, boolean, false),
    ['inner_interface_capture_enabled'],
  ),
  replayed(
    'innerInterfaceRegex',
    'which NICs of Pod namespaces are captured, where that is on',
    newer(`${packet}.inner_interface_regex`, regex, '^eth\\d+$'),
    ['inner_interface_regex'],
  ),
  replayed(
    'extraNetnsRegex',
    'further named network namespaces to capture in; capture mode 0 only',
    both(`${packet}.extra_netns_regex`, 'extra_netns_regex', regex, ''),
  ),
  replayed(
    'bondInterfaces',
    'NICs whose frames count as those of one; capture mode 0 only',
    both(
      `${packet}.bond_interfaces`,
      'static_config.tap-interface-bond-groups',
      records({ slave_interfaces: list(text()) }),
      [],
      { type: records({ 'tap-interfaces': list(text()) }) },
    ),
  ),
  replayed(
    'promiscuous',
    'the mirror modes need it; a replay sees what the capture holds',
    newer(`${packet}.tunning.interface_promisc_enabled`, boolean, false),
  ),
  replayed(
    'captureBpf',
    'a further filter of packets; not applied by a replay',
    both(`${packet}.extra_bpf_filter`, 'capture_bpf', text(512), ''),
  ),
  replayed(
    'maxPacketSize',
    'bytes kept of a packet',
    both(`${cbpf}.tunning.max_capture_packet_size`, 'capture_packet_size', integer(128, 65_535), 65_535),
  ),
  replayed(
    'decapProtocols',
    'tunnels that are taken off, their header kept as tunnel information',
    both(`${cbpf}.preprocess.tunnel_decap_protocols`, 'decap_type', list(tunnels), [1, 2]),
  ),
  replayed(
    'trimProtocols',
    'tunnels that are taken off and forgotten',
    both(
      `${cbpf}.preprocess.tunnel_trim_protocols`,
      'static_config.trim-tunnel-types',
      list(choice('ERSPAN', 'VXLAN', 'TEB')),
      [],
    ),
    ['trim-tunnel-types'],
  ),
  replayed(
    'captureNetworkType',
    '3 is the cloud network, any other an IDC one',
    both(`${mirror}.default_capture_network_type`, 'static_config.default-tap-type', integer(1, 255), 3),
  ),
  replayed(
    'cloudGatewayTraffic',
    'mirrored traffic of a cloud gateway',
    both(`${mirror}.private_cloud_gateway_traffic`, 'static_config.cloud-gateway-traffic', boolean, false),
  ),
  both(`${mirror}.packet_dedup_disabled`, 'static_config.analyzer-dedup-disabled', boolean, false),
  both(`${packet}.src_interfaces`, 'static_config.src-interfaces', list(text()), []),
  both(`${packet}.vlan_pcp_in_physical_mirror_traffic`, 'static_config.mirror-traffic-pcp', integer(0, 9), 0),
  both(`${packet}.bpf_filter_disabled`, 'static_config.bpf-disabled', boolean, false),
  both(`${packet}.skip_npb_bpf`, 'static_config.skip-npb-bpf', boolean, false),
  both(
    `${packet}.tunning.socket_version`,
    'capture_socket_type',
    choice([0, 'Adaptive'], [2, 'AF_PACKET V2'], [3, 'AF_PACKET V3']),
    0,
  ),
  both(`${packet}.tunning.ring_blocks_enabled`, 'static_config.afpacket-blocks-enabled', boolean, false),
  both(`${packet}.tunning.ring_blocks`, 'static_config.afpacket-blocks', integer(8, 1_000_000), 128),
  both(`${packet}.tunning.packet_fanout_count`, 'static_config.local-dispatcher-count', integer(1, 64), 1),
  both(`${packet}.tunning.packet_fanout_mode`, 'static_config.packet-fanout-mode', integer(0, 7), 0),
  newer(`${special}.dpdk.source`, choice('None', 'eBPF', 'pdump'), 'None'),
  older('static_config.dpdk-enabled', boolean, false, `${special}.dpdk.source`),
  newer(`${special}.dpdk.reorder_cache_window_size`, duration(0.06, 0.1), 0.06),
  both(`${special}.libpcap.enabled`, 'static_config.libpcap-enabled', boolean, false),
  both(`${special}.vhost_user.vhost_socket_path`, 'static_config.vhost-socket-path', text(), ''),
  both(`${special}.physical_switch.sflow_ports`, 'static_config.xflow-collector.sflow-ports', list(port), []),
  both(`${special}.physical_switch.netflow_ports`, 'static_config.xflow-collector.netflow-ports', list(port), []),
  both(`${cbpf}.tunning.dispatcher_queue_enabled`, 'static_config.dispatcher-queue', boolean, false),
  both(
    `${cbpf}.tunning.raw_packet_buffer_block_size`,
    'static_config.analyzer-raw-packet-block-size',
    integer(65_536, 16_000_000),
    65_536,
  ),
  both(
    `${cbpf}.tunning.raw_packet_queue_size`,
    'static_config.analyzer-queue-size',
    integer(65_536, 64_000_000),
    131_072,
  ),
  // Thousands of packets up to v6.5.
  both(`${cbpf}.tunning.max_capture_pps`, 'max_collect_pps', integer(1, 10_000_000), 1_048_576, {
    type: integer(1, 1_000_000),
    default: 200,
    field: 'global_pps_threshold',
    times: 1000,
  }),
  both(
    `${cbpf}.preprocess.packet_segmentation_reassembly`,
    'static_config.packet-segmentation-reassembly',
    list(port),
    [],
  ),
];
