import { describe, expect, it } from 'vitest';
import { defaultSettings, mergeSettings } from '../../src/agent-config/parse-settings.js';
import { readClusterResources } from '../../src/platform/cluster-resources.js';
import { completeMacs } from '../../src/platform/complete-macs.js';
import { platformFacts } from '../../src/platform/platform-facts.js';
import { createTagIndex } from '../../src/platform/tags.js';
import { flowColumnKinds, flowColumns } from '../../src/replay/flow-columns.js';
import { flowRow, syscallFlowRow } from '../../src/replay/flow-row.js';
import { matrixRow } from '../../src/replay/matrix.js';
import { reportedConfig } from '../../src/replay/reported-config.js';
import { unmetRequirements } from '../../src/replay/requirements.js';
import { shortTunnelIp } from '../../src/replay/short-tunnel-ip.js';
import { unappliedSettings } from '../../src/replay/unapplied-settings.js';
import { flowPeer, flowRecord } from './support/flow-record.js';
import { siteOf } from './support/lab.js';
import { observation } from './support/observation.js';

const { topology } = siteOf(`
nodes: [{ name: n1, nics: [{ name: eth0, mac: "02:00:00:00:01:00", ips: [10.10.0.1] }] }]
pods: [{ name: web-1, namespace: shop, node: n1, nics: [{ kind: veth, hostNic: lxc1, ips: [10.244.1.10] }] }]
captures: [{ node: n1, nic: lxc1, file: a.pcap }]
`);

describe('a flow row', () => {
  const pod = {
    kind: 'Pod',
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      labels: { app: 'web' },
      ownerReferences: [{ kind: 'StatefulSet', name: 'web' }],
    },
  };
  const service = {
    kind: 'Service',
    metadata: { name: 'front', namespace: 'shop' },
    spec: { selector: { app: 'web' } },
  };
  const tags = createTagIndex(topology, readClusterResources([pod, service]));
  const ends = { macSrc: 1, macDst: 2, id: 7 };
  const record = flowRecord({
    flowId: 2n ** 63n,
    client: flowPeer({ ip: '10.10.0.1', mac: 0x02_00_00_00_01_00, packets: 3, l2End: true }),
    server: flowPeer({ ip: '10.244.1.10', port: 8080, retrans: 2 }),
    tunnel: { type: 1, tier: 1, isIpv6: true, tx: { ...ends, src: '2001:db8::23f', dst: '10.0.0.2' }, rx: null },
  });
  const row = flowRow(record, { node: 'n1', nic: 'eth0', tapSide: 's-nd' }, tags);

  it('has DeepFlow’s columns, in order', () => {
    expect(Object.keys(row)).toEqual([...flowColumns]);
  });

  it('has values of the kinds that the columns promise', () => {
    const kinds = { text: 'string', flag: 'boolean', int: 'number', long: 'number', unsigned: 'bigint' };
    for (const each of [row, syscallFlowRow(observation({ source: 'syscall', tapSide: 's-p' }), tags)]) {
      for (const column of flowColumns) expect(typeof each[column], column).toBe(kinds[flowColumnKinds[column]]);
    }
  });

  it('of system calls tells calls and bytes, and whose process it was', () => {
    const calls = observation({
      source: 'syscall',
      nic: '',
      tapSide: 's-p',
      server: { ip: '10.244.1.10', port: 8080, mac: 0 },
      packetsTx: 1,
      bytesTx: 80,
      closeType: 3,
      flowId: null,
    });
    const of = syscallFlowRow(calls, tags);
    expect(Object.keys(of)).toEqual([...flowColumns]);
    expect(of).toMatchObject({
      flow_id: 0n,
      tap_side: 's-p',
      packet_tx: 1,
      byte_tx: 80,
      l4_byte_tx: 80,
      tunnel_tx_ip_0: '0.0.0.0',
      rtt: 0,
      close_type: 3,
      l2_end_0: false,
      l2_end_1: true,
      pod_1: 'web-1',
      service_1: 'front',
    });
  });

  it('holds the record and its tags', () => {
    expect(row).toMatchObject({
      flow_id: 9_223_372_036_854_775_808n,
      tap_side: 's-nd',
      mac_0: '02:00:00:00:01:00',
      packet_tx: 3,
      retrans_rx: 2,
      l2_end_0: true,
      tunnel_type: 1,
      tunnel_tx_ip_0: '0.0.2.63',
      tunnel_tx_ip_1: '10.0.0.2',
      tunnel_rx_ip_0: '0.0.0.0',
      tunnel_tx_id: 7,
      pod_0: '',
      pod_1: 'web-1',
      pod_ns_1: 'shop',
      workload_1: 'web',
      service_1: 'front',
      pod_node_0: 'n1',
      pod_node_1: 'n1',
    });
  });

  it.each([
    ['2001:db8::', '0.0.0.0'],
    ['::1', '0.0.0.1'],
    ['2001:db8:1:2:3:4:a0b:c0d', '10.11.12.13'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['10.1.2.3', '10.1.2.3'],
  ])('shortens the tunnel’s address %s to %s', (ip, short) => expect(shortTunnelIp(ip)).toBe(short));
});

