import { describe, expect, it } from 'vitest';
import { platformKinds } from '../../src/platform/known-platform.js';
import { parseMac } from '../../src/platform/mac.js';
import { matrix, matrixRow } from '../../src/replay/matrix.js';
import { type CniId, cniIds, spans } from '../../src/replay/matrix-cell.js';
import { expectationOf } from '../../src/replay/matrix-spans.js';
import { exchange, runLab } from './support/lab.js';
import type { Leg } from './support/model-core.js';

const mac = (text: string): number => parseMac(text) ?? 0;

const n1 = mac('02:00:00:00:01:00');
const n2 = mac('02:00:00:00:02:00');
const vtep1 = mac('02:00:00:0e:01:00');
const vtep2 = mac('02:00:00:0e:02:00');
const gw1 = mac('02:00:00:0f:01:0a');
const gw2 = mac('02:00:00:0f:02:0a');
const p1a = mac('02:00:00:01:01:0a');
const p1b = mac('02:00:00:01:01:0b');
const p2a = mac('02:00:00:01:02:0a');

const client = { node: 'n1', ip: '10.244.1.10', port: 40_000 };
const sameServer = { node: 'n1', ip: '10.244.1.11', port: 8080 };
const crossServer = { node: 'n2', ip: '10.244.2.10', port: 8080 };

type Kind = 'veth' | 'macvlan' | 'ipvlan';

function site(cni: CniId, span: string, agent: string, kind: Kind, platform: string, podMac = true): string {
  const host = (name: string): string => (kind === 'veth' ? `x${name}_h` : 'eth0');
  const hostNic = (name: string): string =>
    cni.startsWith('kube-ovn') ? `a${name.slice(1)}_h` : host(name).replace(/^x/, 'lxc').replace(/_h$/, '');
  const pod = (name: string, node: string, address: string, hardware: string): string =>
    `  - { name: ${name}, node: ${node}, nics: [{ kind: ${kind}, hostNic: ${hostNic(name)}, ips: [${address}]${podMac ? `, mac: "${hardware}"` : ''} }] }`;
  const captures = ['n1 eth0', 'n2 eth0'].concat(
    kind === 'veth' ? [`n1 ${hostNic('p1a')}`, `n1 ${hostNic('p1b')}`, `n2 ${hostNic('p2a')}`] : [],
  );
  return `
agent: { ${agent} }
platform: ${platform}
nodes:
  - { name: n1, nics: [{ name: eth0, mac: "02:00:00:00:01:00", ips: [10.10.0.1/24] }] }
  - { name: n2, nics: [{ name: eth0, mac: "02:00:00:00:02:00", ips: [10.10.0.2/24] }] }
pods:
${pod('p1a', 'n1', client.ip, '02:00:00:01:01:0a')}
${pod('p1b', 'n1', sameServer.ip, '02:00:00:01:01:0b')}
${pod('p2a', 'n2', crossServer.ip, '02:00:00:01:02:0a')}
captures:
${captures.map((place) => `  - { node: ${place.split(' ')[0]}, nic: ${place.split(' ')[1]}, file: ${place.replace(' ', '-')}.pcap }`).join('\n')}
expect: { cni: ${cni}, span: ${span} }
`;
}

function leg(macs: readonly [number, number], server: typeof sameServer, more: Partial<Leg> = {}): Leg {
  return { client: { ...client, mac: macs[0] }, server: { ...server, mac: macs[1] }, ...more };
}

/** What the NICs of each network carry of one exchange between two Pods, as the lab's captures show it. */
interface Network {
  readonly agent: string;
  readonly kind: Kind;
  readonly same: Readonly<Record<string, readonly Leg[]>>;
  readonly cross: Readonly<Record<string, readonly Leg[]>>;
  readonly tunnelled: boolean;
}

