import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configurationKeys } from '../../src/agent-config/configuration-keys.js';
import { checkConfiguration, findingText, type Generation } from '../../src/agent-config/group-configuration.js';

function findings(text: string, generation: Generation = 'v7') {
  return checkConfiguration(text, generation);
}

function only(text: string, generation: Generation = 'v7') {
  const [first, ...rest] = findings(text, generation);
  expect(rest).toEqual([]);
  if (first === undefined) throw new Error('nothing was found');
  return first;
}

describe('what the seeds configure', () => {
  it.each([
    ['MACVlan', 'vtap_group_id: g-xxxxxxxxxx\ntap_interface_regex: eth0\ntap_mode: 1\n'],
    [
      'OpenShift',
      'static_config:\n  kubernetes-resources:\n  - name: ingresses\n    disabled: true\n  - name: routes\n',
    ],
    [
      'OpenKruise',
      'static_config:\n  kubernetes-resources:\n  - name: clonesets\n    group: apps.kruise.io\n  - name: statefulsets\n    group: apps\n  - name: statefulsets\n    group: apps.kruise.io\n',
    ],
  ])('is right for v6.5: %s', (_, text) => {
    expect(findings(text, 'v6.5')).toEqual([]);
    expect(findings(text, 'v7').map(({ kind }) => kind)).toContain('other-generation');
  });
});

describe('keys', () => {
  it('of v6.5 do nothing in a document of v7', () => {
    expect(only('inputs: {}\ntap_mode: 1\n')).toEqual({
      ...{ severity: 'warning', kind: 'other-generation', key: 'tap_mode', line: 2, column: 1 },
      found: 'tap_mode, a key of v6.5',
      expected: 'keys of v7',
      hint: 'It is stored and does nothing. Write inputs.cbpf.common.capture_mode, each name one level deeper than the one before.',
    });
    expect(
      findings('static_config:\n  ebpf:\n    disabled: true\n    thread-num: 2\n').map(({ key, line }) => [key, line]),
    ).toEqual([
      ['static_config.ebpf.disabled', 3],
      ['static_config.ebpf.thread-num', 4],
    ]);
  });

  it('of v7 are dropped from a document of v6.5', () => {
    expect(only('inputs:\n  cbpf:\n    common:\n      capture_mode: 1\n', 'v6.5')).toMatchObject({
      ...{ severity: 'warning', kind: 'other-generation', line: 4, column: 7 },
      hint: 'The server drops it. Write tap_mode.',
    });
  });

  it('that have no counterpart are told so', () => {
    expect(only('inputs:\n  vector:\n    enabled: true\n', 'v6.5').hint).toMatch(
      /v6\.5 has nothing like it: remove it/,
    );
    expect(only('compressor_socket_type: TCP\n').hint).toMatch(/v7 has nothing like it/);
  });

  it.each([
    ['inputs:\n  cbpf:\n    common:\n      capture_mod: 1\n', 'v7', 'Did you mean inputs.cbpf.common.capture_mode?'],
    ['inputs:\n  cbpf:\n    capture_mode: 1\n', 'v7', 'Did you mean inputs.cbpf.common.capture_mode?'],
    ['inputs:\n  cbpf:\n    common:\n      capture-mode: 1\n', 'v7', 'Did you mean inputs.cbpf.common.capture_mode?'],
    ['tap_mdoe: 1\n', 'v7', 'Did you mean inputs.cbpf.common.capture_mode (tap_mode in v6.5)?'],
    ['tap_mdoe: 1\n', 'v6.5', 'Did you mean tap_mode?'],
    ['static_config:\n  kubernetes_resources: []\n', 'v6.5', 'Did you mean static_config.kubernetes-resources?'],
    ['kubernetes-resources: []\n', 'v6.5', 'Did you mean static_config.kubernetes-resources?'],
    ['vtap_group_id: g-x\n', 'v7', 'The path of the request names the group: remove it.'],
    ['wholly: unknown\n', 'v7', 'DeepFlow does not document it (up to v7.1): remove it, or correct its name.'],
    ['<<: {}\n', 'v7', 'DeepFlow does not document it (up to v7.1): remove it, or correct its name.'],
    ['__proto__: 1\n', 'v7', 'DeepFlow does not document it (up to v7.1): remove it, or correct its name.'],
  ] as const)('%j that %s does not know lead to the right one', (text, generation, hint) => {
    expect(only(text, generation)).toMatchObject({ severity: 'warning', kind: 'unknown-key', hint });
  });

  it('with dots in them are not the nested ones', () => {
    expect(only('inputs.cbpf.common.capture_mode: 1\n')).toMatchObject({
      kind: 'dotted-key',
      hint: expect.stringContaining('each name one level deeper'),
    });
    expect(only('inputs:\n  cbpf.common.capture_mode: 1\n')).toMatchObject({ kind: 'dotted-key', line: 2, column: 3 });
  });

  it('that are sections want keys below them', () => {
    expect(only('inputs:\n  cbpf: 1\n')).toMatchObject({ kind: 'wrong-value', key: 'inputs.cbpf', line: 2, column: 9 });
    expect(only('static_config: []\n', 'v6.5')).toMatchObject({ severity: 'error', kind: 'wrong-value' });
    expect(findings('inputs:\n  cbpf:\n')).toEqual([]);
  });

  it('are named up to a hundred, the rest is counted', () => {
    const many = findings(Array.from({ length: 1000 }, (_, index) => `unknown_${index}: 1`).join('\n'));
    expect(many).toHaveLength(101);
    expect(many.at(-1)).toMatchObject({ kind: 'more', found: '900 more of the same kinds' });
  });
});

