import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settings } from '../../src/agent-config/keys.js';
import { editDistance, nearestKey } from '../../src/agent-config/nearest-key.js';
import {
  defaultSettings,
  mergeSettings,
  parseAssignment,
  parseSettings,
} from '../../src/agent-config/parse-settings.js';
import { bothNames } from '../../src/agent-config/setting-text.js';
import { parseSettingValue } from '../../src/agent-config/setting-value.js';

function given(config: unknown) {
  const parsed = parseSettings(config);
  expect(parsed.problems).toEqual([]);
  return parsed.given;
}

function problem(config: unknown) {
  const [first, ...rest] = parseSettings(config).problems;
  expect(rest).toEqual([]);
  if (first === undefined) throw new Error('no problem was found');
  return first;
}

describe('the table of settings', () => {
  it('has each name once, and each default fits its own type', () => {
    const names = settings.flatMap((setting) => [setting.name, ...setting.oldNames]);
    expect(new Set(names).size).toBe(names.length);
    for (const setting of settings) {
      if (setting.type.kind === 'nic-groups') continue;
      expect(parseSettingValue(setting.type, setting.default), setting.id).toEqual({
        ok: true,
        value: setting.default,
      });
    }
  });

  it('has the defaults of DeepFlow', () => {
    expect(defaultSettings).toMatchObject({ captureMode: 0, decapProtocols: [1, 2], trimProtocols: [], agentType: 8 });
    expect(defaultSettings).toMatchObject({ timeoutEstablished: 300, timeoutOthers: 5, flowLimit: 65_535 });
  });

  it('shows both names', () => {
    expect(bothNames('captureMode')).toBe('tap_mode (inputs.cbpf.common.capture_mode)');
    expect(bothNames('promiscuous')).toBe('inputs.cbpf.af_packet.tunning.interface_promisc_enabled');
  });
});

