import { describe, expect, it } from 'vitest';
import { readClusterResources } from '../../src/platform/cluster-resources.js';
import { createTagIndex } from '../../src/platform/tags.js';
import { correlate } from '../../src/replay/correlate.js';
import { coverageOf } from '../../src/replay/coverage.js';
import { parseExpect } from '../../src/replay/expectation.js';
import { joinRows } from '../../src/replay/join.js';
import type { Observation } from '../../src/replay/observation.js';
import { replayReport } from '../../src/replay/replay-report.js';
import { createRowKeeper } from '../../src/replay/row-keeper.js';
import { segmentsOf } from '../../src/replay/segments.js';
import { inGroups } from './support/in-groups.js';
import { siteOf } from './support/lab.js';
import { observation } from './support/observation.js';

const site = siteOf(`
nodes:
  - { name: n1, nics: [{ name: eth0, mac: "02:00:00:00:01:00", ips: [10.10.0.1] }] }
  - { name: n2, nics: [{ name: eth0, mac: "02:00:00:00:02:00", ips: [10.10.0.2] }] }
pods:
  - { name: p1a, node: n1, nics: [{ hostNic: lxc1, ips: [10.244.1.10] }] }
  - { name: p1b, node: n1, nics: [{ hostNic: lxc2, ips: [10.244.1.11] }] }
  - { name: p2a, node: n2, nics: [{ hostNic: lxc3, ips: [10.244.2.10] }] }
captures: [{ node: n1, nic: eth0, file: a.pcap }]
`);
const service = { kind: 'Service', metadata: { name: 'web' }, spec: { clusterIP: '10.96.0.10' } };
const tags = createTagIndex(site.topology, readClusterResources([service]));

function run(rows: readonly Observation[], expect = 'veth', hasSyscalls = false) {
  const { expectation } = parseExpect(expect);
  return correlate({
    groups: inGroups(rows),
    topology: site.topology,
    platform: 'reported',
    tags,
    expectation,
    hasSyscalls,
  });
}

const end = (ip: string, port: number) => ({ ip, port, mac: 1 });
const podNic = { position: 'pod-nic', nic: 'lxc1' } as const;
const crossRows = [
  observation({ ...podNic, tapSide: 'c', firstTs: 1_000_000, rttServer: 100 }),
  observation({ tapSide: 'c-nd', firstTs: 1_000_010, rttServer: 80 }),
  observation({ tapSide: 's-nd', node: 'n2', firstTs: 1_000_040, rttServer: 40 }),
  observation({ tapSide: 's', node: 'n2', nic: 'lxc3', position: 'pod-nic', firstTs: 1_000_050, rttServer: 20 }),
];

