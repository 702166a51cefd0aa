import { describe, expect, it } from 'vitest';
import { defaultInterfaceRegex } from '../../src/agent-config/keys.js';
import { compileRustRegex } from '../../src/agent-config/rust-regex.js';
import { readClusterResources } from '../../src/platform/cluster-resources.js';
import { parseMac } from '../../src/platform/mac.js';
import { maxEvidence } from '../../src/replay/advice/advice.js';
import { regexOfOnly, regexWith } from '../../src/replay/advice/nic-regex.js';
import { type CaptureCounters, captureNotes, dropReasons } from '../../src/replay/flow-record.js';
import { exchange, runLab, siteOf } from './support/lab.js';
import type { Leg } from './support/model-core.js';

const mac = (text: string): number => parseMac(text) ?? 0;
const n1 = mac('02:00:00:00:01:00');
const n2 = mac('02:00:00:00:02:00');
const gw = mac('02:00:00:0f:01:0a');
const p1a = mac('02:00:00:01:01:0a');
const p1b = mac('02:00:00:01:01:0b');
const p2a = mac('02:00:00:01:02:0a');
const client = { node: 'n1', ip: '10.244.1.10', port: 40_000 };
const sameServer = { node: 'n1', ip: '10.244.1.11', port: 8080 };
const crossServer = { node: 'n2', ip: '10.244.2.10', port: 8080 };

interface SiteOptions {
  readonly agent?: string;
  readonly kind?: string;
  readonly cni?: string;
  readonly platform?: string;
  readonly nics?: string;
  readonly captures?: readonly string[];
}

const everyNic = ['n1 eth0', 'n2 eth0', 'n1 lxcp1a', 'n1 lxcp1b', 'n2 lxcp2a'];

function site({
  agent = '',
  kind = 'veth',
  cni = 'veth',
  platform = 'reported',
  nics = '',
  captures = everyNic,
}: SiteOptions = {}): string {
  const pod = (name: string, node: string, ip: string, hardware: string): string =>
    `  - { name: ${name}, node: ${node}, nics: [{ kind: ${kind}, hostNic: ${kind === 'veth' ? `lxc${name}` : 'eth0'}, ips: [${ip}], mac: "${hardware}" }] }`;
  return `
agent: { ${agent} }
platform: ${platform}
nodes:
  - { name: n1, nics: [{ name: eth0, mac: "02:00:00:00:01:00", ips: [10.10.0.1/24] }${nics}] }
  - { name: n2, nics: [{ name: eth0, mac: "02:00:00:00:02:00", ips: [10.10.0.2/24] }] }
pods:
${pod('p1a', 'n1', client.ip, '02:00:00:01:01:0a')}
${pod('p1b', 'n1', sameServer.ip, '02:00:00:01:01:0b')}
${pod('p2a', 'n2', crossServer.ip, '02:00:00:01:02:0a')}
captures:
${captures.map((place) => `  - { node: ${place.split(' ')[0]}, nic: ${place.split(' ')[1]}, file: ${place.replace(' ', '-')}.pcap }`).join('\n')}
expect: { cni: ${cni} }
`;
}

function leg(macs: readonly [number, number], server: typeof sameServer, more: Partial<Leg> = {}): Leg {
  return { client: { ...client, mac: macs[0] }, server: { ...server, mac: macs[1] }, ...more };
}

const full = {
  'n1 lxcp1a': [leg([p1a, gw], crossServer)],
  'n1 eth0': [leg([n1, n2], crossServer, { at: 1_000_010 })],
  'n2 eth0': [leg([n1, n2], crossServer, { at: 1_000_040 })],
  'n2 lxcp2a': [leg([gw, p2a], crossServer, { at: 1_000_050 })],
};

function idsOf({ advice }: ReturnType<typeof runLab>): string[] {
  return advice.map(({ id }) => id);
}

function only(run: ReturnType<typeof runLab>) {
  expect(idsOf(run).length).toBe(1);
  const [advice] = run.advice;
  if (advice === undefined) throw new Error('no advice');
  return advice;
}

