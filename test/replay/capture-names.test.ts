import { describe, expect, it } from 'vitest';
import { readClusterResources } from '../../src/platform/cluster-resources.js';
import { attachBySenders, openEnds } from '../../src/replay/attach-pods.js';
import { inferCaptures, orderPieces } from '../../src/replay/capture-names.js';
import { directoryTopology, withPodNicKind } from '../../src/replay/directory-site.js';
import { inputProblemText } from '../../src/replay/input-problem.js';
import { type NodeLinks, nodeLinks, readLinksDocument } from '../../src/replay/links-file.js';
import { seenPairs, sendersByNic } from '../../src/replay/seen-pairs.js';

const known = {
  nodes: ['n1', 'n1-big', 'n2'],
  pods: ['default/web-1', 'shop/web'],
  nics: new Map<string, readonly string[]>(),
};

function places(files: readonly string[], nics = known.nics) {
  return inferCaptures(files, { ...known, nics }).captures.map(({ node, nic, pod, files: own }) => [
    pod ?? node,
    nic,
    own.join(' '),
  ]);
}

describe('captures of a directory', () => {
  it('name node and NIC; the longest node name wins', () => {
    expect(places(['n1-eth0.pcap', 'n1-big-eth0.pcapng', 'n2-flannel.1.pcap.gz', 'n2-3fa8_h.pcap.zst'])).toEqual([
      ['n1-big', 'eth0', 'n1-big-eth0.pcapng'],
      ['n1', 'eth0', 'n1-eth0.pcap'],
      ['n2', '3fa8_h', 'n2-3fa8_h.pcap.zst'],
      ['n2', 'flannel.1', 'n2-flannel.1.pcap.gz'],
    ]);
  });

  it.each([
    [
      'tcpdump -C',
      ['n1-eth0.pcap', 'n1-eth0.pcap1', 'n1-eth0.pcap10', 'n1-eth0.pcap2'],
      'n1-eth0.pcap n1-eth0.pcap1 n1-eth0.pcap2 n1-eth0.pcap10',
    ],
    [
      'dumpcap',
      ['n1-eth0_00002_20260922130000.pcap', 'n1-eth0_00001_20260922120000.pcap'],
      'n1-eth0_00001_20260922120000.pcap n1-eth0_00002_20260922130000.pcap',
    ],
    [
      'dates',
      ['n1-eth0-2026-09-22T13:00.pcap', 'n1-eth0-2026-09-22T12:00.pcap'],
      'n1-eth0-2026-09-22T12:00.pcap n1-eth0-2026-09-22T13:00.pcap',
    ],
    [
      'numbers beside the bare name',
      ['n1-eth0.10.pcap', 'n1-eth0.2.pcap', 'n1-eth0.pcap'],
      'n1-eth0.pcap n1-eth0.2.pcap n1-eth0.10.pcap',
    ],
  ])('are put together by %s', (_how, files, expected) => {
    expect(places(files)).toEqual([['n1', 'eth0', expected]]);
  });

  it('know NICs with numbers from the links file', () => {
    const files = ['n1-eth0.pcap', 'n1-eth0.100.pcap', 'n1-eth1.1.pcap'];
    expect(places(files, new Map([['n1', ['eth0', 'eth0.100', 'eth1']]]))).toEqual([
      ['n1', 'eth0.100', 'n1-eth0.100.pcap'],
      ['n1', 'eth0', 'n1-eth0.pcap'],
      ['n1', 'eth1', 'n1-eth1.1.pcap'],
    ]);
  });

  it('may be taken inside a Pod', () => {
    expect(places(['pod-web-1-eth0.pcap', 'pod-shop-web-net1.pcap'])).toEqual([
      ['shop-web', 'net1', 'pod-shop-web-net1.pcap'],
      ['web-1', 'eth0', 'pod-web-1-eth0.pcap'],
    ]);
  });

  it('come with links, and with files that are none of it', () => {
    const { links, unknown, captures } = inferCaptures(
      ['n1.links.json', 'n9.links.json', 'readme.txt', 'n9-eth0.pcap', 'pod-x-eth0.pcap', 'n1.pcap'],
      known,
    );
    expect([...links]).toEqual([['n1', 'n1.links.json']]);
    expect(captures).toEqual([]);
    expect(unknown.map(({ file, why }) => `${file}: ${why}`)).toEqual([
      "n1.pcap: no node's name begins n1",
      "n9-eth0.pcap: no node's name begins n9-eth0",
      'n9.links.json: no node is named n9',
      "pod-x-eth0.pcap: no Pod's name begins x-eth0",
      'readme.txt: not the name of a capture',
    ]);
  });

  it('are read in the order of their first packets', () => {
    const times: Record<string, number | null> = { a: 30, b: 10, c: null, d: 20 };
    expect(orderPieces(['a', 'b', 'c', 'd'], (file) => times[file] ?? null)).toEqual(['b', 'd', 'a', 'c']);
  });
});

