import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/agent-config/parse-settings.js';
import { completeMacs } from '../../src/platform/complete-macs.js';
import { knownPlatform } from '../../src/platform/known-platform.js';
import { nodeView } from '../../src/platform/node-view.js';
import { nicChoice } from '../../src/replay/captured-nics.js';
import { compileCoreConfig } from '../../src/replay/compile-core-config.js';
import { createRecordDecider } from '../../src/replay/decide-record.js';
import { explain, explanationText } from '../../src/replay/explain.js';
import { labelPeers, type PeerFacts } from '../../src/replay/labeler.js';
import { observationPlace, observe } from '../../src/replay/observation.js';
import { flowPeer, flowRecord } from './support/flow-record.js';
import { siteOf } from './support/lab.js';

const site = siteOf(`
agent: { decap_type: [4, 1], trim-tunnel-types: [TEB, VXLAN], server_ports: [8080, 80], tap_mode: 1 }
nodes:
  - { name: n1, nics: [{ name: eth0, mac: "02:00:00:00:01:00", ips: [10.10.0.1] }] }
  - { name: n2, nics: [{ name: eth0, mac: "02:00:00:00:02:00", ips: [10.10.0.2] }] }
pods:
  - { name: a, node: n1, nics: [{ kind: veth, hostNic: lxc1, mac: "02:00:00:01:01:0a", ips: [10.244.1.10] }] }
  - { name: b, node: n2, nics: [{ kind: veth, hostNic: lxc2, mac: "02:00:00:01:02:0a", ips: [10.244.2.10] }] }
  - { name: blue, node: n2, vpc: blue, nics: [{ kind: veth, hostNic: lxc3, mac: "02:00:00:01:02:0b", ips: [10.244.1.10] }] }
captures: [{ node: n1, nic: lxc1, file: a.pcap }]
vips: [10.244.2.10]
`);
const topology = completeMacs(site.topology, false);
const platform = knownPlatform(topology, 'reported');
const view = nodeView(topology, platform, 'n1');
const [n1, n2, a, b, blue, stranger] = [
  0x02_00_00_00_01_00, 0x02_00_00_00_02_00, 0x02_00_00_01_01_0a, 0x02_00_00_01_02_0a, 0x02_00_00_01_02_0b,
  0x0e_00_00_00_00_01,
];

const facts = (mac: number, ip: string, ends = '00'): PeerFacts => ({
  mac,
  ip,
  l2End: ends[0] === '1',
  l3End: ends[1] === '1',
});
const other = facts(n2, '10.10.0.2');

function label(peer: PeerFacts, peer2 = other, sameMac = false) {
  const [{ localMac, localIp, epc, steps }] = labelPeers(platform, view, peer, peer2, sameMac);
  return { localMac, localIp, epc, steps: steps.join(' ') };
}