const counters = (more: { cut: number; lost: number }): CaptureCounters => ({
  packets: 100,
  capturedBytes: 0,
  wireBytes: 0,
  packetsInFlows: 100 - more.lost,
  injectedTwice: 0,
  injections: 100 - more.lost,
  injectionsOverLimit: 0,
  flows: 1,
  peakFlows: 1,
  records: 1,
  decapsulated: 0,
  firstTime: 0,
  lastTime: 0,
  dropped: {
    ...(Object.fromEntries(dropReasons.map((name) => [name, 0])) as CaptureCounters['dropped']),
    'cut-by-snaplen': more.lost,
  },
  notes: {
    ...(Object.fromEntries(captureNotes.map((name) => [name, 0])) as CaptureCounters['notes']),
    'snaplen-cut': more.cut,
  },
});

it('is none where all is well', () => {
  const run = runLab({ site: site(), legs: full, syscalls: exchange(client, crossServer) });
  expect(run.coverage?.verdict).toBe('pass');
  expect(run.advice).toEqual([]);
});

describe('MACVlan in capture mode 0', () => {
  const agent = 'tap_interface_regex: eth0';
  const legs = { 'n1 eth0': [leg([p1a, p2a], crossServer)], 'n2 eth0': [leg([p1a, p2a], crossServer)] };
  const options = { kind: 'macvlan', cni: 'macvlan', captures: ['n1 eth0', 'n2 eth0'], agent };

  it('is to be mirrored', () => {
    const advice = only(runLab({ site: site(options), legs, syscalls: exchange(client, crossServer) }));
    expect(advice).toMatchObject({ id: 'virtual-mirror', setting: 'tap_mode: 1; tap_interface_regex: eth0' });
    expect(advice.evidence[0]).toEqual({
      node: 'n1',
      nic: 'eth0',
      file: 'n1-eth0.pcap',
      flow: 'tcp 10.244.1.10:40000 > 10.244.2.10:8080',
      firstPacket: 0,
      lastPacket: 16,
      filter: 'host 10.244.1.10 and host 10.244.2.10 and port 40000 and port 8080',
      detail: 'frames carry 02:00:00:01:01:0a, the MAC of Pod default/p1a; seen as c-nd',
    });
  });

  it('is well once it is', () => {
    const run = runLab({ site: site(options), legs, syscalls: exchange(client, crossServer), set: { tap_mode: 1 } });
    expect(run.coverage?.verdict).toBe('pass');
    expect(run.advice).toEqual([]);
  });

  it('is not meant where a bridge puts Pod MACs on the wire and the Pods have NICs of their own', () => {
    const underlay = { ...full, 'n1 eth0': [leg([p1a, p2a], crossServer)], 'n2 eth0': [leg([p1a, p2a], crossServer)] };
    expect(idsOf(runLab({ site: site({ cni: 'kube-ovn-underlay' }), legs: underlay }))).not.toContain('virtual-mirror');
  });
});

it('leaves out Pod NICs that show one direction only', () => {
  const legs = {
    'n1 lxcp1a': [leg([p1a, gw], sameServer, { rx: 0 })],
    'n1 lxcp1b': [leg([gw, p1b], sameServer, { tx: 0 })],
  };
  const advice = only(runLab({ site: site({ cni: 'cilium' }), legs, syscalls: exchange(client, sameServer) }));
  expect(advice).toMatchObject({ id: 'one-way-pod-nic', setting: 'tap_interface_regex: eth0' });
  expect(advice.evidence.map(({ nic, detail }) => [nic, detail])).toEqual([
    ['lxcp1a', '10 packets, client to server only; the other direction is seen elsewhere'],
    ['lxcp1b', '7 packets, server to client only; the other direction is seen elsewhere'],
  ]);
});

