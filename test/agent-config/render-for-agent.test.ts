import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generationOf } from '../../src/agent-config/generation-of.js';
import { renderForAgent, type ServerFacts } from '../../src/agent-config/group-configuration.js';
import { readConfiguration } from '../../src/agent-config/read-configuration.js';
import { messageType } from '../../src/wire/protos.js';

const facts: ServerFacts = { controller: { ip: '10.1.1.1', port: 30035 }, ingester: { ip: '10.1.1.2', port: 30033 } };
const addresses = {
  proxy_controller_ip: '10.1.1.1',
  proxy_controller_port: 30035,
  ingester_ip: '10.1.1.2',
  ingester_port: 30033,
};

describe('what agents of v7 receive', () => {
  it('is what was stored and the addresses, with no default and no key left out', () => {
    const stored =
      'tap_mode: 1\nunknown: [1]\nglobal:\n  limits: { max_memory: 1 }\n  communication: { grpc_buffer_size: 9 }\n';
    const { userConfig } = renderForAgent('v7', stored, facts);
    expect(parse(userConfig)).toEqual({
      ...{ tap_mode: 1, unknown: [1] },
      global: { limits: { max_memory: 1 }, communication: { grpc_buffer_size: 9, ...addresses } },
    });
  });

  it('is the addresses where nothing is stored', () => {
    for (const nothing of [null, '', '{}']) {
      expect(parse(renderForAgent('v7', nothing, facts).userConfig)).toEqual({ global: { communication: addresses } });
    }
  });

  it('keeps an agent under test here, whatever was stored', () => {
    const stored = 'global:\n  communication:\n    proxy_controller_ip: 192.0.2.1\n    ingester_port: 1\n';
    expect(parse(renderForAgent('v7', stored, facts).userConfig).global.communication).toEqual(addresses);
    expect(parse(renderForAgent('v7', 'global: 5\n', facts).userConfig).global.communication).toEqual(addresses);
  });

  it('has whole numbers as they were written, however long', () => {
    const { userConfig } = renderForAgent('v7', 'a: 18446744073709551615\nb: [-9007199254740993, 1.5]\n', facts);
    expect(userConfig).toContain('a: 18446744073709551615\n');
    expect(userConfig).toContain('- -9007199254740993\n');
  });

  it('has no aliases, which programs may not read', () => {
    const { userConfig } = renderForAgent('v7', 'a: &a [1]\nb: *a\n', facts);
    expect(userConfig).not.toMatch(/[&*]a/);
  });
});

describe('what agents up to v6.5 receive', () => {
  const decoded = (yaml: string | null) => {
    const { config, localConfig } = renderForAgent('v6.5', yaml, facts);
    const type = messageType('trident.Config');
    return { config: type.decode(type.encode(config)), localConfig };
  };

  it('is every flat key, and the section static_config as text', () => {
    const { config, localConfig } = decoded(
      'tap_mode: 1\ntap_interface_regex: eth0\nmax_collect_pps: 5\nstatic_config:\n  kubernetes-resources:\n  - name: routes\n',
    );
    expect(config).toMatchObject({
      ...{ tap_mode: 'MIRROR', tap_interface_regex: 'eth0', global_pps_threshold: '5000', sync_interval: 60 },
      ...{ platform_sync_interval: 10, collector_enabled: true, npb_bps_threshold: '1000000000', max_memory: 768 },
      ...{ decap_type: ['DECAP_TYPE_VXLAN', 'DECAP_TYPE_IPIP'], system_load_circuit_breaker_metric: 'Load15' },
      ...{ proxy_controller_ip: '10.1.1.1', analyzer_ip: '10.1.1.2', ntp_enabled: false },
    });
    expect(parse(localConfig)).toEqual({ 'kubernetes-resources': [{ name: 'routes' }] });
  });

  it('are the defaults where nothing is stored', () => {
    expect(decoded(null)).toMatchObject({ config: { tap_mode: 'LOCAL' }, localConfig: '' });
    expect(decoded('inputs:\n  cbpf:\n    common:\n      capture_mode: 1\n').config.tap_mode).toBe('LOCAL');
  });

  it('has expressions that do not compile, as the real server sends them', () => {
    expect(decoded('tap_interface_regex: "(eth0"\n').config.tap_interface_regex).toBe('(eth0');
  });

  it('has whole numbers of static_config as they were written', () => {
    expect(decoded('static_config: { a: 18446744073709551615 }\n').localConfig).toBe('a: 18446744073709551615\n');
  });

  it('can always be encoded', () => {
    const { config } = decoded(
      'tap_mode: 77\nmax_memory: -1\ndecap_type: [5]\nlog_level: X\nsystem_load_circuit_breaker_metric: load7\nmtu: wrong\nwasm_plugins: [a]\nl4_log_tap_types: [-1]\n',
    );
    expect(config).toMatchObject({ max_memory: 4_294_967_295, mtu: 1500, plugins: { wasm_plugins: ['a'] } });
    expect(config.l4_log_tap_types).toEqual([4_294_967_295]);
  });
});

