import { describe, expect, it } from 'vitest';
import { parseMac } from '../../src/platform/mac.js';
import { given } from '../../src/platform/origin.js';
import { withServedMacs } from '../../src/platform/served-macs.js';
import type { Topology } from '../../src/platform/topology.js';

const nic = { name: 'eth0', kind: 'physical' as const, mac: null, ips: ['10.0.0.1'], ifindex: null, mappedMac: null };
const podNic = { name: 'eth0', kind: 'macvlan' as const, hostNic: 'eth0', mac: null, ips: ['10.1.0.1'] };
const topology: Topology = {
  nodes: [{ name: 'n1', nics: [nic], addresses: [], localSegments: null, remoteSegments: null }],
  pods: [{ name: 'p', namespace: 'default', node: 'n1', nics: [podNic], vpc: 'default' }],
  vips: [],
};
const served = (mac: string) => [
  { owner: { type: 'node' as const, name: 'n1' }, nic: 'eth0', mac: '02:00:00:00:00:01', ips: [{ ip: '10.0.0.1' }] },
  { owner: { type: 'pod' as const, name: 'default/p' }, nic: '', mac, ips: [{ ip: '10.1.0.1' }] },
];

describe('MACs that a server knows', () => {
  it('are given to NICs that have none', () => {
    const { topology: filled, notes } = withServedMacs(topology, served('02:00:00:00:01:0a'), 'http://s');
    expect(filled.nodes[0]?.nics[0]?.mac).toEqual(
      given(parseMac('02:00:00:00:00:01'), 'an agent reported it to http://s'),
    );
    expect(filled.pods[0]?.nics[0]?.mac?.value).toBe(parseMac('02:00:00:00:01:0a'));
    expect(notes).toEqual([]);
  });

  it('do not take the place of what is known, and a note tells of the difference', () => {
    const mac = given(0x02_00_00_00_00_99, 'site.yaml:3');
    const own: Topology = { ...topology, pods: topology.pods.map((pod) => ({ ...pod, nics: [{ ...podNic, mac }] })) };
    const { topology: filled, notes } = withServedMacs(own, served('02:00:00:00:01:0a'), 'http://s');
    expect(filled.pods[0]?.nics[0]?.mac).toBe(mac);
    expect(notes).toEqual([
      'pod default/p: site.yaml:3 says 02:00:00:00:00:99, and http://s says 02:00:00:00:01:0a; the first is taken.',
    ]);
  });

  it('that no agent reported are none', () => {
    const { topology: filled, notes } = withServedMacs(topology, served('00:00:00:00:00:00'), 'http://s');
    expect(filled.pods[0]?.nics[0]?.mac).toBeNull();
    expect(notes.join()).toMatch(/knows no MAC of 1 of 1 Pod NICs/);
  });
});