describe('a tunnel that is not taken off', () => {
  const outer = (type: number, port: number): Leg => ({
    client: { ip: '10.10.0.1', port: 50_000, mac: n1 },
    server: { ip: '10.10.0.2', port, mac: n2 },
    protocol: 17,
    rx: 0,
    more: { hiddenTunnel: { type, packets: 10 } },
  });
  const run = (type: number, port: number, agent = '') =>
    runLab({
      site: site({ cni: 'kube-ovn-geneve', agent }),
      legs: { ...full, 'n1 eth0': [outer(type, port)], 'n2 eth0': [outer(type, port)] },
    });

  it('is not said of a few packets that look like one by chance', () => {
    const chance = { ...outer(1, 5353), more: { hiddenTunnel: { type: 1, packets: 1 } } };
    const legs = { ...full, 'n1 eth0': [...(full['n1 eth0'] ?? []), chance] };
    expect(runLab({ site: site(), legs }).advice).toEqual([]);
  });

  it('Geneve is to be added', () => {
    const result = run(4, 6081);
    expect(only(result)).toMatchObject({ id: 'geneve-not-decapsulated', setting: 'decap_type: [1, 2, 4]' });
    expect(result.coverage).toMatchObject({ missing: ['c-nd', 's-nd'], verdict: 'fail' });
    const outerFlow = result.conversations.find(({ conversation }) => conversation.kind === 'tunnel-outer');
    expect(outerFlow?.points.map(({ row }) => [row.node, row.tapSide])).toEqual([
      ['n1', 'c'],
      ['n2', 's'],
    ]);
  });

  it('VXLAN on a port that DeepFlow does not know', () => {
    const advice = only(run(1, 65_330));
    expect(advice).toMatchObject({
      id: 'vxlan-unusual-port',
      why: expect.stringMatching(/^VXLAN runs on UDP 65330\./),
    });
    expect(advice.evidence[0]?.detail).toBe('10 packets to UDP 65330 look like VXLAN');
  });

  it('any other is to be added, or trimmed', () => {
    expect(only(run(1, 4789, 'decap_type: [2]'))).toMatchObject({
      id: 'vxlan-not-decapsulated',
      setting: 'decap_type: [1, 2]',
    });
    expect(only(run(6, 0))).toMatchObject({ id: 'erspan-not-decapsulated', setting: 'trim-tunnel-types: [ERSPAN]' });
  });
});

describe('a NIC that the expression leaves out', () => {
  it('is to be added where a missing point would be', () => {
    const legs = { ...full };
    const run = runLab({
      site: site({ agent: 'tap_interface_regex: "^lxc.*$"' }),
      legs,
      syscalls: exchange(client, crossServer),
    });
    expect(run.coverage?.missing).toEqual(['c-nd', 's-nd']);
    const advice = only(run);
    expect(advice).toMatchObject({ id: 'nic-not-captured', setting: 'tap_interface_regex: ^lxc.*$|^(eth0)$' });
    expect(advice.evidence.map(({ node, nic }) => `${node} ${nic}`)).toEqual(['n1 eth0', 'n2 eth0']);
  });

  it('is of no concern where nothing is missing, nor a bridge', () => {
    const nics = ', { name: cni0, kind: bridge, mac: "02:00:00:0f:01:0a" }';
    const text = site({ nics, captures: [...everyNic, 'n1 cni0'] });
    expect(runLab({ site: text, legs: full, syscalls: exchange(client, crossServer) }).advice).toEqual([]);
    expect(idsOf(runLab({ site: text, legs: { ...full, 'n1 eth0': [] } }))).not.toContain('nic-not-captured');
  });

  it('gets an expression that compiles and means what it says', () => {
    const matches = (regex: string, nic: string): boolean => {
      const compiled = compileRustRegex(regex);
      return compiled.ok && compiled.regex.test(nic);
    };
    const widened = regexWith(defaultInterfaceRegex, ['gke12', 'bond0.5']);
    for (const nic of ['gke12', 'bond0.5', 'eth0', '3f_h']) expect(matches(widened, nic)).toBe(true);
    for (const nic of ['gke123', 'bond0x5', 'cni0']) expect(matches(widened, nic)).toBe(false);
    expect(matches(regexWith('', ['eth0']), 'eth0')).toBe(true);
    const topology = siteOf(site({ nics: ', { name: eth01 }' })).topology;
    expect(regexOfOnly(['eth0'], topology)).toBe('^(eth0)$');
    expect(regexOfOnly(['eth0', 'eth01'], topology)).toBe('^(eth0|eth01)$');
  });
});

describe('a Pod whose MAC DeepFlow does not know', () => {
  it('is named with the rows of the decision', () => {
    const run = runLab({ site: site({ platform: 'kubernetes' }), legs: full, syscalls: exchange(client, crossServer) });
    const advice = only(run);
    expect(advice.id).toBe('unknown-pod-mac');
    expect(advice.evidence[0]?.detail).toBe(
      'Pod default/p1a is behind 02:00:00:01:01:0a, which no NIC of it has in the platform data; rows k8s/passing-through and k8s/unknown-peer',
    );
  });
});