describe('values', () => {
  const v7 = (path: string, value: string) => {
    const steps = path.split('.');
    const lines = steps.map((step, depth) => `${'  '.repeat(depth)}${step}:`);
    return `${lines.join('\n')} ${value}\n`;
  };

  it.each([
    ['inputs.cbpf.common.capture_mode', '3', 'wrong-value', /0 \(Local\), 1 \(Virtual Mirror\)/],
    ['inputs.cbpf.common.capture_mode', 'Virtual Mirror', 'wrong-value', /Local/],
    ['inputs.cbpf.af_packet.interface_regex', 'eth(', 'regex', /Rust/],
    ['inputs.cbpf.af_packet.interface_regex', '^(?!lo)', 'regex', /Rust/],
    ['inputs.cbpf.af_packet.interface_regex', '5', 'wrong-value', /regular expression as text/],
    ['inputs.cbpf.tunning.max_capture_packet_size', '1', 'wrong-value', /128 to 65535/],
    ['inputs.cbpf.tunning.max_capture_packet_size', '1.5', 'wrong-value', /whole number/],
    ['global.circuit_breakers.relative_sys_load.trigger_threshold', '11', 'wrong-value', /0 to 10/],
    ['global.ntp.enabled', 'yes', 'wrong-value', /true or false/],
    ['global.ntp.enabled', '1', 'wrong-value', /true or false/],
    ['global.communication.proactive_request_interval', '60', 'wrong-value', /10s to 1h/],
    ['global.communication.proactive_request_interval', '5s', 'wrong-value', /10s to 1h/],
    ['global.communication.proactive_request_interval', 'soon', 'wrong-value', /10s to 1h/],
    ['global.communication.ingester_ip', 'example.org', 'wrong-value', /IP address/],
    ['global.communication.ingester_port', '0', 'wrong-value', /1 to 65535/],
    ['inputs.ebpf.socket.kprobe.blacklist.ports', '80-', 'wrong-value', /80,1000-2000/],
    ['inputs.cbpf.af_packet.extra_bpf_filter', `"${'x'.repeat(513)}"`, 'wrong-value', /512/],
    ['processors.request_log.tag_extraction.obfuscate_protocols', '[Rediss]', 'wrong-value', /Redis/],
    ['processors.flow_log.conntrack.flow_generation.server_ports', '[0]', 'wrong-value', /1 to 65535/],
    ['inputs.cbpf.preprocess.tunnel_trim_protocols', 'VXLAN', 'wrong-value', /a list/],
  ])('%s: %s', (path, value, kind, expected) => {
    const finding = only(v7(path, value));
    expect(finding).toMatchObject({ severity: 'warning', kind, line: path.split('.').length });
    expect(finding.key.startsWith(path)).toBe(true);
    expect(finding.expected).toMatch(expected);
    expect(finding.hint).not.toBe('');
  });

  it.each([
    ['global.communication.max_escape_duration', '1h 30m'],
    ['global.limits.local_log_retention', '300d'],
    ['inputs.ebpf.profile.off_cpu.min_blocking_time', '50us'],
    ['inputs.proc.socket_info_sync_interval', '0'],
    ['inputs.proc.socket_info_sync_interval', '0ns'],
    ['global.communication.ingester_ip', "''"],
    ['global.communication.ingester_ip', 'fd00::1'],
    ['inputs.ebpf.socket.kprobe.blacklist.ports', '"80,1000-2000"'],
    ['inputs.ebpf.socket.kprobe.blacklist.ports', '80'],
    ['outputs.flow_log.filters.l4_capture_network_types', '[5]'],
    ['processors.request_log.tag_extraction.tracing_tag.apm_trace_id', 'traceparent, sw8'],
    ['inputs.vector.config', '{ sources: { a: 1 } }'],
    ['inputs.cbpf.common.capture_mode', ''],
    ['inputs.cbpf.common.capture_mode', '&mode 1'],
  ])('%s: %s is right', (path, value) => {
    expect(findings(v7(path, value))).toEqual([]);
  });

  it('of another type are refused up to v6.5, as its server reads them into typed variables', () => {
    expect(only('tap_mode: true\n', 'v6.5')).toMatchObject({ severity: 'error', line: 1, column: 11 });
    expect(only('static_config:\n  ebpf:\n    disabled: 1\n', 'v6.5')).toMatchObject({ severity: 'error' });
    expect(only('decap_type: 1\n', 'v6.5')).toMatchObject({ severity: 'error' });
    expect(only('tap_mode: 9\n', 'v6.5')).toMatchObject({ severity: 'warning' });
    expect(only('platform_enabled: 2\n', 'v6.5')).toMatchObject({ severity: 'warning', expected: '0 or 1' });
    expect(only('http_log_trace_id: 5\n', 'v6.5')).toMatchObject({
      severity: 'warning',
      hint: 'Put it in quotes: "5".',
    });
  });

  it('within lists are named by their place', () => {
    expect(only('decap_type: [1, 2, 9]\n', 'v6.5')).toMatchObject({ key: 'decap_type[2]', column: 20 });
    expect(only('inputs:\n  proc:\n    process_matcher:\n    - match_regex: "a("\n')).toMatchObject({
      kind: 'regex',
      key: 'inputs.proc.process_matcher[0].match_regex',
      line: 4,
    });
  });
});