const vxlan = { type: 1, macSrc: n1, macDst: n2 };
const bridged = leg([p1a, p1b], sameServer);
const bridgedPair = [bridged, bridged] as const;
const routed = { 'n1 eth0': [leg([n1, n2], crossServer)], 'n2 eth0': [leg([n1, n2], crossServer, { at: 1_000_010 })] };

function pair(
  nic: (pod: string) => string,
  same: readonly [Leg, Leg],
  onNodes: readonly [Leg, Leg],
  firstHop: number,
  lastHop: number,
): Pick<Network, 'same' | 'cross'> {
  return {
    same: { [`n1 ${nic('p1a')}`]: [same[0]], [`n1 ${nic('p1b')}`]: [same[1]] },
    cross: {
      [`n1 ${nic('p1a')}`]: [leg([p1a, firstHop], crossServer)],
      'n1 eth0': [onNodes[0]],
      'n2 eth0': [onNodes[1]],
      [`n2 ${nic('p2a')}`]: [leg([lastHop, p2a], crossServer)],
    },
  };
}

const lxc = (pod: string): string => `lxc${pod}`;
const ovn = (pod: string): string => `a${pod.slice(1)}_h`;
const overlay = (macs: readonly [number, number], type: number): readonly [Leg, Leg] => {
  const tunnelled = leg(macs, crossServer, { tunnel: { ...vxlan, type } });
  return [tunnelled, tunnelled];
};
const oneWay: Pick<Network, 'same' | 'cross'> = {
  same: {
    'n1 lxcp1a': [leg([p1a, gw1], sameServer, { rx: 0 })],
    'n1 lxcp1b': [leg([gw1, p1b], sameServer, { tx: 0 })],
  },
  cross: {
    ...routed,
    'n1 lxcp1a': [leg([p1a, gw1], crossServer, { rx: 0 })],
    'n2 lxcp2a': [leg([gw2, p2a], crossServer, { tx: 0 })],
  },
};
const onTheWire = {
  same: { 'n1 eth0': [bridged] },
  cross: { 'n1 eth0': [leg([p1a, p2a], crossServer)], 'n2 eth0': [leg([p1a, p2a], crossServer)] },
};

const networks: readonly (readonly [string, CniId, Network])[] = [
  [
    'flannel VXLAN',
    'veth',
    { agent: '', kind: 'veth', tunnelled: true, ...pair(lxc, bridgedPair, overlay([vtep1, vtep2], 1), gw1, gw2) },
  ],
  [
    'routed veth',
    'veth',
    {
      agent: '',
      kind: 'veth',
      tunnelled: false,
      ...pair(
        lxc,
        [leg([p1a, gw1], sameServer), leg([gw1, p1b], sameServer)],
        [leg([n1, n2], crossServer), leg([n1, n2], crossServer)],
        gw1,
        gw2,
      ),
    },
  ],
  [
    'IPIP',
    'veth',
    { agent: '', kind: 'veth', tunnelled: true, ...pair(lxc, bridgedPair, overlay([n1, n2], 2), gw1, gw2) },
  ],
  ['Cilium', 'cilium', { agent: 'tap_interface_regex: eth0', kind: 'veth', tunnelled: false, ...oneWay }],
  ['Cilium, default regex', 'cilium-default-regex', { agent: '', kind: 'veth', tunnelled: false, ...oneWay }],
  [
    'MACVlan',
    'macvlan',
    { agent: 'tap_mode: 1, tap_interface_regex: eth0', kind: 'macvlan', tunnelled: false, ...onTheWire },
  ],
  [
    'CCE Turbo',
    'cce-turbo',
    { agent: 'tap_mode: 1, tap_interface_regex: eth0', kind: 'macvlan', tunnelled: false, ...onTheWire },
  ],
  [
    'IPVlan',
    'ipvlan',
    { agent: 'tap_interface_regex: eth0', kind: 'ipvlan', tunnelled: false, same: {}, cross: routed },
  ],
  ['Terway, eBPF', 'terway', { agent: 'tap_interface_regex: eth0', kind: 'veth', tunnelled: false, ...oneWay }],
  [
    'Terway, IPVlan',
    'terway',
    { agent: 'tap_interface_regex: eth0', kind: 'ipvlan', tunnelled: false, same: {}, cross: routed },
  ],
  [
    'Kube-OVN VXLAN',
    'kube-ovn-vxlan',
    { agent: '', kind: 'veth', tunnelled: true, ...pair(ovn, bridgedPair, overlay([p1a, p2a], 1), p2a, p1a) },
  ],
  [
    'Kube-OVN Geneve',
    'kube-ovn-geneve',
    {
      agent: 'decap_type: [1, 2, 4]',
      kind: 'veth',
      tunnelled: true,
      ...pair(ovn, bridgedPair, overlay([p1a, p2a], 4), p2a, p1a),
    },
  ],
  [
    'Kube-OVN underlay',
    'kube-ovn-underlay',
    {
      agent: '',
      kind: 'veth',
      tunnelled: false,
      ...pair(ovn, bridgedPair, [onTheWire.cross['n1 eth0'][0] as Leg, onTheWire.cross['n2 eth0'][0] as Leg], p2a, p1a),
    },
  ],
];