it('tells where the client is hidden behind a gateway', () => {
  const hidden = (at: number): Leg => ({
    ...leg([n1, n2], crossServer, { at }),
    client: { ip: '10.10.0.1', port: 51_000, mac: n1 },
  });
  const onPod: Leg = {
    ...hidden(1_000_050),
    client: { ip: '10.10.0.1', port: 51_000, mac: gw },
    server: { ...crossServer, mac: p2a },
  };
  const legs = { ...full, 'n2 eth0': [hidden(1_000_040)], 'n2 lxcp2a': [onPod] };
  const run = runLab({ site: site(), legs });
  const advice = run.advice.find(({ id }) => id === 'client-behind-gateway');
  expect(advice?.evidence.map(({ detail }) => detail)).toContain(
    's shows the client p1a (10.244.1.10) as 10.10.0.1 of node n1; joined by sequence numbers',
  );
});

it('tells captures that were cut', () => {
  const run = runLab({
    site: site(),
    legs: full,
    syscalls: exchange(client, crossServer),
    counters: { 'n1 eth0': counters({ cut: 40, lost: 3 }), 'n2 eth0': counters({ cut: 0, lost: 0 }) },
  });
  expect(only(run)).toMatchObject({
    id: 'capture-truncated',
    setting: 'capture again with tcpdump -s 0',
    evidence: [{ node: 'n1', nic: 'eth0', detail: '40 of 100 packets are cut, 3 of them within their headers' }],
  });
});

describe('clocks', () => {
  const shifted = (us: number) => {
    const late = (legs: readonly Leg[]): Leg[] => legs.map((each) => ({ ...each, at: (each.at ?? 0) + us }));
    return { ...full, 'n2 eth0': late(full['n2 eth0']), 'n2 lxcp2a': late(full['n2 lxcp2a']) };
  };

  it.each([
    [2_000_000, /^The clock of n2 is about 2\.0000\d+ s ahead of that of n1/],
    [-500_000, /^The clock of n1 is about 0\.49\d+ s ahead of that of n2/],
  ])('that are %i us apart are told', (us, why) => {
    const advice = only(runLab({ site: site(), legs: shifted(us) }));
    expect(advice).toMatchObject({ id: 'clocks-apart', why: expect.stringMatching(why) });
  });

  it('that are kept well are not', () => {
    expect(runLab({ site: site(), legs: shifted(500) }).advice).toEqual([]);
  });
});

it('tells where two NICs of a node carry one direction each', () => {
  const nics = ', { name: eth1, mac: "02:00:00:00:01:01" }';
  const eth1 = leg([mac('02:00:00:00:01:01'), n2], crossServer, { tx: 0, at: 1_000_060 });
  const legs = { ...full, 'n1 eth0': [leg([n1, n2], crossServer, { rx: 0 })], 'n1 eth1': [eth1] };
  const run = runLab({ site: site({ nics, captures: [...everyNic, 'n1 eth1'] }), legs });
  expect(run.advice.find(({ id }) => id === 'directions-apart')).toMatchObject({
    setting: 'inputs.cbpf.af_packet.bond_interfaces: [{ slave_interfaces: [eth0, eth1] }]',
    evidence: [{ nic: 'eth0' }, { nic: 'eth1' }],
  });
});

describe('packets that are captured twice', () => {
  it('on a bridge and its port', () => {
    const nics = ', { name: cni0, kind: bridge, mac: "02:00:00:0f:01:0a", ips: [10.244.1.1] }';
    const text = site({
      nics,
      captures: [...everyNic, 'n1 cni0'],
      agent: 'tap_interface_regex: "^(eth0|lxc.*|cni0)$"',
    });
    const legs = { ...full, 'n1 cni0': [leg([p1a, gw], crossServer, { at: 1_000_005 })] };
    expect(only(runLab({ site: text, legs, syscalls: exchange(client, crossServer) }))).toMatchObject({
      id: 'duplicate-packets',
      setting: 'tap_interface_regex: an expression that leaves out cni0',
      evidence: [{ nic: 'cni0', detail: 'the same packets as on lxcp1a (c), here c-nd' }],
    });
  });

  it('within one capture', () => {
    const legs = {
      ...full,
      'n1 eth0': [{ ...leg([n1, n2], crossServer, { at: 1_000_010 }), more: { duplicates: 4 } }],
    };
    expect(only(runLab({ site: site(), legs })).evidence[0]?.detail).toBe('4 packets are copies of the one before');
  });

  it('is not said of one copy, which the network may make itself', () => {
    const legs = {
      ...full,
      'n1 eth0': [{ ...leg([n1, n2], crossServer, { at: 1_000_010 }), more: { duplicates: 1 } }],
    };
    expect(runLab({ site: site(), legs }).advice).toEqual([]);
  });
});

