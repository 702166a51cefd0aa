import { describe, expect, it } from 'vitest';
import type { MessageInput } from '../../../src/wire/message-types.js';
import { messageType } from '../../../src/wire/protos.js';
import { agentOne, modelClient } from '../support/model-client.js';

const mac = 0x02_00_00_00_00_01;
const eth0 = { mac, ip: ['10.0.0.1/24', 'fe80::1/64'], name: 'eth0' };
const podNic = { mac: mac + 0x100, ip: ['10.1.0.5/24'], name: 'eth0', netns: 'pod', netns_id: 7, device_name: 'veth7' };
const info = { ip: agentOne.ctrl_ip, mac: agentOne.ctrl_mac };
const report: MessageInput<'agent.GenesisSyncRequest'> = {
  version: '1700000000',
  agent_type: 'TT_VM_POD',
  agent_id: 1,
  kubernetes_cluster_id: 'shop',
  agent_info: info,
  platform_data: { raw_hostname: 'node-1\n', interfaces: [eth0, podNic] },
};
const heartbeat = { version: '1700000000', agent_type: 'TT_VM_POD', agent_id: 1, agent_info: info } as const;

function client() {
  const made = modelClient();
  made.sync(agentOne);
  return made;
}

describe('agent.Synchronizer/GenesisSync', () => {
  it('hands the version back that it holds, so that the agent knows whether to send everything', () => {
    const agent = client();
    expect(agent.genesis(heartbeat)).toBe('0');
    expect(agent.genesis(report)).toBe('1700000000');
    expect(agent.genesis(heartbeat)).toBe('1700000000');
    expect(agent.genesis({ ...heartbeat, version: '1700000001' })).toBe('1700000000');
    expect(agent.genesis({ ...report, version: '1700000001' })).toBe('1700000001');
    expect(agent.genesis({ ...report, version: '5' })).toBe('5');
  });

  it('takes processes without NICs for a heartbeat', () => {
    const agent = client();
    agent.genesis(report);
    const known = agent.model.platform('shop');
    const process_data = { process_entries: [{ pid: '7' }] };
    expect(agent.genesis({ ...heartbeat, version: '1700000001', process_data })).toBe('1700000000');
    expect(agent.model.platform('shop')).toEqual(known);
    expect(known[0]?.interfaces).not.toEqual([]);
  });

  it('forgets the version of an agent that was silent for 300 s', () => {
    const agent = client();
    agent.genesis(report);
    agent.time += 300_000;
    expect(agent.genesis(heartbeat)).toBe('1700000000');
    agent.time += 300_001;
    expect(agent.genesis(heartbeat)).toBe('0');
  });

  it('ignores a call without a version, and one of an unknown team', () => {
    const agent = client();
    expect(agent.genesis({ ...report, version: '0' })).toBeUndefined();
    expect(agent.genesis({ ...report, team_id: 't-9' })).toBeUndefined();
    expect(agent.genesis({})).toBeUndefined();
    expect(agent.model.platform()).toEqual([]);
  });

  it('echoes the version of agents whose report it does not take in', () => {
    const agent = client();
    expect(agent.genesis({ ...report, agent_type: 'TT_DEDICATED_PHYSICAL_MACHINE' })).toBe('1700000000');
    expect(agent.genesis({ version: '3' })).toBe('3');
    expect(agent.model.platform()).toEqual([]);
  });

  it.each([{}, { agent_info: { ip: '10.0.0.1' } }, { agent_info: { mac: 'x' } }])(
    'answers the version that it held where the agent does not say who it is: %j',
    (who) => {
      const agent = client();
      agent.sync(agentOne);
      const { agent_info: _, ...nameless } = report;
      expect(agent.genesis({ ...nameless, ...who })).toBe('0');
      agent.genesis(report);
      expect(agent.genesis({ ...nameless, ...who, version: '1700000009' })).toBe('1700000000');
    },
  );

  it('takes in what an agent without an id says, and remembers no version of it', () => {
    const agent = client();
    expect(agent.genesis({ ...report, agent_id: 0 })).toBe('1700000000');
    expect(agent.genesis({ ...heartbeat, agent_id: 0 })).toBe('0');
    expect(agent.model.platform('shop')[0]?.interfaces).toMatchObject([{ nic: 'eth0', mac: '02:00:00:00:00:01' }]);
  });

  it('makes NICs of the machine known, those of Pods by their addresses', () => {
    const agent = client();
    agent.genesis(report);
    expect(agent.model.platform('shop')[0]).toMatchObject({
      interfaces: [
        {
          owner: { type: 'host', name: 'node-1' },
          node: 'node-1',
          nic: 'eth0',
          mac: '02:00:00:00:00:01',
          ips: [
            { ip: '10.0.0.1', prefix: 24 },
            { ip: 'fe80::1', prefix: 64 },
          ],
        },
      ],
      segments: [{ node: 'node-1', macs: ['02:00:00:00:00:01'], interfaceIds: [expect.any(Number)] }],
    });
    agent.time += 300_001;
    agent.sync(agentOne);
    expect(agent.model.platform('shop')[0]?.interfaces).toEqual([]);
  });

  it('reads NICs also from what the ip command prints, one text for each namespace', () => {
    const agent = client();
    const printed = (name: string, hex: string, ip: string) =>
      `2: ${name}: <UP> mtu 1500\n    link/ether ${hex}\n    inet ${ip}/24 scope global\n`;
    const raw_ip_addrs = [
      printed('eth0', '02:00:00:00:00:01', '10.0.0.1'),
      printed('eth0', '02:00:00:00:01:01', '10.1.0.5'),
    ];
    agent.genesis({
      ...report,
      platform_data: { raw_hostname: 'node-1', raw_ip_netns: ['pod'], raw_ip_addrs, interfaces: [eth0] },
    });
    const [kept] = agent.model.saved().memory.genesis;
    expect(kept?.nics.map(({ mac: of, netns }) => [of, netns])).toEqual([
      ['02:00:00:00:00:01', ''],
      ['02:00:00:00:01:01', 'pod'],
    ]);
  });

  it('survives whatever stands in a report', () => {
    const agent = client();
    const odd = [
      { mac: '18446744073709551615', ip: ['1.2.3.4'], name: 'a' },
      { mac: 0, ip: ['1.2.3.4'], name: 'b' },
      { mac, ip: ['1.2.3.4/99', '', 'x', '999.1.1.1', '::1/129'], name: 'x'.repeat(10_000) },
      {},
    ];
    const ips = [
      { mac, ip: Buffer.from([10, 0, 0, 7]) },
      { mac, ip: Buffer.alloc(16, 1) },
      { mac, ip: Buffer.alloc(5) },
      { ip: Buffer.from([1, 2, 3, 4]) },
      {},
    ];
    const process_data = { process_entries: [{ pid: '18446744073709551615' }, {}] };
    expect(agent.genesis({ ...report, platform_data: { interfaces: odd, ips }, process_data })).toBe('1700000000');
    const [kept] = agent.model.saved().memory.genesis;
    expect(kept?.nics.map(({ ips: of }) => of.map(({ ip }) => ip))).toEqual([
      [],
      ['10.0.0.7'],
      ['101:101:101:101:101:101:101:101'],
    ]);
    expect(kept?.nics[0]?.name).toHaveLength(256);
  });

  it('keeps no more than a machine can have', () => {
    const agent = client();
    const interfaces = Array.from({ length: 20_000 }, (_, i) => ({ mac: mac + i, ip: [], name: `n${i}` }));
    agent.genesis({ ...report, platform_data: { interfaces } });
    expect(agent.model.saved().memory.genesis[0]?.nics).toHaveLength(4096);
  });

  it('refuses what is no message', () => {
    expect(client().call('agent.Synchronizer/GenesisSync', Buffer.from([0x0a, 9])).status).toBe(13);
  });
});

describe('trident.Synchronizer/GenesisSync', () => {
  it('knows an old agent by its id, or by its address where it has none', () => {
    const agent = client();
    agent.sync(agentOne);
    const type = messageType('trident.GenesisSyncRequest');
    const send = (request: object) =>
      messageType('trident.GenesisSyncResponse').decode(
        agent.call('trident.Synchronizer/GenesisSync', type.encode(request)).response,
      ).version;
    const old = {
      version: '7',
      trident_type: 'TT_VM_POD',
      kubernetes_cluster_id: 'shop',
      platform_data: { interfaces: [eth0] },
    };
    expect(send({ ...old, vtap_id: 1 })).toBe('7');
    expect(send({ version: '7', trident_type: 'TT_VM_POD', vtap_id: 1 })).toBe('7');
    expect(send({ ...old, source_ip: '10.9.9.9' })).toBe('7');
    expect(agent.model.saved().memory.genesis.map(({ agent: who }) => who)).toEqual([
      '10.0.0.1-02:00:00:00:00:01',
      'address 10.9.9.9',
    ]);
  });
});