function judge(cni: CniId, network: Network, which: 'same' | 'cross', platform: string, podMac = true) {
  const text = site(cni, `${which}-node`, network.agent, network.kind, platform, podMac && network.kind !== 'ipvlan');
  const syscalls = exchange(client, which === 'same' ? sameServer : crossServer);
  return runLab({ site: text, legs: network[which], syscalls });
}

describe('the matrix', () => {
  it('has each network once, and a network of the lab for each row', () => {
    expect(matrix.map(({ cni }) => cni)).toEqual([...cniIds]);
    expect(new Set(networks.map(([, cni]) => cni))).toEqual(new Set(cniIds));
  });

  it.each([
    ['veth', 'same-node', 'c-p c s s-p'],
    ['veth', 'cross-node', 'c-p c c-nd s-nd s s-p'],
    ['cilium', 'same-node', 'c-p s-p'],
    ['cilium', 'cross-node', 'c-p c-nd s-nd s-p'],
    ['cilium-default-regex', 'same-node', 'c-p c s s-p'],
    ['macvlan', 'same-node', 'c-p c s s-p'],
    ['macvlan', 'cross-node', 'c-p c s s-p'],
    ['cce-turbo', 'cross-node', 'c-p c s s-p'],
    ['ipvlan', 'same-node', 'c-p s-p'],
    ['kube-ovn-vxlan', 'cross-node', 'c-p c c-nd s-nd s s-p'],
    ['kube-ovn-geneve', 'cross-node', 'c-p c c-nd s-nd s s-p'],
    ['kube-ovn-underlay', 'cross-node', 'c-p c c-nd s-nd s s-p'],
    ['veth', 'pod-to-node', 'c-p c c-nd s s-p'],
    ['veth', 'node-to-pod', 'c-p c s-nd s s-p'],
    ['cilium', 'pod-to-node', 'c-p c-nd s s-p'],
    ['macvlan', 'node-to-pod', 'c-p c s s-p'],
    ['veth', 'pod-to-service', 'c-p c c-nd s-nd s s-p'],
  ] as const)('%s %s: %s', (cni, span, sides) => {
    const facts = { tunnelled: false, ipvlan: false, podMacIsNodes: false, clientNat: false };
    const reach = span === 'same-node' ? 'same-node' : 'cross-node';
    expect(expectationOf(matrixRow(cni), span, reach, 'reported', facts)?.tapSides.join(' ')).toBe(sides);
  });

  it('covers every span, platform and set of facts', () => {
    for (const row of matrix) {
      for (const span of spans) {
        for (const platform of platformKinds) {
          for (let bits = 0; bits < 16; bits++) {
            const [tunnelled, ipvlan, podMacIsNodes, clientNat] = [1, 2, 4, 8].map((bit) => (bits & bit) !== 0) as [
              boolean,
              boolean,
              boolean,
              boolean,
            ];
            const facts = { tunnelled, ipvlan, podMacIsNodes, clientNat };
            const expected = expectationOf(row, span, 'cross-node', platform, facts);
            expect(expected?.tapSides).toContain('c-p');
            expect(expected?.tapSides).toContain('s-p');
          }
        }
      }
    }
    const nowhere = { tunnelled: false, ipvlan: false, podMacIsNodes: false, clientNat: false };
    expect(expectationOf(matrixRow('veth'), 'pod-to-node', 'same-node', 'reported', nowhere)).toBeNull();
  });
});