describe('packets that never reach the next point', () => {
  const policy = (name: string, spec: object) => ({
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'default' },
    spec,
  });
  const pods = ['p1a', 'p2a'].map((name) => ({
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: name } },
  }));
  const cluster = (...objects: readonly object[]) => readClusterResources([...pods, ...objects]);
  const syns = { tx: 4, rx: 0 };
  const atClient = { 'n1 lxcp1a': [leg([p1a, gw], crossServer, syns)] };
  const atServerNode = {
    ...atClient,
    'n1 eth0': [leg([n1, n2], crossServer, syns)],
    'n2 eth0': [leg([n1, n2], crossServer, syns)],
  };
  const dropped = (run: ReturnType<typeof runLab>) => run.advice.find(({ id }) => id === 'dropped-between');

  it('leave c and never pass c-nd: the policies of either Pod are named', () => {
    const egress = policy('no-way-out', { podSelector: { matchLabels: { app: 'p1a' } }, policyTypes: ['Egress'] });
    const ingress = policy('no-way-in', { podSelector: {} });
    const advice = dropped(runLab({ site: site(), legs: atClient, resources: cluster(egress, ingress) }));
    expect(advice?.why).toMatch(/^Packets are dropped between c and c-nd\. NetworkPolicies that select either Pod: /);
    expect(advice?.why).toContain('default/no-way-out (egress from p1a), default/no-way-in (ingress to p2a)');
    expect(advice?.evidence[0]).toMatchObject({
      nic: 'lxcp1a',
      detail: '4 packets from the client at c, none at c-nd',
    });
  });

  it('reach s-nd and never s: without a policy it is the network', () => {
    const advice = dropped(
      runLab({
        site: site(),
        legs: atServerNode,
        resources: cluster(policy('other', { podSelector: { matchLabels: { app: 'x' } } })),
      }),
    );
    expect(advice?.why).toBe(
      'Packets are dropped between s-nd and s. No NetworkPolicy selects either Pod, so that it is a fault of the network.',
    );
    expect(advice?.setting).toMatch(/routes, firewalls/);
  });

  it('are the answers', () => {
    const lost = {
      ...full,
      'n1 eth0': [leg([n1, n2], crossServer, syns)],
      'n1 lxcp1a': [leg([p1a, gw], crossServer, syns)],
    };
    const advice = dropped(runLab({ site: site(), legs: lost }));
    expect(advice?.why).toMatch(/^Packets are dropped between s-nd and c-nd\. No cluster file was given/);
    expect(advice?.evidence[0]?.detail).toBe('7 packets from the server at s-nd, none at c-nd');
  });

  it('are not claimed to be lost where the next place was not captured, or the server got them', () => {
    const without = site({ captures: ['n1 lxcp1a', 'n2 eth0'] });
    expect(dropped(runLab({ site: without, legs: atServerNode }))).toBeUndefined();
    expect(
      dropped(runLab({ site: site(), legs: atServerNode, syscalls: exchange(client, crossServer) })),
    ).toBeUndefined();
    expect(dropped(runLab({ site: site(), legs: full }))).toBeUndefined();
  });
});

it('keeps a few flows as evidence and counts the rest', () => {
  const many = Array.from({ length: 12 }, (_, i) => ({
    ...leg([p1a, p2a], crossServer, { synSeq: i, synAckSeq: 100 + i }),
    client: { ...client, port: 41_000 + i, mac: p1a },
  }));
  const options = { kind: 'macvlan', cni: 'macvlan', captures: ['n1 eth0'], agent: 'tap_interface_regex: eth0' };
  const [advice] = runLab({ site: site(options), legs: { 'n1 eth0': many } }).advice;
  expect(advice?.evidence.length).toBe(maxEvidence);
  expect(advice?.evidence.at(-1)?.detail).toMatch(/\(and 7 more\)$/);
});
