import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateCapture } from '../../bench/flow-core/generate-capture.js';
import { defaultInterfaceRegex } from '../../src/agent-config/keys.js';
import { plumbline } from './support/plumbline.js';
import { exchanges, fixture, judgedOnly, pointsOf, replay, siteText } from './support/replay.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-replay-'));
});
afterAll(() => rm(folder, { recursive: true }));

const processes = { same: ['c-p n1  both', 's-p n1  both'], cross: ['c-p n1  both', 's-p n2  both'] } as const;

/** What the matrix says of each exchange: between the system calls of both processes, the points in order. */
const packetPoints: Readonly<Record<string, { same: string[]; cross: string[] }>> = {
  'flannel-vxlan': {
    same: ['c n1 vethp1a both', 's n1 vethp1b both'],
    cross: ['c n1 vethp1a both', 'c-nd n1 eth0 both', 's-nd n2 eth0 both', 's n2 vethp2a both'],
  },
  macvlan: { same: ['c n1 eth0 both', 's n1 eth0 both'], cross: ['c n1 eth0 both', 's n2 eth0 both'] },
  'cilium-peer': { same: [], cross: ['c-nd n1 eth0 both', 's-nd n2 eth0 both'] },
  'ipvlan-l3': { same: [], cross: ['c n1 eth0 both', 's n2 eth0 both'] },
};

describe.concurrent('the eight recorded exchanges, each configured as its row requires', () => {
  test.each(exchanges)('$network, $span node', async ({ network, span }) => {
    const { report, code } = await replay(fixture(network, span, 'site.yaml'));
    const [first, last] = processes[span];
    expect(pointsOf(report)).toEqual([first, ...(packetPoints[network]?.[span] ?? []), last]);
    expect(report.coverage).toMatchObject({ judged: 1, passed: 1, span: `${span}-node`, missing: [], unexpected: [] });
    expect(report).toMatchObject({ verdict: 'pass', advice: [] });
    expect(code).toBe(0);
  });
});

describe.concurrent('what the matrix says of details', () => {
  test('MACVlan on one node: client and server share one set of packets', async () => {
    const { report } = await replay(fixture('macvlan', 'same', 'site.yaml'));
    const [, client, server] = judgedOnly(report)[0]?.points ?? [];
    expect(client).toMatchObject({ tapSide: 'c', sharedWith: ['s'], packetsTx: 10, packetsRx: 7 });
    expect(server).toMatchObject({ tapSide: 's', sharedWith: ['c'], packetsTx: 10, packetsRx: 7 });
    expect(report.coverage?.positions).toMatchObject({ podNic: { seen: true }, nodeNic: { seen: false } });
  });

  test('a VXLAN is taken off at the Node NICs only, with its header told', async () => {
    const { report } = await replay(fixture('flannel-vxlan', 'cross', 'site.yaml'));
    const tunnels = judgedOnly(report)[0]?.points.map(({ tapSide, tunnel }) => [tapSide, tunnel?.src ?? null]);
    expect(tunnels).toEqual([
      ['c-p', null],
      ['c', null],
      ['c-nd', '10.10.0.1'],
      ['s-nd', '10.10.0.1'],
      ['s', null],
      ['s-p', null],
    ]);
  });

  test('captures that the agent does not take, and those from inside Pods, are listed with their packets', async () => {
    const { report } = await replay(fixture('flannel-vxlan', 'cross', 'site.yaml'));
    const cni0 = report.captures.find(({ nic, node }) => nic === 'cni0' && node === 'n1');
    expect(cni0).toMatchObject({ captured: false, packets: 21 });
    expect(cni0?.note).toContain('does not match cni0');
    const inside = report.captures.find(({ pod }) => pod === 'default/p1a');
    expect(inside).toMatchObject({ captured: false, packets: 21 });
  });
});