describe('lists of Kubernetes resources', () => {
  const list = (entries: string) => `inputs:\n  resources:\n    kubernetes:\n      api_resources: ${entries}\n`;

  it('drop what has the same name and another group', () => {
    expect(only(list('[{ name: statefulsets, group: apps.kruise.io }]'))).toMatchObject({
      ...{ severity: 'warning', kind: 'drops-defaults', key: 'inputs.resources.kubernetes.api_resources[0]', line: 4 },
      found: 'statefulsets of apps.kruise.io only',
      hint: expect.stringContaining('name: statefulsets and group: apps'),
    });
    expect(findings(list('[{ name: statefulsets, group: apps.kruise.io }, { name: statefulsets }]'))).toEqual([]);
    expect(findings(list('[{ name: statefulsets, disabled: true }]'))).toEqual([]);
    expect(findings(list('[{ name: ingresses, group: extensions }]'))).toEqual([]);
  });

  it('name resources and groups that agents know', () => {
    expect(only(list('[{ name: cronjobs }]'))).toMatchObject({
      kind: 'wrong-value',
      expected: expect.stringContaining('configmaps'),
    });
    expect(only(list('[{ name: routes, group: routes.io }]'))).toMatchObject({ expected: 'route.openshift.io' });
    expect(only('static_config:\n  kubernetes-resources:\n  - name: configmaps\n', 'v6.5')).toMatchObject({
      kind: 'no-effect',
    });
  });

  it('have no effect where an entry is disabled by another', () => {
    expect(only(list('[{ name: pods }, { name: pods, disabled: true }]'))).toMatchObject({ kind: 'no-effect' });
  });

  it('have the keys of their generation', () => {
    expect(only(list('[{ name: pods, field-selector: a=b }]'))).toMatchObject({ hint: 'Did you mean field_selector?' });
  });

  it('of tunnels drop the default ones', () => {
    expect(only('decap_type: [4]\n', 'v6.5')).toMatchObject({
      kind: 'drops-defaults',
      hint: expect.stringContaining('1 (VXLAN) and 2 (IPIP)'),
    });
    expect(findings('decap_type: []\n', 'v6.5')).toEqual([]);
    expect(findings('decap_type: [1, 2, 4]\n', 'v6.5')).toEqual([]);
  });
});