describe.each(networks)('%s', (_title, cni, network) => {
  describe.each(['same', 'cross'] as const)('%s node', (which) => {
    it.each(platformKinds)('is seen as its row says, platform %s', (platform) => {
      const { coverage, conversations } = judge(cni, network, which, platform);
      expect(conversations.length).toBe(1);
      const [judged] = conversations;
      expect(judged?.conversation.span).toBe(`${which}-node`);
      expect(judged?.judgement).toMatchObject({
        judged: true,
        missing: [],
        unexpected: [],
        incomplete: [],
        passed: true,
      });
      expect(coverage).toMatchObject({ cni, span: `${which}-node`, judged: 1, verdict: 'pass' });
      expect(coverage?.positions.syscall).toEqual({ expected: true, seen: true });
    });
  });
});

describe('IPVlan across nodes', () => {
  const network = networks.find(([, cni]) => cni === 'ipvlan')?.[2] as Network;
  const seen = (platform: string, text?: string) => {
    const legs = network.cross;
    const base = text ?? site('ipvlan', 'cross-node', network.agent, 'ipvlan', platform, false);
    return runLab({ site: base, legs, syscalls: exchange(client, crossServer) });
  };

  it('is the endpoint where its NIC is reported with the node’s MAC', () => {
    const { coverage, conversations } = seen('reported');
    expect(coverage?.seen).toEqual(['c-p', 'c', 's', 's-p']);
    expect(conversations[0]?.judgement.why).toMatch(/reported with the node’s MAC/);
    expect(coverage?.positions).toMatchObject({
      podNic: { expected: false, seen: false },
      nodeNic: { expected: true, seen: true },
    });
  });

  it('is the node where its NIC is reported under another MAC', () => {
    const other = site('ipvlan', 'cross-node', network.agent, 'ipvlan', 'reported', true);
    const { coverage, conversations } = seen('reported', other);
    expect(coverage?.seen).toEqual(['c-p', 'c-nd', 's-nd', 's-p']);
    expect(coverage?.verdict).toBe('pass');
    expect(conversations[0]?.judgement.why).toMatch(/under another MAC/);
  });

  it.each([
    ['kubernetes', /does not know the MAC/],
    ['none', /does not know the address/],
  ])('is at rest where DeepFlow knows it by %s only', (platform, why) => {
    const { coverage, conversations } = seen(platform);
    expect(coverage?.seen).toEqual(['c-p', 'rest', 's-p']);
    expect(coverage?.verdict).toBe('pass');
    expect(conversations[0]?.judgement.why).toMatch(why);
  });
});

describe('MACVlan on one node', () => {
  it('has one set of packets for both ends', () => {
    const network = networks.find(([, cni]) => cni === 'macvlan')?.[2] as Network;
    const { conversations } = judge('macvlan', network, 'same', 'reported');
    const points = conversations[0]?.points.filter(({ row }) => row.source === 'packet') ?? [];
    expect(points.map(({ row, sharedWith }) => [row.tapSide, row.position, sharedWith])).toEqual([
      ['c', 'pod-nic', ['s']],
      ['s', 'pod-nic', ['c']],
    ]);
  });
});
