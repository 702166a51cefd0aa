import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownPlatform } from '../../src/platform/known-platform.js';
import { formatMac } from '../../src/platform/mac.js';
import { mappedMac, nodeView } from '../../src/platform/node-view.js';
import { inputProblemText } from '../../src/replay/input-problem.js';
import { readSite } from '../../src/replay/site-file.js';
import { siteOf } from './support/lab.js';

const site = `agent: { tap_mode: 1, tap_interface_regex: eth0, decap_type: [1, 2] }
platform: reported
nodes:
  - { name: n1, nics: [{ name: eth0, mac: "02:00:00:00:01:00", ips: [10.10.0.1/24] }] }
  - name: n2
    agent: { inputs: { cbpf: { common: { capture_mode: 0 } } } }
    nics: [{ name: eth0, mac: 02-00-00-00-02-00, ips: ["FD00::2/64"] }]
pods:
  - { name: p1a, namespace: default, node: n1,
      nics: [{ name: eth0, kind: macvlan, hostNic: eth0, mac: "02:00:00:01:01:0a", ips: [10.10.0.110/24] }] }
  - { name: p1b, namespace: shop, node: n1, nics: [{ kind: macvlan, hostNic: eth0, mac: "02:00:00:01:01:0b", ips: [10.10.0.111] }] }
resources: cluster.json
captures:
  - { node: n1, nic: eth0, file: same/n1-eth0.pcap }
  - { node: n1, nic: eth0, files: [b.pcap, c.pcap] }
  - { pod: p1a, file: pod.pcap }
syscalls:
  - { node: n1, file: same/syscalls.jsonl }
expect: { cni: macvlan, span: same-node }
vips: [10.96.0.1]
`;

function messages(text: string): string[] {
  const reading = readSite(text, 'site.yaml');
  return reading.problems.map(inputProblemText);
}

function changed(from: string | RegExp, to: string): string[] {
  const text = site.replace(from, to);
  expect(text).not.toBe(site);
  expect(readSite(text, 'site.yaml').site).toBeNull();
  return messages(text);
}

