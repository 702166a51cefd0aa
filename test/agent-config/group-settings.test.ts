import { describe, expect, it } from 'vitest';
import { groupSettings } from '../../src/agent-config/group-settings.js';
import { configuredResources } from '../../src/conformance/run/configured-resources.js';

describe('what a replay takes from the configuration of a group', () => {
  it('is what agents of the generation read', () => {
    const both = 'tap_mode: 1\ninputs:\n  cbpf:\n    af_packet:\n      interface_regex: eth1\n';
    expect(groupSettings(both, 'v6.5').given).toEqual({ captureMode: 1 });
    expect(groupSettings(both, 'v7').given).toEqual({ interfaceRegex: 'eth1' });
    expect(groupSettings(both, 'v7').findings).toMatchObject([{ kind: 'other-generation' }]);
  });

  it('has times, lists and the section static_config', () => {
    const text = 'decap_type: [1, 4]\nstatic_config:\n  flow:\n    others-timeout: 10s\n  server-ports: [80]\n';
    expect(groupSettings(text, 'v6.5').given).toEqual({ decapProtocols: [1, 4], timeoutOthers: 10, serverPorts: [80] });
  });

  it('leaves out what does not fit, and says so', () => {
    const { given, findings } = groupSettings('inputs:\n  cbpf:\n    common:\n      capture_mode: 9\n', 'v7');
    expect(given).toEqual({});
    expect(findings).toMatchObject([{ kind: 'wrong-value', line: 4 }]);
    expect(groupSettings('a: [', 'v7')).toMatchObject({ given: {}, findings: [{ kind: 'yaml' }] });
  });
});

describe('the Kubernetes resources that a configuration names', () => {
  const list = [{ name: 'routes' }, { name: 'ingresses', disabled: true }, { name: 'statefulsets', group: 'apps' }, 5];

  it('are found under the keys of both generations', () => {
    const expected = [
      { name: 'routes' },
      { name: 'ingresses', disabled: true },
      { name: 'statefulsets', group: 'apps' },
    ];
    expect(configuredResources({ static_config: { 'kubernetes-resources': list } })).toEqual(expected);
    expect(configuredResources({ inputs: { resources: { kubernetes: { api_resources: list } } } })).toEqual(expected);
  });

  it('are none where it names none', () => {
    for (const config of [
      {},
      { static_config: 5 },
      { inputs: { resources: [] } },
      { static_config: { 'kubernetes-resources': 5 } },
    ]) {
      expect(configuredResources(config)).toEqual([]);
    }
  });
});