describe('rows of one conversation', () => {
  it('are joined over places by addresses, ports and time', () => {
    const [joined, ...others] = joinRows(inGroups(crossRows));
    expect(others).toEqual([]);
    expect(joined?.rows.map(({ tapSide }) => tapSide)).toEqual(['c', 'c-nd', 's-nd', 's']);
    expect(joined?.joinedBy).toBe('address');
  });

  it('are joined whichever end a place takes for the client', () => {
    const turned = observation({
      client: crossRows[0]?.server ?? end('', 0),
      server: crossRows[0]?.client ?? end('', 0),
      synSeq: null,
      synAckSeq: null,
    });
    expect(joinRows(inGroups([...crossRows, turned])).length).toBe(1);
  });

  it('are parted where the port was used again, by handshake or by a pause', () => {
    const again = observation({ synSeq: 3333, synAckSeq: 4444, firstTs: 1_100_100, lastTs: 1_200_000 });
    expect(joinRows(inGroups([...crossRows, again])).length).toBe(2);
    const datagram = { protocol: 17, synSeq: null, synAckSeq: null };
    const first = observation(datagram);
    const later = observation({ ...datagram, firstTs: 9_000_000, lastTs: 9_100_000 });
    expect(joinRows(inGroups([first, later])).length).toBe(2);
    expect(joinRows(inGroups([first, observation({ ...datagram, node: 'n2' })])).length).toBe(1);
  });

  it('are joined in spite of clocks that are apart', () => {
    const far = observation({ node: 'n2', tapSide: 's-nd', firstTs: 901_000_000, lastTs: 901_100_000 });
    expect(joinRows(inGroups([...crossRows, far])).length).toBe(1);
  });

  it('are joined by sequence numbers where addresses are translated, and say so', () => {
    const before = observation({ ...podNic, tapSide: 'c', server: end('10.96.0.10', 80) });
    const after = observation({ tapSide: 's-nd', node: 'n2', client: end('10.10.0.1', 51_000) });
    const [joined, ...others] = joinRows(inGroups([before, after]));
    expect(others).toEqual([]);
    expect(joined?.joinedBy).toBe('sequence-numbers');
    expect(joinRows(inGroups([before, { ...after, synAckSeq: 5 }])).length).toBe(2);
  });

  it('are joined across translation with one direction captured only where an end is the same', () => {
    const before = observation({ ...podNic, tapSide: 'c', server: end('10.96.0.10', 80), synAckSeq: null });
    expect(joinRows(inGroups([before, observation({})])).length).toBe(1);
    expect(joinRows(inGroups([before, observation({ client: end('10.10.0.1', 51_000) })])).length).toBe(2);
  });

  it('come out the same in any order', () => {
    const rows = [
      ...crossRows,
      observation({ protocol: 17, synSeq: null, synAckSeq: null }),
      observation({ server: end('10.96.0.10', 80) }),
    ];
    const report = (list: readonly Observation[]) =>
      JSON.stringify(run(list), (_key, value) => (typeof value === 'bigint' ? `${value}` : value));
    const expected = report(rows);
    for (const shift of [1, 2, 3, 4, 5]) expect(report([...rows.slice(shift), ...rows.slice(0, shift)])).toBe(expected);
    expect(report([...rows].reverse())).toBe(expected);
  });
});

describe('a conversation', () => {
  it('to a Service has the backend as its server, and is judged as the backend’s', () => {
    const rows = crossRows.map((row) => (row.tapSide === 'c' ? { ...row, server: end('10.96.0.10', 80) } : row));
    const [judged] = run(rows);
    expect(judged?.conversation).toMatchObject({
      span: 'pod-to-service',
      reach: 'cross-node',
      server: { ip: '10.244.2.10', port: 8080, tags: { pod: 'p2a', node: 'n2' } },
      serverSeenAs: [{ ip: '10.96.0.10', port: 80 }],
      joinedBy: 'sequence-numbers',
    });
    expect(judged?.judgement).toMatchObject({ judged: true, missing: [], notJudged: ['c-p', 's-p'], passed: true });
  });

  it('whose client is translated keeps the Pod as its client', () => {
    const rows = crossRows.map((row) => (row.node === 'n2' ? { ...row, client: end('10.10.0.1', 51_000) } : row));
    const [judged] = run(rows);
    expect(judged?.conversation).toMatchObject({
      span: 'cross-node',
      client: { ip: '10.244.1.10' },
      clientSeenAs: [{ ip: '10.10.0.1', port: 51_000 }],
    });
  });

  it.each([
    ['10.244.1.10', '10.244.1.11', 'same-node'],
    ['10.244.1.10', '10.244.2.10', 'cross-node'],
    ['10.244.1.10', '10.10.0.2', 'pod-to-node'],
    ['10.10.0.1', '10.244.2.10', 'node-to-pod'],
    ['10.244.1.10', '10.96.0.10', 'pod-to-service'],
    ['10.244.1.10', '8.8.8.8', null],
    ['10.10.0.1', '10.10.0.2', null],
  ])('from %s to %s spans %s', (from, to, span) => {
    const [judged] = run([observation({ client: end(from, 40_000), server: end(to, 80) })]);
    expect(judged?.conversation.span).toBe(span);
  });

  it.each([
    [{ server: end('8.8.8.8', 53) }, 'outside', /neither a Pod nor a node/],
    [{ client: end('10.10.0.1', 1), server: end('10.10.0.2', 22) }, 'node-to-node', /both ends are nodes/],
    [
      { client: end('10.10.0.1', 1), server: end('10.10.0.2', 6081), protocol: 17 },
      'tunnel-outer',
      /outer flow of a tunnel/,
    ],
    [
      { client: end('10.10.0.1', 1), server: end('10.10.0.2', 99), hiddenTunnel: { type: 1, packets: 3 } },
      'tunnel-outer',
      /outer flow/,
    ],
    [{ server: end('224.0.0.22', 0), protocol: 2 }, 'group', /multicast/],
  ] as const)('%j is %s and not judged', (more, kind, reason) => {
    const [judged] = run([observation(more)]);
    expect(judged?.conversation.kind).toBe(kind);
    expect(judged?.judgement).toMatchObject({ judged: false, reason: expect.stringMatching(reason), passed: true });
  });

  it('between a Pod and its own node is covered by no row', () => {
    const [judged] = run([observation({ server: end('10.10.0.1', 80) })]);
    expect(judged?.judgement).toMatchObject({ judged: false, reason: 'no row covers a Pod and its own node' });
  });
});