describe('a peer', () => {
  it.each([
    [
      'with one MAC at both ends',
      facts(0, '127.0.0.1'),
      true,
      { localMac: true, localIp: true, epc: 1, steps: 'same-mac' },
    ],
    [
      'that is a local Pod',
      facts(a, '10.244.1.10', '11'),
      false,
      { localMac: true, localIp: true, epc: 1, steps: 'mac-known' },
    ],
    [
      'that is a remote Pod',
      facts(b, '10.244.2.10', '01'),
      false,
      { localMac: false, localIp: false, epc: 1, steps: 'mac-known' },
    ],
    [
      'that its node routes for',
      facts(n1, '10.244.1.10', '10'),
      false,
      { localMac: true, localIp: true, epc: 1, steps: 'mac-known address-known' },
    ],
    [
      'that another node routes for',
      facts(n2, '10.244.2.10'),
      false,
      { localMac: false, localIp: false, epc: 1, steps: 'mac-known address-known' },
    ],
    [
      'behind an unknown MAC of this NIC',
      facts(stranger, '10.244.1.10', '10'),
      false,
      { localMac: true, localIp: true, epc: 1, steps: 'mac-assumed-local address-known' },
    ],
    [
      'behind an unknown MAC that ends here',
      facts(stranger, '10.99.0.1', '11'),
      false,
      { localMac: true, localIp: true, epc: 1, steps: 'mac-assumed-local' },
    ],
    [
      'behind an unknown MAC elsewhere',
      facts(stranger, '10.244.2.10'),
      false,
      { localMac: false, localIp: false, epc: 1, steps: 'address-known-in-peer-vpc' },
    ],
    [
      'that nobody knows',
      facts(stranger, '10.99.0.1'),
      false,
      { localMac: false, localIp: false, epc: 0, steps: 'unknown' },
    ],
    [
      'on the Internet',
      facts(stranger, '8.8.8.8'),
      false,
      { localMac: false, localIp: false, epc: -2, steps: 'internet' },
    ],
    [
      'that asks for an address',
      facts(a, '0.0.0.0'),
      false,
      { localMac: true, localIp: true, epc: 1, steps: 'mac-known' },
    ],
    [
      'of another VPC with the same address',
      facts(blue, '10.244.1.10', '01'),
      false,
      { localMac: false, localIp: false, epc: 2, steps: 'mac-known' },
    ],
  ] as const)('%s', (_what, peer, sameMac, expected) => expect(label(peer, other, sameMac)).toEqual(expected));

  it('is looked for in the VPC of the other one', () => {
    const blueSide = facts(blue, '10.244.1.10', '01');
    expect(label(facts(stranger, '10.244.1.10'), blueSide)).toEqual({
      localMac: false,
      localIp: false,
      epc: 2,
      steps: 'address-known-in-peer-vpc',
    });
  });
});

describe('a flow record', () => {
  const settings = { agentType: 8, captureNetworkType: 3, cloudGatewayTraffic: false } as const;
  const decide = createRecordDecider(platform, view, settings);
  const record = flowRecord({
    client: flowPeer({ ip: '10.244.1.10', mac: a, l2End: true, l3End: true, totalPackets: 3, totalBytes: 300 }),
    server: flowPeer({ ip: '10.244.2.10', mac: stranger, totalPackets: 2, totalBytes: 200 }),
    rttServer: { sum: 90, count: 2, max: 50 },
  });

  it('is decided with its labels', () => {
    expect(decide(record)).toMatchObject({ tapSide: 'c', decided: { decidedBy: 'k8s/endpoint' } });
  });

  it('of a link layer without MACs is no loopback', () => {
    const raw = flowRecord({
      inferred: true,
      client: flowPeer({ ip: '10.244.1.10', l2End: true }),
      server: flowPeer({ ip: '10.244.2.10' }),
    });
    expect(decide(raw).tapSide).toBe('c-nd');
    expect(decide({ ...raw, inferred: false }).tapSide).toBe('local');
  });

  const place = observationPlace({
    keepsDecisions: true,
    node: 'n1',
    nic: 'lxc1',
    file: 'a.pcap',
    captureMode: 0,
    topology,
    platform,
    view,
    settings,
  });

  it('is observed with place and means of its delays', () => {
    expect(observe(record, place)).toMatchObject({
      tapSide: 'c',
      position: 'pod-nic',
      packetsTx: 3,
      bytesRx: 200,
      rttServer: 45,
      srt: null,
      synSeq: 1111,
    });
    const half = { ...record, synAckCount: 0 };
    expect(observe(half, place)).toMatchObject({ synSeq: 1111, synAckSeq: null });
  });

  it('is explained: each input, the row that decided, and what it means', () => {
    const explanation = explain(observe(record, place));
    expect(explanation).toMatchObject({
      tapSide: 'c',
      decidedBy: 'k8s/endpoint',
      agentType: 8,
      tunnelTier: 0,
      client: {
        mac: '02:00:00:01:01:0a',
        l2End: true,
        l3End: true,
        localMac: true,
        localIp: true,
        macOwner: 'pod default/a eth0 (MAC given)',
        row: { id: 'k8s/endpoint', answer: 'c' },
      },
      server: {
        macOwner: '',
        ipOwner: 'pod default/b eth0 (MAC given)',
        row: { id: 'k8s/unknown-peer', answer: null },
      },
      resolution: null,
    });
    if (explanation === null) throw new Error('not explained');
    expect(explanationText(explanation).split('\n')).toEqual([
      'c, decided by k8s/endpoint (agent type 8, tunnel tier 0)',
      expect.stringMatching(
        /^ {2}client 10\.244\.1\.10 02:00:00:01:01:0a: l2_end 1, l3_end 1, local MAC 1, local IP 1; .*k8s\/endpoint -> c/,
      ),
      expect.stringMatching(
        /^ {2}server 10\.244\.2\.10 .*address of pod default\/b eth0 \(MAC given\); k8s\/unknown-peer -> none/,
      ),
    ]);
  });
});