describe.concurrent('a wrong configuration ends with 1 and names the setting', () => {
  test.each([
    { exchange: 'macvlan/same', set: 'tap_mode=0', missing: ['c'], id: 'virtual-mirror', setting: 'tap_mode: 1' },
    { exchange: 'macvlan/cross', set: 'tap_mode=0', missing: ['c', 's'], id: 'virtual-mirror', setting: 'tap_mode: 1' },
    {
      exchange: 'cilium-peer/same',
      set: `tap_interface_regex=${defaultInterfaceRegex}`,
      missing: [],
      id: 'one-way-pod-nic',
      setting: 'tap_interface_regex: eth0',
    },
    {
      exchange: 'cilium-peer/cross',
      set: `tap_interface_regex=${defaultInterfaceRegex}`,
      missing: [],
      id: 'one-way-pod-nic',
      setting: 'tap_interface_regex: eth0',
    },
    {
      exchange: 'flannel-vxlan/cross',
      set: 'inputs.cbpf.preprocess.tunnel_decap_protocols=[2]',
      missing: ['c-nd', 's-nd'],
      id: 'vxlan-not-decapsulated',
      setting: 'decap_type: [1, 2]',
    },
    {
      exchange: 'flannel-vxlan/same',
      set: 'tap_interface_regex=eth0',
      missing: ['c', 's'],
      id: 'nic-not-captured',
      setting: 'vethp1a|vethp1b',
    },
    {
      exchange: 'ipvlan-l3/cross',
      set: 'tap_interface_regex=^ens3$',
      missing: ['c', 's'],
      id: 'nic-not-captured',
      setting: 'eth0',
    },
  ])('$exchange with $set', async ({ exchange, set, missing, id, setting }) => {
    const { report, code } = await replay(fixture(exchange, 'site.yaml'), '--set', set);
    expect(code).toBe(1);
    expect(report.verdict).toBe('fail');
    expect(report.coverage?.missing).toEqual(missing);
    expect(report.advice[0]?.id).toBe(id);
    expect(report.advice[0]?.setting).toContain(setting);
    expect(report.advice[0]?.evidence.length).toBeGreaterThan(0);
  });
});