describe('agent configuration', () => {
  it('is the same in old names, new names nested and new names dotted', () => {
    const expected = { captureMode: 1, interfaceRegex: 'eth0', decapProtocols: [1, 2, 4], serverPorts: [8080] };
    expect(
      given({
        tap_mode: 1,
        tap_interface_regex: 'eth0',
        decap_type: [1, 2, 4],
        static_config: { 'server-ports': [8080] },
      }),
    ).toEqual(expected);
    expect(
      given({
        inputs: {
          cbpf: {
            common: { capture_mode: 1 },
            af_packet: { interface_regex: 'eth0' },
            preprocess: { tunnel_decap_protocols: ['VXLAN', 'ipip', 'Geneve'] },
          },
        },
        processors: { flow_log: { conntrack: { flow_generation: { server_ports: ['8080'] } } } },
      }),
    ).toEqual(expected);
    expect(given({ 'inputs.cbpf.common.capture_mode': 'Virtual Mirror' })).toEqual({ captureMode: 1 });
  });

  it('takes durations, trimmed tunnels and bonds', () => {
    expect(given({ static_config: { flow: { 'established-timeout': 60, 'others-timeout': '10s' } } })).toEqual({
      timeoutEstablished: 60,
      timeoutOthers: 10,
    });
    expect(given({ 'trim-tunnel-types': ['erspan', 'TEB'] })).toEqual({ trimProtocols: ['ERSPAN', 'TEB'] });
    expect(given({ static_config: { 'tap-interface-bond-groups': [{ 'tap-interfaces': ['eth0', 'eth1'] }] } })).toEqual(
      {
        bondInterfaces: [['eth0', 'eth1']],
      },
    );
  });

  it('names an unknown key and the nearest known one', () => {
    expect(problem({ tap_mod: 1 })).toMatchObject({
      severity: 'error',
      path: ['tap_mod'],
      hint: 'Did you mean tap_mode?',
    });
    expect(problem({ 'decap-types': [4] })).toMatchObject({ hint: 'Did you mean decap_type?' });
    expect(problem({ inputs: { cbpf: { common: { capture_mod: 1 } } } })).toMatchObject({
      severity: 'error',
      path: ['inputs', 'cbpf', 'common', 'capture_mod'],
      hint: 'Did you mean inputs.cbpf.common.capture_mode?',
    });
    expect(problem({ xyzzy: 1 })).toMatchObject({ severity: 'error', hint: 'Remove it, or correct its name.' });
  });

  it('leaves DeepFlow keys aside that a replay does not depend on', () => {
    expect(problem({ max_cpus: 2 })).toMatchObject({ severity: 'note', found: 'the key max_cpus' });
    expect(problem({ static_config: { ebpf: { 'go-tracing-timeout': 5 } } })).toMatchObject({ severity: 'note' });
  });

  it('refuses one setting under two names', () => {
    expect(problem({ tap_mode: 1, inputs: { cbpf: { common: { capture_mode: 1 } } } })).toMatchObject({
      severity: 'error',
      hint: 'Remove inputs.cbpf.common.capture_mode or tap_mode.',
    });
  });

  it.each([
    [{ tap_mode: 3 }, /0 \(Local\), 1 \(Virtual Mirror\), 2 \(Physical Mirror\)/],
    [{ tap_mode: true }, /Local/],
    [{ decap_type: [9] }, /4 \(Geneve\)/],
    [{ decap_type: { a: 1 } }, /a list of/],
    [{ tap_interface_regex: 'eth(' }, /Rust/],
    [{ tap_interface_regex: 5 }, /regular expression/],
    [{ server_ports: [0] }, /1 to 65535/],
    [{ 'static_config.packet-delay': '90s' }, /1s to 20s/],
    [{ inner_interface_capture_enabled: 'yes' }, /true or false/],
    [{ agent_type: 42 }, /8 \(K8s VM Node\)/],
    [[1, 2], /keys and values/],
    ['tap_mode', /keys and values/],
  ])('refuses %j', (config, expected) => {
    expect(problem(config)).toMatchObject({ severity: 'error', expected: expect.stringMatching(expected) });
  });

  it('says which agent types it cannot decide for', () => {
    expect(problem({ agent_type: 1 }).hint).toMatch(/Type 1 \(KVM\)/);
  });

  it('is empty where nothing is given', () => {
    expect(given(undefined)).toEqual({});
    expect(given(null)).toEqual({});
    expect(given({})).toEqual({});
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), (config) => {
        const { problems } = parseSettings(config);
        for (const each of problems) expect(each.expected).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });
});

describe('--set', () => {
  const asJson = (text: string): unknown => JSON.parse(text);

  it('reads key and value', () => {
    expect(parseAssignment('tap_mode=1', asJson).given).toEqual({ captureMode: 1 });
    expect(parseAssignment('decap_type=[1,2,4]', asJson).given).toEqual({ decapProtocols: [1, 2, 4] });
    expect(parseAssignment('tap_interface_regex=^(eth0|a=b)$', asJson).given).toEqual({
      interfaceRegex: '^(eth0|a=b)$',
    });
    expect(parseAssignment('tap_interface_regex=', asJson).given).toEqual({ interfaceRegex: '' });
  });

  it('names what is wrong', () => {
    expect(parseAssignment('tap_mode', asJson).problems[0]?.expected).toMatch(/KEY=VALUE/);
    expect(parseAssignment('tap_mdoe=1', asJson).problems[0]?.hint).toBe('Did you mean tap_mode?');
  });

  it('wins over what the file says', () => {
    expect(mergeSettings({ captureMode: 0, decapProtocols: [1] }, { captureMode: 1 })).toEqual({
      ...defaultSettings,
      captureMode: 1,
      decapProtocols: [1],
    });
  });
});

describe('the nearest key', () => {
  it('counts edits', () => {
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('abcd', 'abdc')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  it('is none where nothing is near', () => {
    expect(nearestKey('zzzzzz', ['tap_mode', 'agent'])).toBeNull();
    expect(nearestKey('capture', ['captures', 'nodes'])).toBe('captures');
  });
});