const links = {
  root: [
    { ifindex: 1, ifname: 'lo', address: '00:00:00:00:00:00', addr_info: [{ local: '127.0.0.1', prefixlen: 8 }] },
    { ifindex: 2, ifname: 'eth0', address: '02:00:00:00:01:00', addr_info: [{ local: '10.10.0.1', prefixlen: 24 }] },
    { ifindex: 3, ifname: 'veth1', address: '02:00:00:0f:01:0a', linkinfo: { info_kind: 'veth' }, addr_info: [] },
    {
      ifindex: 5,
      ifname: 'cni0',
      address: '02:00:00:0f:01:0a',
      linkinfo: { info_kind: 'bridge' },
      addr_info: [{ local: '10.244.1.1' }],
    },
  ],
  containers: [
    [
      { ifname: 'lo', iflink: 1 },
      { ifname: 'eth0', iflink: 3, mac: '02:00:00:01:01:0a', addresses: ['10.244.1.10/24'] },
    ],
    { links: [{ ifname: 'eth0@if2', iflink: 2, address: '02:00:00:01:01:0b', addr_info: [{ local: '10.10.0.110' }] }] },
    [{ ifname: 'eth0', iflink: 2, mac: '02:00:00:00:01:00', addresses: ['10.10.0.111'] }],
  ],
};
const pod = (name: string, podIP: string, node = 'n1') => ({
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { nodeName: node },
  status: { podIP },
});
const node = (name: string, address: string) => ({
  kind: 'Node',
  metadata: { name },
  status: { addresses: [{ type: 'InternalIP', address }] },
});

describe('a links file', () => {
  it('tells NICs of the root namespace, and what container NICs hang on', () => {
    const read = readLinks(links);
    expect(read.nics.map(({ name, kind, ips }) => [name, kind, ips])).toEqual([
      ['lo', 'loopback', ['127.0.0.1']],
      ['eth0', 'physical', ['10.10.0.1']],
      ['veth1', 'pod-end', []],
      ['cni0', 'bridge', ['10.244.1.1']],
    ]);
    expect(read.containers.map(([nic]) => [nic?.kind, nic?.hostNic, nic?.ips])).toEqual([
      ['veth', 'veth1', ['10.244.1.10']],
      ['macvlan', 'eth0', ['10.10.0.110']],
      ['ipvlan', 'eth0', ['10.10.0.111']],
    ]);
  });

  it.each([
    ['null', 'f:1:1: found null, expected a map of keys and values.'],
    ['{}', 'f:1:1: found no root, expected a list. Add it.'],
    ['{"root": "x"}', 'f:1:10: found "x", expected a list.'],
    ['{"root": [],\n "container": []}', 'f:2:2: found the unknown key container, expected one of'],
    ['{"root": [{"ifname": "eth0",\n "ifindex": "2"}]}', 'f:2:13: found "2", expected a number.'],
    ['{"root": [}', 'f:1:11: found'],
  ])('%s is named with its place', (text, problem) => {
    const { document, problems } = readLinksDocument(text, 'f');
    expect(document).toBeNull();
    expect(problems.map(inputProblemText)[0]).toContain(problem);
  });
});

function readLinks(json: unknown): NodeLinks {
  const { document, problems } = readLinksDocument(JSON.stringify(json), 'n1.links.json');
  if (document === null) throw new Error(problems.map(inputProblemText).join(' '));
  return nodeLinks(document, 'n1.links.json');
}