describe('documents', () => {
  it.each([
    ['a: [', 'yaml', 1],
    ['a: b: c', 'yaml', 1],
    ['\ta: 1', 'yaml', 1],
    ['a: 1\n---\nb: 1\n', 'yaml', 2],
    ['a: *nowhere\n', 'yaml', 1],
    ['inputs: {}\ninputs: {}\n', 'duplicate-key', 2],
    ['inputs:\n  cbpf: {}\n  ebpf: {}\n  cbpf: {}\n', 'duplicate-key', 4],
    ['- 1\n', 'not-a-mapping', 1],
    ['just text\n', 'not-a-mapping', 1],
  ])('that are none: %j', (text, kind, line) => {
    const finding = only(text);
    expect(finding).toMatchObject({ severity: 'error', kind, line });
    expect(findingText(finding)).toMatch(/^line \d+, column \d+: found .+, expected .+\. .+\.$/);
  });

  it.each([['', '{}', '# nothing\n', 'null\n', '---\n', '---\n{}\n...\n']])(
    'that set nothing are right: %j',
    (text) => {
      expect(findings(text)).toEqual([]);
    },
  );

  const bombs: readonly (readonly [string, string])[] = [
    ['ten megabytes', `a: ${'x'.repeat(10_000_000)}`],
    ['ten megabytes of list', `a: [${'1,'.repeat(5_000_000)}]`],
    ['deep lists', '['.repeat(500_000)],
    ['deep mappings', '{a: '.repeat(100_000)],
    ['deep lines', Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['deep dashes', '- '.repeat(200_000)],
    ['many keys', Array.from({ length: 40_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['many unknown keys', Array.from({ length: 8000 }, (_, index) => `unknown_key_${index}: 1`).join('\n')],
    ['many values', `a: [${'1,'.repeat(200_000)}]`],
    ['blank lines', '\n'.repeat(500_000)],
    ['comments', '# x\n'.repeat(100_000)],
    ['tags', `a: [${'!!x 1,'.repeat(50_000)}]`],
    ['a billion laughs', laughs(9, 9)],
    ['many aliases', `a: &a 1\nb: [${'*a,'.repeat(5000)}]`],
    ['an alias of itself', 'a: &a [*a]'],
    ['a long key', `${'k'.repeat(400_000)}: 1`],
    ['a long expression', `tap_interface_regex: "${'(a|b)*'.repeat(10_000)}"`],
  ];

  it('of a long text and aliases of it are refused where agents could not take them', () => {
    const withAliases = (count: number) => `vtap_group_id: &x "${'y'.repeat(100_000)}"\nb: [${'*x,'.repeat(count)}]`;
    const errors = (text: string) =>
      checkConfiguration(text, 'v6.5').flatMap(({ severity, kind }) => (severity === 'error' ? [kind] : []));
    expect(errors(withAliases(3))).not.toContain('too-large');
    expect(errors(withAliases(6))).toEqual(['too-large']);
  });

  it.each(bombs)('of %s take bounded time and memory', (_, text) => {
    const before = process.memoryUsage().heapUsed;
    const start = performance.now();
    const found = findings(text);
    expect(performance.now() - start).toBeLessThan(3000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(300_000_000);
    expect(found.length).toBeGreaterThan(0);
    expect(JSON.stringify(found).length).toBeLessThan(100_000);
  });

  it('never throw, whatever they are', () => {
    const names = configurationKeys
      .flatMap((key) => [key.v7?.name, key['v6.5']?.name])
      .filter((name) => name !== undefined);
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({
        unit: fc.constantFrom('a', ':', ' ', '\n', '-', '[', ']', '{', '}', '&', '*', '!', '#', '"', "'", '|'),
      }),
      fc
        .dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), fc.jsonValue())
        .map((value) => JSON.stringify(value)),
      fc.tuple(fc.constantFrom(...names), fc.jsonValue()).map(([name, value]) => JSON.stringify(nested(name, value))),
    );
    fc.assert(
      fc.property(text, fc.constantFrom<Generation>('v6.5', 'v7'), (document, generation) => {
        for (const finding of checkConfiguration(document, generation)) {
          expect(finding.line).toBeGreaterThan(0);
          expect(finding.column).toBeGreaterThan(0);
          for (const part of [finding.found, finding.expected, finding.hint]) expect(part).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });
});

function laughs(levels: number, width: number): string {
  const lines = ['l0: &l0 ha'];
  for (let level = 1; level <= levels; level++) {
    lines.push(`l${level}: &l${level} [${`*l${level - 1},`.repeat(width)}]`);
  }
  return lines.join('\n');
}

function nested(name: string, value: unknown): unknown {
  return name.split('.').reduceRight<unknown>((below, step) => ({ [step]: below }), value);
}