describe('what would make more of itself on the way', () => {
  const deep = (text: string) => `${'{k: '.repeat(50)}${text}${'}'.repeat(50)}`;
  const of = (count: number, item: string) => Array(count).fill(item).join(',');
  const texts: readonly (readonly [string, (size: number) => string])[] = [
    ['plain text', (size) => `a: ${'x'.repeat(size * 2)}`],
    ['lines that are indented', (size) => `a: ${deep(`"${'x\\n'.repeat(size / 4)}"`)}`],
    ['lines that are indented of a key', (size) => `a: ${deep(`{? "${'x\\n'.repeat(size / 4)}" : 1}`)}`],
    ['empty lines', (size) => `a: " ${'\\n'.repeat(size)}"`],
    ['signs that are escaped', (size) => `a: &a "${'\\x01'.repeat(size / 5)}"\nb: [${of(9, '*a')}]`],
    ['halves of signs', (size) => `a: "${'\\uD83D'.repeat(size / 4)}"`],
    ['aliases', (size) => `a: &a "${'x'.repeat(size / 5)}"\nb: [${of(50, '*a')}]`],
    ['keys that are aliases', (size) => `a: &a "${'x'.repeat(size / 5)}"\nb: [${of(50, '{*a : 1}')}]`],
    ['keys that are lists', (size) => `a: &a {? ["${'x'.repeat(size / 5)}"] : 1}\nb: [${of(50, '*a')}]`],
    ['numbers', (size) => `a: &a [${of(size / 500, '1e20')}]\nb: [${of(50, '*a')}]`],
    ['words that are quoted', (size) => `a: &a [${of(size / 500, '"-"')}]\nb: [${of(50, '*a')}]`],
    ['binary data', (size) => `a: !!binary ${'AAAA'.repeat(size / 4)}`],
  ];

  it.each(texts)('is refused as long as agents could never take it: %s', (_, text) => {
    const sizes = [5_000, 50_000, 240_000];
    const taken = sizes.flatMap((size) => {
      const yaml = text(size);
      if (!readConfiguration(yaml).ok) return [];
      const sections = `static_config:\n${yaml.replaceAll(/^/gm, '  ')}`;
      const old = readConfiguration(sections).ok ? renderForAgent('v6.5', sections, facts).localConfig : '';
      return [Math.max(...[renderForAgent('v7', yaml, facts).userConfig, old].map((sent) => Buffer.byteLength(sent)))];
    });
    expect(taken.length).toBeGreaterThan(0);
    // The rest of what an agent has to be told before it takes more than 1 MiB needs room, too.
    expect(Math.max(...taken)).toBeLessThan(850_000);
  });
});

it('what cannot be read is no configuration', () => {
  expect(() => renderForAgent('v7', 'a: [', facts)).toThrow(RangeError);
});

it.each([
  [{}, 'v7'],
  [{ tap_mode: 1 }, 'v6.5'],
  [{ static_config: {} }, 'v6.5'],
  [{ vtap_group_id: 'g-x' }, 'v6.5'],
  [{ inputs: {} }, 'v7'],
  [{ inputs: {}, tap_mode: 1 }, 'v7'],
])('%j is of %s', (root, generation) => {
  expect(generationOf(root)).toBe(generation);
});