describe('a site of a directory', () => {
  const resources = readClusterResources([
    node('n1', '10.10.0.1'),
    pod('a', '10.244.1.10'),
    pod('b', '10.10.0.110'),
    pod('host', ''),
  ]);
  const inferred = inferCaptures(['n1-eth0.pcap', 'n1-veth1.pcap'], known);

  it('takes NICs, kinds and MACs from the links file', () => {
    const { topology, notes } = directoryTopology(resources, new Map([['n1', readLinks(links)]]), inferred.captures);
    expect(notes).toEqual([]);
    expect(
      topology.pods.map(({ name, nics }) => [name, nics[0]?.kind, nics[0]?.hostNic, nics[0]?.mac?.origin]),
    ).toEqual([
      ['a', 'veth', 'veth1', 'given'],
      ['b', 'macvlan', 'eth0', 'given'],
    ]);
  });

  it('leaves open and notes what nothing tells', () => {
    const two = inferCaptures(['n1-eth0.pcap', 'n1-eth1.pcap', 'n1-veth1.pcap'], known);
    const { topology, notes } = directoryTopology(resources, new Map(), two.captures);
    expect(topology.pods[0]?.nics[0]).toMatchObject({ kind: 'unknown', hostNic: null, mac: null });
    expect(notes).toEqual(['n1: which of eth0, eth1 has its address is not known; a n1.links.json would tell']);
    expect(openEnds(topology)).toEqual(['n1 veth1: whose veth this is, is not known; a n1.links.json would tell']);
  });

  describe('tells whose veth it is', () => {
    const files = inferCaptures(['n1-veth1.pcap', 'n1-veth2.pcap', 'n1-veth3.pcap'], known);
    const cluster = readClusterResources([
      node('n1', '10.10.0.1'),
      pod('a', '10.244.1.10'),
      pod('b', '10.244.1.11'),
      pod('c', '10.244.1.12'),
    ]);
    const { topology } = directoryTopology(cluster, new Map(), files.captures);
    /** Addresses with the time of their first packet. */
    const at = (nic: string, senders: Readonly<Record<string, number>>) => ({
      node: 'n1',
      nic,
      insidePod: null,
      pairs: Object.entries(senders).map(([ip, firstSource]) => ({ ...pair, ip, source: 4, firstSource })),
    });
    const pair = { mac: 1, arp: 0, discovery: 0, innerSource: 0, firstPacket: 0 };
    const attached = (...places: readonly ReturnType<typeof at>[]) => attachBySenders(topology, sendersByNic(places));
    const hostNics = (...places: readonly ReturnType<typeof at>[]) =>
      attached(...places).pods.map(({ nics }) => nics[0]?.hostNic);

    it('by the one Pod that sends there', () => {
      const places = [
        at('veth1', { '10.244.1.10': 0, '10.244.2.9': 0 }),
        at('veth2', { '10.244.1.10': 0, '10.244.1.11': 0 }),
      ];
      expect(hostNics(...places)).toEqual(['veth1', 'veth2', null]);
      expect(openEnds(attached(...places))).toEqual([
        'n1 veth3: whose veth this is, is not known; a n1.links.json would tell',
      ]);
    });

    it('by which end a packet passes first', () => {
      expect(
        hostNics(
          at('veth1', { '10.244.1.10': 1020, '10.244.1.11': 1040 }),
          at('veth2', { '10.244.1.10': 1000, '10.244.1.11': 1060, '10.244.1.12': 9030 }),
          at('veth3', { '10.244.1.10': 9000, '10.244.1.12': 9010 }),
        ),
      ).toEqual(['veth2', 'veth1', 'veth3']);
    });

    it('and says nothing where the first packets are not the same, or both Pods would have one end', () => {
      const late = at('veth2', { '10.244.1.10': 3000, '10.244.1.11': 3000 });
      expect(hostNics(at('veth1', { '10.244.1.10': 1000, '10.244.1.11': 1040 }), late)).toEqual([null, null, null]);
      const both = at('veth2', { '10.244.1.10': 1010, '10.244.1.11': 1050 });
      expect(hostNics(at('veth1', { '10.244.1.10': 1000, '10.244.1.11': 1040 }), both)).toEqual([null, null, null]);
      const equal = at('veth2', { '10.244.1.10': 1000, '10.244.1.11': 1040 });
      expect(hostNics(at('veth1', { '10.244.1.10': 1000, '10.244.1.11': 1040 }), equal)).toEqual([null, null, null]);
    });

    it('not by ARP questions, which a bridge carries everywhere', () => {
      const asked = { ...pair, ip: '10.244.1.10', arp: 2, source: 0, firstSource: 0 };
      const place = { node: 'n1', nic: 'veth2', insidePod: null };
      expect(sendersByNic([{ ...place, pairs: [asked] }]).get('n1 veth2')?.size).toBe(0);
      expect(sendersByNic([{ ...place, pairs: [{ ...asked, source: 1 }] }]).get('n1 veth2')?.size).toBe(1);
    });
  });

  it('gives Pods the NICs of the network that is expected', () => {
    const { topology } = directoryTopology(resources, new Map(), inferCaptures(['n1-eth0.pcap'], known).captures);
    expect(withPodNicKind(topology, 'macvlan').pods[0]?.nics[0]).toMatchObject({ kind: 'macvlan', hostNic: 'eth0' });
  });
});

describe('pairs of a learning pass', () => {
  it('say by what they are known', () => {
    const place = { node: 'n1', nic: 'eth0', insidePod: null };
    const pair = {
      mac: 5,
      ip: '10.0.0.1',
      arp: 2,
      discovery: 0,
      source: 3,
      innerSource: 9,
      firstPacket: 0,
      firstSource: 7,
    };
    expect(seenPairs([pair], place)).toEqual([
      { mac: 5, ip: '10.0.0.1', via: 'arp', packets: 2, ...place },
      { mac: 5, ip: '10.0.0.1', via: 'source', packets: 3, ...place },
    ]);
  });
});
