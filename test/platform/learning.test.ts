import { describe, expect, it } from 'vitest';
import { completeMacs } from '../../src/platform/complete-macs.js';
import { knownPlatform } from '../../src/platform/known-platform.js';
import { learnMacs, type SeenPair } from '../../src/platform/learning.js';
import { formatMac } from '../../src/platform/mac.js';
import { nodeView } from '../../src/platform/node-view.js';
import { given } from '../../src/platform/origin.js';
import type { NodeNic, PodNic, Topology } from '../../src/platform/topology.js';

const nodeMac = 0x02_00_00_00_01_00;
const podMac = 0x02_00_00_01_01_0a;
const otherMac = 0x02_00_00_01_01_0b;

function nodeNic(more: Partial<NodeNic> = {}): NodeNic {
  return { name: 'eth0', kind: 'physical', mac: null, ips: [], ifindex: null, mappedMac: null, ...more };
}

function podNic(more: Partial<PodNic> = {}): PodNic {
  return { name: 'eth0', kind: 'unknown', hostNic: null, mac: null, ips: ['10.244.1.10'], ...more };
}

function topology(nic: PodNic, nics: readonly NodeNic[] = [nodeNic({ mac: given(nodeMac, 'site') })]): Topology {
  const pod = (name: string, podNics: readonly PodNic[]) => ({
    name,
    namespace: 'default',
    node: 'n1',
    nics: podNics,
    vpc: 'default',
  });
  return {
    nodes: [{ name: 'n1', nics, addresses: ['10.10.0.1'], localSegments: null, remoteSegments: null }],
    pods: [pod('a', [nic]), pod('b', [podNic({ ips: ['10.244.1.11'] })])],
    vips: [],
  };
}

function seen(more: Partial<SeenPair>): SeenPair {
  return { mac: podMac, ip: '10.244.1.10', via: 'arp', node: 'n1', nic: 'eth0', insidePod: null, packets: 1, ...more };
}

const macOf = (result: Topology): string | null => {
  const fact = result.pods[0]?.nics[0]?.mac ?? null;
  return fact === null ? null : `${formatMac(fact.value)} ${fact.origin}`;
};

describe('the MAC of a Pod', () => {
  it.each(['arp', 'nd'] as const)('is learnt from %s anywhere', (via) => {
    const { topology: after } = learnMacs(topology(podNic()), [seen({ via })], false);
    expect(macOf(after)).toBe('02:00:00:01:01:0a learnt');
    expect(after.pods[0]?.nics[0]?.mac?.evidence).toMatch(/02:00:00:01:01:0a 10\.244\.1\.10, n1 eth0, 1 packet$/);
  });

  it('is not learnt from sources on a Node NIC', () => {
    expect(macOf(learnMacs(topology(podNic()), [seen({ via: 'source' })], false).topology)).toBeNull();
  });

  it('is learnt from sources on its own NIC', () => {
    const vethEnd = [nodeNic({ mac: given(nodeMac, 'site') }), nodeNic({ name: 'lxc1', kind: 'pod-end' })];
    const own = topology(podNic({ kind: 'veth', hostNic: 'lxc1' }), vethEnd);
    expect(macOf(learnMacs(own, [seen({ via: 'source', nic: 'lxc1' })], false).topology)).toBe(
      '02:00:00:01:01:0a learnt',
    );
    const inside = seen({ via: 'source', nic: 'eth0', insidePod: 'default/a', node: '' });
    expect(macOf(learnMacs(topology(podNic()), [inside], false).topology)).toBe('02:00:00:01:01:0a learnt');
    const elsewhere = seen({ via: 'source', insidePod: 'default/b', node: '' });
    expect(macOf(learnMacs(topology(podNic()), [elsewhere], false).topology)).toBeNull();
  });

  it('is never a node’s, which answers for its Pods on a routed network', () => {
    const { topology: after, refused } = learnMacs(topology(podNic()), [seen({ mac: nodeMac, packets: 9 })], false);
    expect(macOf(after)).toBeNull();
    expect(refused).toMatchObject([
      { why: '02:00:00:00:01:00 belongs to node n1, which routes or answers for 10.244.1.10' },
    ]);
  });

  it('is never a node’s that was itself just learnt', () => {
    const pairs = [seen({ mac: nodeMac, ip: '10.10.0.1' }), seen({ mac: nodeMac })];
    const { topology: after } = learnMacs(topology(podNic(), [nodeNic()]), pairs, false);
    expect(after.nodes[0]?.nics[0]?.mac).toMatchObject({ value: nodeMac, origin: 'learnt' });
    expect(macOf(after)).toBeNull();
  });

  it('is the node’s where the NIC is an IPVlan, or the network is said to be one', () => {
    const pairs = [seen({ mac: nodeMac })];
    expect(macOf(learnMacs(topology(podNic({ kind: 'ipvlan' })), pairs, false).topology)).toBe(
      '02:00:00:00:01:00 learnt',
    );
    expect(macOf(learnMacs(topology(podNic()), pairs, true).topology)).toBe('02:00:00:00:01:00 learnt');
  });

  it('is not a proxy’s that answers for several Pods', () => {
    const proxy = 0xee_ee_ee_ee_ee_ee;
    const pairs = [seen({ mac: proxy }), seen({ mac: proxy, ip: '10.244.1.11' })];
    const { topology: after, refused } = learnMacs(topology(podNic()), pairs, false);
    expect(macOf(after)).toBeNull();
    expect(refused.length).toBe(2);
    expect(refused[0]?.why).toMatch(/answers for 2 Pods/);
  });

  it('stays as it was given', () => {
    const own = podNic({ mac: given(otherMac, 'site') });
    expect(macOf(learnMacs(topology(own), [seen({})], false).topology)).toBe('02:00:00:01:01:0b given');
  });

  it('does not depend on the order of captures', () => {
    const pairs = [
      seen({ packets: 2 }),
      seen({ mac: otherMac, packets: 2 }),
      seen({ mac: otherMac, packets: 1, nic: 'eth1' }),
    ];
    const one = learnMacs(topology(podNic()), pairs, false).topology;
    const other = learnMacs(topology(podNic()), [...pairs].reverse(), false).topology;
    expect(one).toEqual(other);
    expect(macOf(one)).toBe('02:00:00:01:01:0a learnt');
  });

  it('is no group address and no zero', () => {
    expect(
      macOf(learnMacs(topology(podNic()), [seen({ mac: 0 }), seen({ mac: 2 ** 48 - 1 })], false).topology),
    ).toBeNull();
  });
});