describe('coverage', () => {
  it('passes where all is seen, and tells each part', () => {
    const judged = run(crossRows);
    const coverage = coverageOf(
      parseExpect('veth').expectation,
      judged.map(({ judgement }) => judgement),
    );
    expect(coverage).toMatchObject({
      cni: 'veth',
      span: 'cross-node',
      spans: [{ span: 'cross-node', conversations: 1, passed: 1 }],
      positions: { podNic: { expected: true, seen: true }, nodeNic: { expected: true, seen: true } },
      expected: ['c-p', 'c', 'c-nd', 's-nd', 's', 's-p'],
      seen: ['c', 'c-nd', 's-nd', 's'],
      missing: [],
      notJudged: ['c-p', 's-p'],
      verdict: 'pass',
    });
  });

  it('misses system calls where the site gives some', () => {
    expect(run(crossRows, 'veth', true)[0]?.judgement).toMatchObject({
      missing: ['c-p', 's-p'],
      notJudged: [],
      passed: false,
    });
  });

  it('asks no system calls of ICMP', () => {
    const rows = crossRows.map((row) => ({
      ...row,
      protocol: 1,
      client: end('10.244.1.10', 0),
      server: end('10.244.2.10', 0),
      synSeq: null,
      synAckSeq: null,
    }));
    expect(run(rows, 'veth', true)[0]?.judgement).toMatchObject({ expected: ['c', 'c-nd', 's-nd', 's'], passed: true });
  });

  it('asks no system calls of a connection that the server refused or did not answer', () => {
    const lookOf = (closeType: number, synAckSeq: number | null) =>
      run(
        crossRows.map((row) => ({ ...row, closeType, synAckSeq })),
        'veth/cross-node',
        true,
      )[0]?.judgement;
    expect(lookOf(15, null)).toMatchObject({ passed: true, missing: [] });
    expect(lookOf(7, null)).toMatchObject({ passed: true, missing: [] });
    // One that was opened, and one whose handshake was before the capture.
    expect(lookOf(15, 2222)?.missing).toEqual(['c-p', 's-p']);
    expect(lookOf(1, null)?.missing).toEqual(['c-p', 's-p']);
  });

  it('takes a place for complete that has each direction as a flow of its own', () => {
    const rows = crossRows.flatMap((row) =>
      row.tapSide === 'c-nd'
        ? [
            { ...row, packetsRx: 0 },
            { ...row, packetsTx: 0, synSeq: null },
          ]
        : [row],
    );
    expect(run(rows, 'veth/cross-node')[0]?.judgement).toMatchObject({ passed: true, incomplete: [] });
    const half = rows.filter(({ packetsTx }) => packetsTx > 0);
    expect(run(half, 'veth/cross-node')[0]?.judgement.incomplete).toEqual(['c-nd']);
  });

  it('has two ends though a place takes one for the other', () => {
    const turned = observation({
      tapSide: 's-nd',
      node: 'n2',
      client: end('10.244.2.10', 8080),
      server: crossRows[0]?.client ?? end('', 0),
      synAckSeq: null,
    });
    const conversation = run([...crossRows.slice(0, 2), turned])[0]?.conversation;
    expect(conversation).toMatchObject({ client: { ip: '10.244.1.10' }, server: { ip: '10.244.2.10', port: 8080 } });
    expect([conversation?.clientSeenAs, conversation?.serverSeenAs]).toEqual([[], []]);
  });

  it('fails on what is missing, unexpected, or half seen', () => {
    expect(run(crossRows.slice(1))[0]?.judgement).toMatchObject({ missing: ['c'], passed: false });
    const extra = observation({ tapSide: 'rest', nic: 'eth1' });
    expect(run([...crossRows, extra])[0]?.judgement).toMatchObject({ unexpected: ['rest'], passed: false });
    const half = crossRows.map((row) => (row.tapSide === 's-nd' ? { ...row, packetsRx: 0, synAckSeq: null } : row));
    expect(run(half)[0]?.judgement).toMatchObject({ missing: [], incomplete: ['s-nd'], passed: false });
  });

  it('does not call a place incomplete where the traffic itself goes one way', () => {
    const silent = crossRows.map((row) => ({ ...row, packetsRx: 0, synAckSeq: null }));
    expect(run(silent)[0]?.judgement).toMatchObject({ incomplete: [], passed: true });
  });

  it('judges one span where one is expected, and fails where nothing is judged', () => {
    const judged = run(crossRows, 'veth/same-node');
    expect(judged[0]?.judgement).toMatchObject({
      judged: false,
      reason: 'its span is cross-node, and same-node is expected',
    });
    expect(
      coverageOf(
        parseExpect('veth/same-node').expectation,
        judged.map(({ judgement }) => judgement),
      ),
    ).toMatchObject({
      span: 'same-node',
      judged: 0,
      verdict: 'not-judged',
    });
    expect(coverageOf(null, [])).toBeNull();
  });

  it('needs the one shared set of packets of MACVlan on one node', () => {
    const both = { server: end('10.244.1.11', 8080), position: 'pod-nic' } as const;
    const rows = [observation({ ...both, tapSide: 'c', tapMac: 1 }), observation({ ...both, tapSide: 's', tapMac: 2 })];
    expect(run(rows, 'macvlan')[0]?.judgement).toMatchObject({ passed: true, positions: { podNic: { shared: true } } });
    const unequal = rows.map((row, i) => ({ ...row, packetsTx: row.packetsTx + i }));
    expect(run(unequal, 'macvlan')[0]?.judgement.passed).toBe(false);
  });

  it('goes by the lists of a site', () => {
    const listed = (entry: object) => ({
      cni: null,
      span: null,
      tapSides: null,
      conversations: [{ client: null, server: null, port: null, protocol: null, ...entry }],
    });
    const judge = (entry: object) =>
      correlate({
        groups: inGroups(crossRows),
        topology: site.topology,
        platform: 'reported',
        tags,
        expectation: listed(entry) as never,
        hasSyscalls: false,
      })[0]?.judgement;
    const tapSides = ['c', 'c-nd', 's-nd', 's'];
    for (const fitting of [
      {},
      { client: 'p1a' },
      { client: 'default/p1a', server: '10.244.2.10', port: 8080, protocol: 6 },
    ]) {
      expect(judge({ ...fitting, tapSides })).toMatchObject({ judged: true, passed: true, positions: null });
    }
    expect(judge({ tapSides: ['c'] })).toMatchObject({ unexpected: ['c-nd', 's-nd', 's'], passed: false });
    for (const other of [{ client: 'p1b' }, { port: 1 }, { protocol: 17 }, { server: 'n2' }]) {
      expect(judge({ ...other, tapSides })).toMatchObject({ judged: false });
    }
  });
});

