import type { ConfigurationKey } from '../configuration-key.js';
import { both, newer, replayed } from '../key-row.js';
import { anything, boolean, choice, duration, integer, list, port, records, text } from '../key-type.js';
import { kubernetesResources } from '../kubernetes-resources.js';

const resources = 'inputs.resources';
const cloud = `${resources}.private_cloud`;
const kubernetes = `${resources}.kubernetes`;
const pulled = `${resources}.pull_resource_from_controller`;
const integration = 'inputs.integration';
const features = `${integration}.feature_control`;
const labels = `${integration}.prometheus_extra_labels`;

const names = choice(...kubernetesResources.map(({ name }) => name));

/** The lists of Kubernetes resources, which checks and agents look at by themselves. */
export const resourceListNames = {
  'v6.5': 'static_config.kubernetes-resources',
  v7: `${kubernetes}.api_resources`,
} as const;

/** Resources that agents report, and data that they take in for others. */
export const resourceKeys: readonly ConfigurationKey[] = [
  both(`${resources}.push_interval`, 'platform_sync_interval', duration(10, 3600), 10, { type: integer(10, 3600) }),
  newer(`${resources}.workload_resource_sync_enabled`, boolean, false),
  both(`${cloud}.hypervisor_resource_enabled`, 'platform_enabled', boolean, false),
  replayed(
    'vmMacSource',
    'where the MAC behind a NIC comes from; a replay knows the interface MAC only',
    both(
      `${cloud}.vm_mac_source`,
      'if_mac_source',
      choice([0, 'Interface MAC Address'], [1, 'Interface Name'], [2, 'Qemu XML File']),
      0,
    ),
  ),
  both(`${cloud}.vm_xml_directory`, 'vm_xml_path', text(100), '/etc/libvirt/qemu/', { field: 'libvirt_xml_path' }),
  both(`${cloud}.vm_mac_mapping_script`, 'static_config.tap-mac-script', text(100), ''),
  both(`${kubernetes}.kubernetes_namespace`, 'static_config.kubernetes-namespace', text(), null),
  both(
    resourceListNames.v7,
    resourceListNames['v6.5'],
    records({ name: names, group: text(), version: text(), disabled: boolean, field_selector: text() }),
    kubernetesResources.filter(({ byDefault }) => byDefault).map(({ name }) => ({ name })),
    {
      type: records({ name: names, group: text(), version: text(), disabled: boolean, 'field-selector': text() }),
      default: [],
    },
  ),
  both(`${kubernetes}.api_list_page_size`, 'static_config.kubernetes-api-list-limit', integer(10, 4_294_967_295), 1000),
  both(
    `${kubernetes}.api_list_max_interval`,
    'static_config.kubernetes-api-list-interval',
    duration(600, 30 * 86_400),
    600,
  ),
  both(`${kubernetes}.ingress_flavour`, 'static_config.ingress-flavour', text(), 'kubernetes'),
  both(
    `${kubernetes}.pod_mac_collection_method`,
    'static_config.kubernetes-poller-type',
    choice('adaptive', 'active', 'passive'),
    'adaptive',
  ),
  both(`${pulled}.domain_filter`, 'domains', list(text()), ['0'], { field: null }),
  both(`${pulled}.only_kubernetes_pod_ip_in_local_cluster`, 'pod_cluster_internal_ip', boolean, false, { field: null }),
  both(`${integration}.enabled`, 'external_agent_http_proxy_enabled', boolean, true),
  both(`${integration}.listen_port`, 'external_agent_http_proxy_port', port, 38_086),
  both(`${integration}.compression.trace`, 'static_config.external-agent-http-proxy-compressed', boolean, true, {
    default: false,
  }),
  both(
    `${integration}.compression.profile`,
    'static_config.external-agent-http-proxy-profile-compressed',
    boolean,
    true,
  ),
  both(`${labels}.enabled`, 'static_config.prometheus-extra-config.enabled', boolean, false),
  both(`${labels}.extra_labels`, 'static_config.prometheus-extra-config.labels', list(text()), []),
  both(`${labels}.label_length`, 'static_config.prometheus-extra-config.labels-limit', integer(1024, 1_048_576), 1024),
  both(`${labels}.value_length`, 'static_config.prometheus-extra-config.values-limit', integer(4096, 4_194_304), 4096),
  both(
    `${features}.profile_integration_disabled`,
    'static_config.external-profile-integration-disabled',
    boolean,
    false,
  ),
  both(`${features}.trace_integration_disabled`, 'static_config.external-trace-integration-disabled', boolean, false),
  both(`${features}.metric_integration_disabled`, 'static_config.external-metric-integration-disabled', boolean, false),
  both(`${features}.log_integration_disabled`, 'static_config.external-log-integration-disabled', boolean, false),
  newer('inputs.vector.enabled', boolean, false),
  newer('inputs.vector.config', anything, null),
];