describe('a site file', () => {
  const read = siteOf(site);

  it('gives nodes, Pods and NICs, each with where it is said', () => {
    const { nodes, pods, vips } = read.topology;
    expect(nodes.map(({ name, nics }) => [name, nics.map((nic) => [nic.name, nic.kind, nic.ips])])).toEqual([
      ['n1', [['eth0', 'physical', ['10.10.0.1']]]],
      ['n2', [['eth0', 'physical', ['fd00::2']]]],
    ]);
    expect(pods[0]).toMatchObject({ name: 'p1a', namespace: 'default', node: 'n1', vpc: 'default' });
    expect(pods[0]?.nics[0]).toMatchObject({
      kind: 'macvlan',
      hostNic: 'eth0',
      mac: { origin: 'given', evidence: 'site.yaml:10' },
      ips: ['10.10.0.110'],
    });
    expect(pods[1]?.nics[0]).toMatchObject({ name: 'eth0', ips: ['10.10.0.111'] });
    expect(vips).toEqual(['10.96.0.1']);
  });

  it('gives captures by place, with the lines that name their files', () => {
    expect(read.captures.map(({ node, nic, pod, files }) => [node, nic, pod, files.map(({ path }) => path)])).toEqual([
      ['n1', 'eth0', null, ['same/n1-eth0.pcap', 'b.pcap', 'c.pcap']],
      ['n1', 'eth0', 'default/p1a', ['pod.pcap']],
    ]);
    expect(read.captures[0]?.files[0]?.position).toEqual({ file: 'site.yaml', line: 14, column: 34 });
    expect(read.resources).toMatchObject({ path: 'cluster.json', position: { line: 12 } });
    expect(read.syscalls).toMatchObject([{ node: 'n1', files: [{ path: 'same/syscalls.jsonl' }] }]);
  });

  it('gives each node its settings: defaults, the site, the node, the command line', () => {
    expect(read.settingsOf('n1')).toMatchObject({ captureMode: 1, interfaceRegex: 'eth0', flowLimit: 65_535 });
    expect(read.settingsOf('n2')).toMatchObject({ captureMode: 0, interfaceRegex: 'eth0' });
    expect(read.settingsOf('n2', { captureMode: 2 }).captureMode).toBe(2);
  });

  it('gives the expectation', () => {
    expect(read.expectation).toEqual({ cni: 'macvlan', span: 'same-node', tapSides: null, conversations: [] });
    expect(siteOf(site.replace(/expect: .*/, '')).expectation).toBeNull();
    const listed = 'expect: { conversations: [{ client: p1a, server: shop/p1b, protocol: tcp, tapSides: [s, c] }] }';
    expect(siteOf(site.replace(/expect: .*/, listed)).expectation).toEqual({
      cni: null,
      span: null,
      tapSides: null,
      conversations: [{ client: 'p1a', server: 'shop/p1b', port: null, protocol: 6, tapSides: ['c', 's'] }],
    });
  });

  it('has the defaults that make the decision work', () => {
    const { topology } = read;
    const mapped = (node: string, nic: string): string => formatMac(mappedMac(topology, node, nic) ?? 0);
    expect(mapped('n1', 'eth0')).toBe('02:00:00:01:01:0b');
    expect(mapped('n2', 'eth0')).toBe('02:00:00:00:02:00');
    const platform = knownPlatform(topology, 'reported');
    const local = (node: string): string[] =>
      [...nodeView(topology, platform, node).localSegments].map(formatMac).sort();
    expect(local('n1')).toEqual(['02:00:00:00:01:00', '02:00:00:01:01:0a', '02:00:00:01:01:0b']);
    expect(local('n2')).toEqual(['02:00:00:00:02:00']);
    expect([...nodeView(topology, platform, 'n2').remoteSegments].length).toBe(3);
  });

  it('takes what a site says over the defaults', () => {
    const text = site
      .replace(
        'ips: [10.10.0.1/24] }]',
        'ips: [10.10.0.1/24], mappedMac: "02:00:00:00:00:77", ifindex: 2 }], localSegments: ["02:00:00:00:00:99"], remoteSegments: []',
      )
      .replace('name: p1a, namespace: default', 'name: p1a, namespace: default, vpc: blue');
    const { topology } = siteOf(text);
    expect(mappedMac(topology, 'n1', 'eth0')).toBe(0x02_00_00_00_00_77);
    const platform = knownPlatform(topology, 'reported');
    const view = nodeView(topology, platform, 'n1');
    expect([...view.localSegments]).toEqual([0x02_00_00_00_00_99]);
    expect([...view.remoteSegments]).toEqual([]);
    expect(platform.interfaceByAddress(2, '10.10.0.110')?.owner.name).toBe('default/p1a');
    expect(platform.interfaceByAddress(1, '10.10.0.110')).toBeNull();
  });

  it('adds the veth ends that Pods and captures name', () => {
    const text = `nodes: [{ name: n1, nics: [{ name: eth0, mac: "02:00:00:00:01:00" }] }]
pods: [{ name: p, node: n1, nics: [{ hostNic: lxc1, mac: "02:00:00:01:01:0a", ips: [10.0.0.1] }] }]
captures: [{ node: n1, nic: lxc1, file: a.pcap }, { node: n1, nic: cni0, file: b.pcap }]`;
    const { topology } = siteOf(text);
    expect(topology.nodes[0]?.nics.map(({ name, kind }) => [name, kind])).toEqual([
      ['eth0', 'physical'],
      ['lxc1', 'pod-end'],
      ['cni0', 'bridge'],
    ]);
    expect(topology.pods[0]?.nics[0]?.kind).toBe('veth');
    expect(mappedMac(topology, 'n1', 'lxc1')).toBe(0x02_00_00_01_01_0a);
    expect(messages(text)[0]).toMatch(/^site.yaml:3:68: found a capture of n1 cni0, whose MAC nobody gives/);
  });
});