describe('an expectation of the command line', () => {
  it.each([
    ['macvlan/same-node', { cni: 'macvlan', span: 'same-node' }],
    ['ipvlan', { cni: 'ipvlan', span: null }],
  ])('%s', (text, expected) => expect(parseExpect(text).expectation).toMatchObject(expected));

  it.each([
    ['maclan', /unknown CNI "maclan", expected one of veth, .* Did you mean macvlan\?/],
    ['macvlan/same', /unknown span "same", .*expected one of same-node/],
  ])('%s is refused', (text, problem) =>
    expect(parseExpect(text)).toMatchObject({ expectation: null, problem: expect.stringMatching(problem) }),
  );
});

describe('between two points', () => {
  it('lie lost packets and a latency', () => {
    const [first, second, third] = segmentsOf(crossRows.map((row, i) => ({ ...row, packetsTx: 10 - i, packetsRx: 7 })));
    expect(first).toMatchObject({
      from: 'c',
      to: 'c-nd',
      lost: 1,
      latency: 10,
      latencyBy: 'timestamps',
      fromPlace: 'n1 lxc1',
    });
    expect(second).toMatchObject({ from: 'c-nd', to: 's-nd', lost: 1, latency: 20, latencyBy: 'rtt' });
    expect(third).toMatchObject({ from: 's-nd', to: 's', lost: 1, latency: 10, latencyBy: 'timestamps' });
  });

  it('lie answers that were lost on their way back', () => {
    const rows = crossRows.map((row) => (row.node === 'n1' ? { ...row, packetsRx: 5 } : row));
    expect(segmentsOf(rows).map(({ lost }) => lost)).toEqual([0, 2, 0]);
  });

  it('nothing is said of what a Pod NIC cannot see, of rest, and of system calls', () => {
    const blind = crossRows.map((row) => (row.tapSide === 'c' ? { ...row, packetsRx: 0 } : row));
    expect(segmentsOf(blind)[0]?.lost).toBe(0);
    const call = observation({ source: 'syscall', tapSide: 'c-p', nic: '', synSeq: null, synAckSeq: null });
    expect(segmentsOf([call, ...crossRows])[0]).toMatchObject({
      from: 'c-p',
      to: 'c',
      lost: null,
      latency: null,
      fromPlace: 'n1',
    });
    expect(segmentsOf([observation({ tapSide: 'rest' })])).toEqual([]);
  });
});