describe('decisions that are remembered', () => {
  it('are those that would be made anew', () => {
    const settings = { agentType: 8, captureNetworkType: 3, cloudGatewayTraffic: false } as const;
    const decide = createRecordDecider(platform, view, settings);
    const macs = fc.constantFrom(0, n1, n2, a, b, blue, stranger);
    const ips = fc.constantFrom('10.10.0.1', '10.10.0.2', '10.244.1.10', '10.244.2.10', '10.99.0.1', '8.8.8.8');
    const peers = fc.record({ mac: macs, ip: ips, l2End: fc.boolean(), l3End: fc.boolean() });
    fc.assert(
      fc.property(peers, peers, fc.constantFrom(0, 1, 2), fc.boolean(), (client, server, tier, inferred) => {
        const tunnel = tier === 0 ? null : { type: 1, tier, isIpv6: false, tx: null, rx: null };
        const record = flowRecord({ client: flowPeer(client), server: flowPeer(server), tunnel, inferred });
        expect(decide(record)).toEqual(createRecordDecider(platform, view, settings)(record));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the core’s tables', () => {
  const compile = (nic: string) =>
    compileCoreConfig({
      settings: site.settingsOf('n1'),
      topology,
      platform,
      view,
      node: 'n1',
      nic,
      reportInterval: 'total',
    });

  it('hold what the site, the platform and the configuration say', () => {
    expect(compile('eth0')).toMatchObject({
      captureMode: 1,
      nicMac: n1,
      mappedMac: n1,
      localSegments: [n1, a],
      remoteSegments: [n2, b, blue],
      vipMacs: [b],
      decap: [1, 4],
      trim: [1, 7],
      agentType: 8,
      serverPorts: [80, 8080],
      timeouts: { established: 300, closingRst: 35, openingRst: 1, others: 5 },
      flowLimit: 65_535,
      reportInterval: 'total',
    });
    expect(compile('eth0').pairs).toContainEqual({ mac: b, ip: '10.244.2.10' });
    expect(compile('eth0').pairs).toContainEqual({ mac: n2, ip: '10.10.0.2' });
  });

  it('map a veth end to its Pod’s MAC', () => {
    expect(compile('lxc1')).toMatchObject({ nicMac: 0, mappedMac: a });
    expect(compile('unheard')).toMatchObject({ nicMac: 0, mappedMac: 0 });
  });
});

describe('the choice of NICs', () => {
  it.each([
    [{}, 'lxc1', null, true, ''],
    [{}, 'cni0', null, false, /does not match cni0$/],
    [{ interfaceRegex: '' }, 'eth0', null, false, /is empty: no NIC is captured/],
    [{ interfaceRegex: '(' }, 'eth0', null, false, /cannot be compiled/],
    [{}, 'eth0', 'default/a', false, /taken inside Pod default\/a: listed, not judged/],
  ])('%j %s %s: %s', (settings, nic, pod, captured, note) => {
    expect(nicChoice({ ...defaultSettings, ...settings }, nic, pod)).toEqual({
      captured,
      note: note === '' ? '' : expect.stringMatching(note),
    });
  });
});