describe.concurrent('exit codes', () => {
  const macvlan = fixture('macvlan', 'same', 'site.yaml');

  test('an expectation that no conversation fits ends with 4', async () => {
    const { report, code } = await replay(macvlan, '--expect', 'macvlan/pod-to-service');
    expect(report).toMatchObject({ coverage: { judged: 0, verdict: 'not-judged' }, verdict: 'not-judged' });
    expect(code).toBe(4);
  });

  test('without any expectation nothing is judged, whatever is seen', async () => {
    const site = join(folder, 'expects-nothing.yaml');
    const text = await siteText('macvlan', 'same');
    await writeFile(
      site,
      text.replace(/^expect:.*$/m, '').replaceAll('file: ', `file: ${fixture('macvlan', 'same')}/`),
    );
    const { report, code } = await replay(site);
    expect(report).toMatchObject({ coverage: null, verdict: 'not-judged' });
    expect(code).toBe(4);
  });

  test('another row of the matrix ends with 1', async () => {
    expect((await replay(macvlan, '--expect', 'veth/cross-node')).code).toBe(4);
    expect((await replay(macvlan, '--expect', 'ipvlan')).code).toBe(1);
  });

  test.each([
    [['--expect', 'macvlam'], 'Did you mean macvlan?'],
    [['--set', 'tap_mod=1'], 'Did you mean tap_mode?'],
    [['--set', 'tap_mode=7'], 'tap_mode'],
    [['--report', 'pdf=x'], 'expected json or junit or html'],
    [['--flows', 'x.txt'], '.jsonl, .csv, .parquet'],
    [['--interval', '5s'], 'expected 1s or 1m'],
    [['--workers', '0'], 'above 0'],
    [['--captures', '.'], 'exclude each other'],
  ])('%j ends with 2', async (args, message) => {
    const ended = await plumbline(['replay', macvlan, ...args]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(message);
  });

  test('without a site and without captures', async () => {
    const ended = await plumbline(['replay']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('--captures DIR with --cluster FILE');
  });
});

/** Some 4 s of 20 conversations, so that each has packets in several seconds. */
const longPlan = { packets: 4000, flows: 20, payload: [0, 80], vxlan: 30, udp: 10, gap: 1000 } as const;
const longSite = `
nodes: [{ name: n1, nics: [{ name: eth0, mac: "02:00:00:00:00:0a", ips: [192.168.0.1] }] }]
captures: [{ node: n1, nic: eth0, file: long.pcap }]
`;

describe('outputs', () => {
  test('reports and flows are written beside the table', async () => {
    const path = (name: string): string => join(folder, name);
    const ended = await plumbline([
      'replay',
      fixture('flannel-vxlan', 'cross', 'site.yaml'),
      '--report',
      `json=${path('r.json')}`,
      '--report',
      `junit=${path('r.xml')}`,
      '--report',
      `html=${path('r.html')}`,
      '--flows',
      path('flows.jsonl'),
      '--explain',
    ]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('PASS  veth/cross-node');
    expect(ended.stdout).toContain('decided by k8s/endpoint');
    const report = JSON.parse(await readFile(path('r.json'), 'utf8'));
    expect(report).toMatchObject({ verdict: 'pass' });
    expect(await readFile(path('r.xml'), 'utf8')).toContain('<testsuites name="plumbline replay"');
    expect(await readFile(path('r.html'), 'utf8')).toMatch(/^<!doctype html>/i);
    const rows = (await readFile(path('flows.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const sides = rows.filter(({ server_port }) => server_port === 8080).map(({ tap_side }) => tap_side);
    expect(sides.sort()).toEqual(['c', 'c-nd', 'c-p', 's', 's-nd', 's-p']);
    expect(rows.find(({ tap_side }) => tap_side === 'c')).toMatchObject({ pod_0: 'p1a', pod_1: 'p2a', nic: 'vethp1a' });
  });

  test('rows of intervals add up to those of whole flows, and conversations are the same', async () => {
    generateCapture(join(folder, 'long.pcap'), longPlan);
    await writeFile(join(folder, 'long.yaml'), longSite);
    const sums = async (name: string, ...args: readonly string[]) => {
      const flows = join(folder, name);
      const { report } = await replay(join(folder, 'long.yaml'), '--flows', flows, ...args);
      const rows = (await readFile(flows, 'utf8')).trim().split('\n');
      const parsed = rows.map((row) => JSON.parse(row) as Readonly<Record<string, number>>);
      const total = (column: string): number => parsed.reduce((all, row) => all + (row[column] ?? 0), 0);
      const columns = ['packet_tx', 'packet_rx', 'byte_tx', 'l4_byte_rx', 'syn_count', 'synack_count', 'retrans_tx'];
      return { rows: rows.length, totals: columns.map(total), report };
    };
    const whole = await sums('whole.jsonl');
    const seconds = await sums('seconds.jsonl', '--interval', '1s');
    const minutes = await sums('minutes.jsonl', '--interval', '1m');
    expect(seconds.rows).toBeGreaterThan(3 * whole.rows);
    expect(minutes.rows).toBe(whole.rows);
    expect(seconds.totals).toEqual(whole.totals);
    expect(seconds.report.conversations).toEqual(whole.report.conversations);
  });

  test('conversations beyond the limit are counted, and their flows written', async () => {
    const site = fixture('flannel-vxlan', 'same', 'site.yaml');
    const all = await replay(site);
    const limited = await replay(site, '--max-conversations', '1', '--flows', join(folder, 'limited.jsonl'));
    expect(limited.report.conversations).toHaveLength(1);
    expect(limited.report.conversationsLeftOut).toBe(all.report.conversations.length - 1);
    const rows = (await readFile(join(folder, 'limited.jsonl'), 'utf8')).trim().split('\n');
    expect(new Set(rows.map((row) => JSON.parse(row).client_port)).size).toBeGreaterThan(1);
  });
});