describe('a MAC that nobody knows', () => {
  it('is a placeholder of its own, marked as assumed, in the node’s segments', () => {
    const complete = completeMacs(topology(podNic()), false);
    const macs = complete.pods.map((pod) => pod.nics[0]?.mac);
    expect(macs.map((mac) => mac?.origin)).toEqual(['assumed', 'assumed']);
    expect(new Set(macs.map((mac) => (mac?.value ?? 0) % 2 ** 24)).size).toBe(2);
    const view = nodeView(complete, knownPlatform(complete, 'reported'), 'n1');
    for (const mac of macs) expect(view.localSegments.has(mac?.value ?? 0)).toBe(true);
    expect(completeMacs(topology(podNic()), false)).toEqual(complete);
  });

  it('is the parent’s where the NIC is an IPVlan', () => {
    expect(macOf(completeMacs(topology(podNic({ kind: 'ipvlan', hostNic: 'eth0' })), false))).toBe(
      '02:00:00:00:01:00 assumed',
    );
    expect(macOf(completeMacs(topology(podNic()), true))).toBe('02:00:00:00:01:00 assumed');
  });
});

describe('what DeepFlow knows', () => {
  const complete = completeMacs(topology(podNic({ mac: given(podMac, 'site') })), false);

  it('holds Pods with MACs, without them, or not at all', () => {
    const kinds = ['reported', 'kubernetes', 'none'] as const;
    const [reported, kubernetes, none] = kinds.map((kind) => knownPlatform(complete, kind));
    expect(reported?.interfaceByMac(podMac)?.owner).toEqual({ type: 'pod', name: 'default/a' });
    expect(kubernetes?.interfaceByMac(podMac)).toBeNull();
    expect(kubernetes?.interfaceByAddress(1, '10.244.1.10')?.mac).toBe(0);
    expect(none?.interfaceByAddress(1, '10.244.1.10')).toBeNull();
    for (const platform of [reported, kubernetes, none]) {
      expect(platform?.interfaceByMac(nodeMac)?.owner).toEqual({ type: 'node', name: 'n1' });
      expect(platform?.interfaceByAddress(1, '10.10.0.1')?.nic).toBe('eth0');
    }
  });

  it('gives pairs of MAC and address, a host’s own ones to its own agent', () => {
    const bridge = nodeNic({ name: 'cni0', kind: 'bridge', mac: given(0x0a, 'site'), ips: ['10.244.1.1'] });
    const withBridge: Topology = {
      ...complete,
      nodes: complete.nodes.map((node) => ({ ...node, nics: [...node.nics, bridge] })),
    };
    const platform = knownPlatform(withBridge, 'reported');
    const pairs = nodeView(withBridge, platform, 'n1').pairs;
    expect(pairs).toContainEqual({ mac: podMac, ip: '10.244.1.10' });
    expect(pairs).toContainEqual({ mac: 0x0a, ip: '10.244.1.1' });
    expect(nodeView(withBridge, platform, 'n2').pairs).not.toContainEqual({ mac: 0x0a, ip: '10.244.1.1' });
    expect(nodeView(withBridge, platform, 'n1').localSegments.has(0x0a)).toBe(false);
  });

  it('knows interfaces that hold a VIP', () => {
    expect(knownPlatform({ ...complete, vips: ['10.244.1.10'] }, 'reported').vipMacs).toEqual([podMac]);
    expect(knownPlatform(complete, 'reported').vipMacs).toEqual([]);
  });
});