describe('a site file that cannot be used', () => {
  it.each([
    [
      'an unknown node of a capture',
      'node: n1, nic: eth0, file: same',
      'node: nl1, nic: eth0, file: same',
      /^site.yaml:14:13: found the unknown node nl1, expected one of n1, n2\. Did you mean n1\?$/,
    ],
    [
      'an unknown node of a Pod',
      'namespace: default, node: n1',
      'namespace: default, node: n9',
      /^site.yaml:9:44: found the unknown node n9/,
    ],
    [
      'a bad MAC',
      '"02:00:00:01:01:0a"',
      '"02:00:00:01:01"',
      /^site.yaml:10:63: found "02:00:00:01:01", expected a MAC address such as/,
    ],
    ['a bad address', '10.10.0.110/24', '10.10.0.300', /^site.yaml:10:90: found "10.10.0.300", expected an IP address/],
    [
      'a bad expression',
      'tap_interface_regex: eth0',
      'tap_interface_regex: "eth["',
      /^site.yaml:1:44: found "eth\[", expected a regular expression of Rust/,
    ],
    [
      'a duplicated key',
      'platform: reported',
      'platform: reported\nplatform: none',
      /^site.yaml:3:1: found the key platform a second time, expected each key once/,
    ],
    [
      'an unknown key of the configuration',
      'tap_mode: 1',
      'tap_mod: 1',
      /^site.yaml:1:10: found the unknown key tap_mod, .* Did you mean tap_mode\?$/,
    ],
    [
      'an unknown key of a node’s configuration',
      'capture_mode: 0',
      'capture_mod: 0',
      /^site.yaml:6:42: found the unknown key inputs.cbpf.common.capture_mod/,
    ],
    ['an unknown key', 'captures:', 'capture:', /^site.yaml:\d+:\d+: found (no captures|the unknown key capture)/],
    [
      'an unknown key of a NIC',
      'hostNic: eth0, mac: "02:00:00:01:01:0a"',
      'hostnic: eth0, mac: "02:00:00:01:01:0a"',
      /^site.yaml:10:43: found the unknown key hostnic, .* Did you mean hostNic\?$/,
    ],
    [
      'an unknown CNI',
      'cni: macvlan',
      'cni: macvlan2',
      /^site.yaml:19:16: found "macvlan2", expected one of veth, .* Did you mean macvlan\?$/,
    ],
    ['an unknown span', 'span: same-node', 'span: samenode', /^site.yaml:19:31: .* Did you mean same-node\?$/],
    ['an unknown kind of NIC', 'kind: macvlan', 'kind: macvtap', /expected one of veth, macvlan, ipvlan/],
    [
      'an unknown platform',
      'platform: reported',
      'platform: all',
      /^site.yaml:2:11: found "all", expected one of reported, kubernetes, none/,
    ],
    [
      'a capture without a file',
      ', file: same/n1-eth0.pcap',
      '',
      /^site.yaml:14:5: found neither file nor files, expected one of the two/,
    ],
    ['a capture without a NIC', 'nic: eth0, file: same', 'file: same', /^site.yaml:14:5: found a capture without nic/],
    [
      'a capture of an unknown Pod',
      'pod: p1a, file',
      'pod: p1c, file',
      /^site.yaml:16:12: found the unknown Pod p1c, .* Did you mean p1a\?$/,
    ],
    ['a node twice', 'name: n2', 'name: n1', /^site.yaml:5:11: found the node n1 a second time/],
    [
      'a Pod twice',
      'name: p1b, namespace: shop',
      'name: p1a, namespace: default',
      /the Pod default\/p1a a second time/,
    ],
    [
      'system calls of an unknown node',
      '{ node: n1, file: same/syscalls',
      '{ node: n3, file: same/syscalls',
      /^site.yaml:18:13: found the unknown node n3/,
    ],
    [
      'a tap side that is none',
      'cni: macvlan, span: same-node',
      'tapSides: [c, x]',
      /found "x", expected an observation point/,
    ],
    ['an empty expectation', 'cni: macvlan, span: same-node', '', /an expectation of nothing/],
    ['broken YAML', 'nodes:', 'nodes: [', /^site.yaml:\d+:\d+: .*well-formed YAML/],
  ] as const)('%s', (_what, from, to, message) => {
    const found = changed(from, to);
    expect(
      found.filter((text) => message.test(text)),
      found.join('\n'),
    ).not.toEqual([]);
  });

  it('names what is missing', () => {
    expect(messages('')).toEqual([
      'site.yaml:1:1: found no nodes, expected a list. Add it.',
      'site.yaml:1:1: found no captures, expected a list. Add it.',
    ]);
    expect(messages('[1]')[0]).toMatch(/expected a map of keys and values/);
    expect(messages('nodes: []\ncaptures: []')[0]).toMatch(/site.yaml:1:8: found \[\], expected at least one of nodes/);
  });

  it('is named for any text, never a crash', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(site.length), fc.nat(20), (text, at, cut) => {
        const mutated = site.slice(0, at) + text + site.slice(at + cut);
        for (const problem of readSite(mutated, 'site.yaml').problems) {
          expect(problem.position.line).toBeGreaterThan(0);
          expect(problem.expected).not.toBe('');
        }
      }),
      { numRuns: 150 },
    );
  });

  it('may hold many aliases and is refused', () => {
    const bomb = `a: &a [1]\n${'bcdefghi'
      .split('')
      .map((name, i) => `${name}: &${name} [${`*${'abcdefghi'[i]},`.repeat(9)}]`)
      .join('\n')}`;
    expect(messages(bomb)[0]).toMatch(/aliases/);
  });
});
