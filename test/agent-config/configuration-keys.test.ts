import { describe, expect, it } from 'vitest';
import { checkValue } from '../../src/agent-config/check-value.js';
import { configurationKeys, counterpartName, keySets } from '../../src/agent-config/configuration-keys.js';
import { checkConfiguration, exampleConfiguration, generations } from '../../src/agent-config/group-configuration.js';
import { settings } from '../../src/agent-config/keys.js';
import { timeText } from '../../src/agent-config/time-text.js';
import { schema } from '../../src/wire/schema.js';

describe('the table of keys', () => {
  it('has each name of a generation once', () => {
    for (const generation of generations) {
      const names = configurationKeys.flatMap((key) => key[generation]?.name ?? []);
      expect(new Set(names).size, generation).toBe(names.length);
      expect(keySets[generation].names).toEqual(names);
    }
  });

  it('has no key that is a section of others', () => {
    for (const generation of generations) {
      const keys = keySets[generation];
      expect(keys.names.filter((name) => keys.isSection(name))).toEqual([]);
    }
  });

  it('has defaults that fit', () => {
    for (const key of configurationKeys) {
      for (const generation of generations) {
        const form = key[generation];
        if (form === undefined) continue;
        const value =
          form.type.kind === 'duration' && typeof form.default === 'number' ? timeText(form.default) : form.default;
        expect(checkValue(form.type, value), form.name).toEqual([]);
      }
    }
  });

  it('names flat keys and dashes up to v6.5, nested keys and underscores since', () => {
    for (const name of keySets.v7.names)
      expect(name).toMatch(/^(global|inputs|processors|outputs|plugins|dev)(\.\w+)+$/);
    for (const name of keySets['v6.5'].names) expect(name).toMatch(/^([a-z0-9_]+|static_config(\.[a-z0-9-]+)+)$/);
  });

  it('has counterparts that are there', () => {
    for (const key of configurationKeys) {
      for (const generation of generations) {
        const name = counterpartName(key, generation);
        if (name !== null) expect(keySets[generation].get(name), name).toBeDefined();
      }
    }
  });

  it('has the fields of trident.Config, of the type that they carry', () => {
    const config = schema.lookupType('trident.Config');
    const flat = configurationKeys.flatMap((key) => key['v6.5']?.field ?? []);
    expect(flat.length).toBeGreaterThan(55);
    for (const { name } of flat) {
      const [first = '', second] = name.split('.');
      const field = config.fields[first];
      expect(field, name).toBeDefined();
      if (second !== undefined) expect(schema.lookupType('trident.PluginConfig').fields[second], name).toBeDefined();
    }
  });

  it('is where a replay has its settings from', () => {
    const names = settings.filter(({ id }) => id !== 'agentType').map(({ name }) => name);
    for (const name of names) expect(keySets.v7.get(name)?.key.replay, name).toBeDefined();
    expect(names).toHaveLength(configurationKeys.filter(({ replay }) => replay !== undefined).length);
  });

  it.each([
    ['tap_mode', 'inputs.cbpf.common.capture_mode'],
    ['tap_interface_regex', 'inputs.cbpf.af_packet.interface_regex'],
    ['decap_type', 'inputs.cbpf.preprocess.tunnel_decap_protocols'],
    ['static_config.trim-tunnel-types', 'inputs.cbpf.preprocess.tunnel_trim_protocols'],
    ['extra_netns_regex', 'inputs.cbpf.af_packet.extra_netns_regex'],
    ['static_config.kubernetes-resources', 'inputs.resources.kubernetes.api_resources'],
    ['static_config.kubernetes-namespace', 'inputs.resources.kubernetes.kubernetes_namespace'],
    ['static_config.kubernetes-api-list-limit', 'inputs.resources.kubernetes.api_list_page_size'],
    ['static_config.kubernetes-api-list-interval', 'inputs.resources.kubernetes.api_list_max_interval'],
    ['static_config.kubernetes-poller-type', 'inputs.resources.kubernetes.pod_mac_collection_method'],
    ['platform_sync_interval', 'inputs.resources.push_interval'],
    ['platform_enabled', 'inputs.resources.private_cloud.hypervisor_resource_enabled'],
    ['domains', 'inputs.resources.pull_resource_from_controller.domain_filter'],
    ['sync_interval', 'global.communication.proactive_request_interval'],
    ['max_escape_seconds', 'global.communication.max_escape_duration'],
    ['analyzer_ip', 'global.communication.ingester_ip'],
    ['nat_ip_enabled', 'global.communication.request_via_nat_ip'],
    ['ntp_enabled', 'global.ntp.enabled'],
    ['max_memory', 'global.limits.max_memory'],
    ['static_config.ebpf.disabled', 'inputs.ebpf.disabled'],
    ['collector_enabled', 'outputs.flow_metrics.enabled'],
  ])('knows %s and %s as one', (old, nested) => {
    expect(keySets['v6.5'].get(old)?.key).toBe(keySets.v7.get(nested)?.key);
    expect(keySets['v6.5'].get(old)).toBeDefined();
  });

  it.each(generations)('makes an example of %s that it has nothing against', (generation) => {
    const example = exampleConfiguration(generation);
    expect(checkConfiguration(example, generation)).toEqual([]);
    for (const name of keySets[generation].names) expect(example).toContain(`${name.split('.').at(-1)}:`);
  });
});