describe('the rows that are kept', () => {
  it('are those of so many conversations; the rest is counted once each', () => {
    const keeper = createRowKeeper(1);
    expect(crossRows.map((row) => keeper.add(row))).toEqual([true, true, true, true]);
    const other = observation({ client: end('10.244.1.10', 40_001) });
    expect([
      keeper.add(other),
      keeper.add(other),
      keeper.add(observation({ client: end('10.244.1.10', 40_002) })),
    ]).toEqual([false, false, false]);
    expect([...keeper.groups()].flat().length).toBe(4);
    expect(keeper.leftOut()).toBe(2);
  });
});

describe('the report', () => {
  it('is JSON of the documented shape', () => {
    const judged = run(crossRows);
    const coverage = coverageOf(
      parseExpect('veth').expectation,
      judged.map(({ judgement }) => judgement),
    );
    const capture = {
      node: 'n1',
      nic: 'eth0',
      pod: null,
      files: ['a.pcap'],
      packets: 17,
      bytes: 1700,
      captured: true,
      note: '',
      position: 'node-nic',
      counters: null,
    } as const;
    const report = replayReport({
      site: 'site.yaml',
      config: {},
      captures: [capture],
      platform: { kind: 'reported', facts: [], refused: [] },
      judged,
      conversationsLeftOut: 0,
      coverage,
      advice: [],
      notes: [],
      withExplanations: true,
    });
    const json = JSON.parse(JSON.stringify(report));
    expect(json).toMatchObject({ schema: 'plumbline.replay/1', site: 'site.yaml', verdict: 'pass', advice: [] });
    expect(json.captures).toEqual([
      { node: 'n1', nic: 'eth0', file: 'a.pcap', packets: 17, bytes: 1700, captured: true },
    ]);
    expect(json.conversations[0]).toMatchObject({
      protocol: 6,
      judged: true,
      client: { ip: '10.244.1.10', port: 40_000, pod: 'p1a', node: 'n1' },
      serverSeenAs: [],
      span: 'cross-node',
      missing: [],
      verdict: 'pass',
    });
    expect(json.conversations[0].points[0]).toMatchObject({
      tapSide: 'c',
      node: 'n1',
      nic: 'lxc1',
      direction: 'both',
      sharedWith: [],
      tunnel: null,
      flowId: '1',
    });
  });
});