describe('the configuration', () => {
  it('that a replay does not apply is named, with the nodes that have it', () => {
    const notes = (more: object) =>
      unappliedSettings(['n1', 'n2'], (node) => mergeSettings(node === 'n2' ? more : defaultSettings));
    expect(notes({})).toEqual([]);
    expect(notes({ bondInterfaces: [['eth0', 'eth1']], captureBpf: 'tcp' })).toEqual([
      expect.stringMatching(/^static_config\.tap-interface-bond-groups is set and not applied: .* \(n2\)$/),
      expect.stringMatching(/^capture_bpf is set and not applied: all packets of the captures count \(n2\)$/),
    ]);
    expect(notes({ captureMode: 3, flowLimit: 10_000_000 })).toEqual([
      expect.stringMatching(/^tap_mode 3 is not replayed/),
      expect.stringMatching(/10000000 is more than a replay holds: 3500000 flows at once are kept/),
    ]);
  });

  it('that a row presupposes is compared with what the agents have', () => {
    const unmet = (cni: Parameters<typeof matrixRow>[0], more: object) =>
      unmetRequirements(matrixRow(cni), topology, () => mergeSettings(more)).map(
        ({ setting, expected }) => `${setting}: ${expected}`,
      );
    expect(unmet('veth', {})).toEqual([]);
    expect(unmet('macvlan', {})).toEqual(['tap_mode: 1']);
    expect(unmet('veth', { captureMode: 1 })).toEqual(['tap_mode: 0']);
    expect(unmet('ipvlan', { captureMode: 1 })).toEqual([]);
    expect(unmet('ipvlan', { captureMode: 2 })).toEqual(['tap_mode: 0 or 1']);
    expect(unmet('kube-ovn-geneve', {})).toEqual(['decap_type: 4 (geneve) in it']);
    expect(unmet('cilium', {})).toEqual(['tap_interface_regex: an expression that leaves out lxc1']);
    expect(unmet('cilium', { interfaceRegex: 'eth0' })).toEqual([]);
    expect(unmet('veth', { interfaceRegex: '' }).length).toBe(2);
    // A NIC for management beside the one that is captured is nothing that the row lacks.
    const [node, ...others] = topology.nodes;
    if (node === undefined) throw new Error('the topology has no node');
    const nics = [...node.nics, { ...node.nics.find(({ kind }) => kind === 'physical'), name: 'mgmt' }];
    const twoNics = { ...topology, nodes: [{ ...node, nics }, ...others] } as typeof topology;
    const lacking = (interfaceRegex: string) =>
      unmetRequirements(matrixRow('ipvlan'), twoNics, () => mergeSettings({ interfaceRegex })).length;
    expect([lacking('eth0'), lacking('^ens3$')]).toEqual([0, 2]);
  });

  it('is reported by names, nodes that differ apart', () => {
    expect(reportedConfig(['n1'], () => defaultSettings)).toMatchObject({
      tap_mode: 0,
      decap_type: [1, 2],
      agent_type: 8,
    });
    const config = reportedConfig(['n1', 'n2'], (node) => mergeSettings(node === 'n2' ? { captureMode: 1 } : {}));
    expect(config.nodes).toEqual({ n2: { tap_mode: 1 } });
    expect(reportedConfig([], () => defaultSettings)).toEqual({});
  });
});

describe('the facts of a platform', () => {
  it('say how each MAC is known', () => {
    expect(
      platformFacts(completeMacs(topology, false)).map(({ owner, nic, origin }) => `${owner} ${nic} ${origin}`),
    ).toEqual(['node n1 eth0 given', 'node n1 lxc1 unknown', 'pod shop/web-1 eth0 assumed']);
  });
});
