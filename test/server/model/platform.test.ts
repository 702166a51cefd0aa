import { describe, expect, it } from 'vitest';
import type { ClusterFact, ClusterFactsChange } from '../../../src/platform/cluster-facts.js';
import { messageType } from '../../../src/wire/protos.js';
import { agentOne, agentTwo, modelClient } from '../support/model-client.js';

const mac = 0x02_00_00_00_01_00;
const nodeOne: ClusterFact = { kind: 'node', uid: 'n1', name: 'node-1', ip: '10.0.0.1', podCidr: '10.1.1.0/24' };
const nodeTwo: ClusterFact = { kind: 'node', uid: 'n2', name: 'node-2', ip: '10.0.0.2', podCidr: '10.1.2.0/24' };
const pod: ClusterFact = {
  ...{ kind: 'pod', uid: 'p1', namespace: 'a', name: 'web', ip: '10.1.1.5', hostIp: '10.0.0.1' },
  containers: ['c1', 'c2'],
};
const service: ClusterFact = { kind: 'service', uid: 's1', namespace: 'a', name: 'web', ips: ['10.96.0.1'] };

function change(rest: Partial<ClusterFactsChange>): ClusterFactsChange {
  return { clusterId: 'shop', upload: 1, reset: false, more: false, set: [], gone: [], ...rest };
}

function shop() {
  const client = modelClient();
  client.sync(agentOne);
  client.sync(agentTwo);
  client.model.learn(change({ reset: true, set: [nodeOne, nodeTwo, pod, service] }), client.time);
  const report = (agent: typeof agentOne | typeof agentTwo, interfaces: object[], version = 7) =>
    client.genesis({
      ...{ version, agent_type: 'TT_VM_POD', kubernetes_cluster_id: 'shop' },
      agent_id: agent === agentOne ? 1 : 2,
      agent_info: { ip: agent.ctrl_ip, mac: agent.ctrl_mac },
      platform_data: { interfaces },
    });
  const platform = () => client.model.platform('shop')[0];
  const macs = () => Object.fromEntries(platform()?.interfaces.map(({ owner, mac: of }) => [owner.name, of]) ?? []);
  return Object.assign(client, { report, platform, macs });
}

const rootNic = { mac, ip: ['10.0.0.1/16'], name: 'eth0' };
const podNic = { mac: mac + 1, ip: ['10.1.1.5/24'], name: 'eth0', netns: 'x', device_name: 'veth1' };

describe('what agents are told of NICs', () => {
  it('has addresses from the snapshot, and MACs from agents', () => {
    const client = shop();
    expect(client.macs()).toEqual({
      'node-1': '00:00:00:00:00:00',
      'node-2': '00:00:00:00:00:00',
      'a/web': '00:00:00:00:00:00',
    });
    client.report(agentOne, [rootNic, podNic]);
    expect(client.platform()).toMatchObject({
      podClusterId: 1,
      interfaces: [
        {
          owner: { type: 'node', name: 'node-1' },
          nic: 'eth0',
          mac: '02:00:00:00:01:00',
          ips: [{ ip: '10.0.0.1', prefix: 16 }],
        },
        { owner: { type: 'node', name: 'node-2' }, mac: '00:00:00:00:00:00' },
        {
          owner: { type: 'pod', name: 'a/web' },
          node: 'node-1',
          mac: '02:00:00:00:01:01',
          ips: [{ ip: '10.1.1.5', prefix: 24 }],
        },
      ],
      cidrs: [
        { prefix: '10.1.1.0/24', type: 'LAN', epc: 1 },
        { prefix: '10.1.2.0/24', type: 'LAN', epc: 1 },
      ],
      groups: [{ name: 'a/web', ips: ['10.96.0.1'] }],
      containers: [
        { pod: 'a/web', node: 'node-1', containerId: 'c1' },
        { pod: 'a/web', node: 'node-1', containerId: 'c2' },
      ],
      segments: [{ node: 'node-1', macs: ['02:00:00:00:01:00', '02:00:00:00:01:01'] }],
    });
  });

  it('is told to agents in the bytes of both packages', () => {
    const client = shop();
    client.report(agentOne, [rootNic, podNic]);
    const { platform_data, groups, ...rest } = client.sync(agentOne);
    const { interfaces, cidrs } = messageType('agent.PlatformData').decode(platform_data ?? Buffer.alloc(0));
    const [node, , podInterface] = interfaces ?? [];
    expect(interfaces).toHaveLength(3);
    expect(node).toMatchObject({
      device_type: 'DEVICE_TYPE_POD_NODE',
      epc_id: 1,
      region_id: 1,
      mac: String(mac),
      pod_cluster_id: 1,
    });
    expect(podInterface).toMatchObject({
      device_type: 'DEVICE_TYPE_POD',
      mac: String(mac + 1),
      ip_resources: [{ ip: '10.1.1.5', masklen: 24 }],
      pod_node_id: node?.id,
    });
    expect(cidrs?.map(({ prefix, type }) => [prefix, type])).toEqual([
      ['10.1.1.0/24', 'LAN'],
      ['10.1.2.0/24', 'LAN'],
    ]);
    expect(messageType('agent.Groups').decode(groups ?? Buffer.alloc(0)).groups).toMatchObject([
      { ips: ['10.96.0.1'] },
    ]);
    expect(rest.containers?.map(({ pod_id, container_id }) => [pod_id, container_id])).toEqual([
      [podInterface?.id, 'c1'],
      [podInterface?.id, 'c2'],
    ]);
    expect(rest.local_segments).toMatchObject([
      { mac: ['02:00:00:00:01:00', '02:00:00:00:01:01'], interface_id: [node?.id, podInterface?.id] },
    ]);
    const old = messageType('trident.PlatformData').decode(client.oldSync(agentOne).platform_data ?? Buffer.alloc(0));
    expect(old.interfaces?.[2]).toMatchObject({ device_type: 10, mac: String(mac + 1), pod_node_id: node?.id });
  });

  it('tells each agent the MACs and containers of its own machine, and one that captures for others those of the rest', () => {
    const client = shop();
    client.report(agentOne, [rootNic, podNic]);
    client.report(agentTwo, [{ mac: mac + 2, ip: ['10.0.0.2/16'], name: 'eth0' }]);
    const two = client.sync(agentTwo);
    expect([two.containers, two.local_segments?.map(({ mac: of }) => of), two.remote_segments]).toEqual([
      undefined,
      [['02:00:00:00:01:02']],
      undefined,
    ]);
  });

  it('tells one that captures for others the MACs elsewhere, and never its own', () => {
    const client = modelClient();
    const machines = [agentOne, agentTwo].map((agent) => ({ ...agent, kubernetes_cluster_id: '' }));
    for (const [index, agent] of machines.entries()) {
      client.sync(agent);
      client.genesis({
        ...{ version: 7, agent_type: 'TT_PROCESS', agent_id: index + 1 },
        agent_info: { ip: agent.ctrl_ip, mac: agent.ctrl_mac },
        platform_data: { raw_hostname: agent.host, interfaces: [{ mac: mac + index, ip: [], name: 'eth0' }] },
      });
    }
    const { local_segments, remote_segments } = client.sync({
      ...agentOne,
      kubernetes_cluster_id: '',
      packet_capture_type: 'ANALYZER',
    });
    expect(local_segments?.map(({ mac: of }) => of)).toEqual([['02:00:00:00:01:00']]);
    expect(remote_segments?.map(({ mac: of }) => of)).toEqual([['02:00:00:00:01:01']]);
    expect(remote_segments?.[0]?.id).not.toBe(local_segments?.[0]?.id);
    const two = client.sync({ ...agentTwo, kubernetes_cluster_id: '' });
    expect(two.local_segments).toEqual(remote_segments);
  });

  it('says what is on the machine of an agent by any of its addresses', () => {
    const client = shop();
    const other = { ...agentOne, ctrl_ip: '192.168.0.1', host_ips: ['192.168.0.1', '10.0.0.1'] };
    client.sync(other);
    expect(client.sync(other).containers).toHaveLength(2);
  });

  it('forgets MACs of an agent that is silent or does not say them any more, and keeps the addresses', () => {
    const client = shop();
    client.report(agentOne, [rootNic, podNic]);
    client.report(agentOne, [rootNic], 8);
    expect(client.macs()).toMatchObject({ 'node-1': '02:00:00:00:01:00', 'a/web': '00:00:00:00:00:00' });
    client.time += 300_001;
    client.sync(agentOne);
    expect(client.macs()).toMatchObject({ 'node-1': '00:00:00:00:00:00', 'a/web': '00:00:00:00:00:00' });
  });

  it('takes the word of who spoke first where two agents have one address, and of the other when that one is silent', () => {
    const client = shop();
    client.report(agentOne, [podNic]);
    client.time += 200_000;
    client.report(agentTwo, [{ ...podNic, mac: mac + 9 }]);
    expect(client.macs()['a/web']).toBe('02:00:00:00:01:01');
    client.time += 100_001;
    client.sync(agentOne);
    expect(client.macs()['a/web']).toBe('02:00:00:00:01:09');
  });

  it('adds NICs of a node that the snapshot does not know, but no bridges nor ends of Pods', () => {
    const client = shop();
    const eth1 = { mac: mac + 3, ip: ['172.16.0.1/24'], name: 'eth1' };
    client.report(agentOne, [
      rootNic,
      eth1,
      { ...eth1, mac: mac + 4, name: 'cni0' },
      { ...eth1, mac: mac + 5, name: 'veth1' },
    ]);
    expect(client.platform()?.interfaces.slice(3)).toMatchObject([
      { owner: { type: 'node', name: 'node-1' }, nic: 'eth1', mac: '02:00:00:00:01:03' },
    ]);
    const { platform_data = Buffer.alloc(0) } = client.sync(agentOne);
    expect(messageType('agent.PlatformData').decode(platform_data).interfaces).toHaveLength(4);
  });

  it('follows the snapshot: what is gone is gone, what changes keeps its number', () => {
    const client = shop();
    const before = client.platform()?.interfaces.at(-1);
    client.model.learn(change({ set: [{ ...pod, ip: '10.1.1.6' }], gone: ['n2', 's1', 'nobody'] }), client.time);
    expect(client.platform()?.interfaces).toMatchObject([
      { owner: { name: 'node-1' } },
      { id: before?.id, owner: { name: 'a/web' }, ips: [{ ip: '10.1.1.6' }] },
    ]);
    expect(client.platform()?.groups).toEqual([]);
    client.model.learn(change({ reset: true, set: [nodeTwo] }), client.time);
    expect(client.platform()?.interfaces.map(({ owner }) => owner.name)).toEqual(['node-2']);
  });

  it('keeps clusters apart', () => {
    const client = shop();
    client.model.learn(change({ clusterId: 'other', reset: true, set: [nodeTwo] }), client.time);
    expect(client.model.platform().map(({ clusterId, interfaces }) => [clusterId, interfaces.length])).toEqual([
      ['shop', 3],
      ['other', 1],
    ]);
    const { kubernetes_cluster_id: _, ...elsewhere } = { ...agentOne, ctrl_ip: '10.9.9.9' };
    client.sync(elsewhere);
    expect(client.sync(elsewhere).version_platform_data).toBeUndefined();
  });

  it('counts what it does not keep of too many clusters, once', () => {
    const client = modelClient();
    for (let i = 0; i < 10_000; i++) client.model.learn(change({ clusterId: `c${i}`, reset: true }), client.time);
    client.sync(agentOne);
    const report = { agent_type: 'TT_VM_POD', kubernetes_cluster_id: 'shop', agent_id: 1 } as const;
    const agent_info = { ip: agentOne.ctrl_ip, mac: agentOne.ctrl_mac };
    client.genesis({ ...report, version: 7, agent_info, platform_data: { interfaces: [rootNic] } });
    expect(client.model.counts().notKept.platformChanges).toBe(1);
    client.time += 300_001;
    client.sync(agentOne);
    expect(client.model.saved().memory.genesis).toEqual([]);
    expect(client.model.counts().notKept.platformChanges).toBe(1);
    expect(client.model.platform('shop')[0]?.interfaces).toEqual([]);
  });

  it('survives addresses that are none', () => {
    const client = shop();
    const odd = [
      { ...nodeOne, uid: 'n9', ip: 'not an ip', podCidr: 'x' },
      { ...pod, uid: 'p9', ip: '999.1.1.1', hostIp: '' },
      { ...service, uid: 's9', ips: ['None', ''] },
    ];
    client.model.learn(change({ set: odd }), client.time);
    expect(client.platform()?.interfaces).toHaveLength(3);
    expect(client.platform()?.cidrs).toHaveLength(2);
    client.sync(agentOne);
  });
});

describe('versions of platform data', () => {
  it('rise with each change of content, of platform data and groups apart, and with nothing else', () => {
    const client = shop();
    const versions = () => {
      const { version_platform_data: platform, version_groups: groups } = client.sync(agentOne);
      return [Number(platform), Number(groups)] as const;
    };
    const first = versions();
    expect(versions()).toEqual(first);
    client.model.learn(change({ set: [pod, service] }), client.time);
    expect(versions()).toEqual(first);
    client.model.learn(change({ set: [{ ...service, ips: ['10.96.0.2'] } as ClusterFact] }), client.time);
    const second = versions();
    expect(second[0]).toBe(first[0]);
    expect(second[1]).toBeGreaterThan(first[1]);
    client.report(agentOne, [rootNic]);
    const third = versions();
    expect(third[0]).toBeGreaterThan(second[0]);
    expect(third[1]).toBe(second[1]);
    client.report(agentOne, [rootNic]);
    expect(versions()).toEqual(third);
  });

  it('does not rise before all parts of a change are there', () => {
    const client = shop();
    const { version_platform_data: before } = client.sync(agentOne);
    const events: string[] = [];
    client.model.onChange(({ kind }) => events.push(kind));
    client.model.learn(
      change({ more: true, set: [{ ...pod, uid: 'p2', ip: '10.1.1.7' } as ClusterFact] }),
      client.time,
    );
    expect(client.sync(agentOne).version_platform_data).toBe(before);
    expect(events).toEqual([]);
    client.model.learn(change({ set: [{ ...pod, uid: 'p3', ip: '10.1.1.8' } as ClusterFact] }), client.time);
    expect(Number(client.sync(agentOne).version_platform_data)).toBeGreaterThan(Number(before));
    expect(events).toEqual(['platform']);
  });

  it('does not rise by half, whatever agents report meanwhile', () => {
    const client = shop();
    const { version_platform_data: before } = client.sync(agentOne);
    client.model.learn(change({ reset: true, more: true, set: [nodeTwo] }), client.time);
    client.report(agentOne, [rootNic]);
    expect(client.sync(agentOne).version_platform_data).toBe(before);
    client.model.learn(change({ set: [nodeOne] }), client.time);
    const { version_platform_data: after, platform_data } = client.sync(agentOne);
    expect(Number(after)).toBeGreaterThan(Number(before));
    expect(messageType('agent.PlatformData').decode(platform_data ?? Buffer.alloc(0)).interfaces).toHaveLength(2);
  });

  it('stays where everything is said anew, in another order', () => {
    const client = shop();
    const other = { ...service, uid: 's2', name: 'db' } as ClusterFact;
    client.model.learn(change({ set: [other] }), client.time);
    const { version_platform_data: platform, version_groups: groups } = client.sync(agentOne);
    client.model.learn(change({ reset: true, set: [other, service, pod, nodeTwo, nodeOne] }), client.time);
    expect(client.sync(agentOne)).toMatchObject({ version_platform_data: platform, version_groups: groups });
  });

  it('rises where the cluster becomes another domain', () => {
    const client = shop();
    const { version_platform_data: before } = client.sync(agentOne);
    client.changed({ kind: 'delete-domain', lcuuid: client.model.domains()[0]?.lcuuid ?? '' });
    const { version_platform_data: after, platform_data, dynamic_config } = client.sync(agentOne);
    expect(Number(after)).toBeGreaterThan(Number(before));
    expect(dynamic_config?.pod_cluster_id).toBe(2);
    const { interfaces } = messageType('agent.PlatformData').decode(platform_data ?? Buffer.alloc(0));
    expect(interfaces?.map(({ pod_cluster_id: id }) => id)).toEqual([2, 2, 2]);
  });

  it('has the number of a domain that is made later, whatever changes while the bytes are made anew', () => {
    const client = modelClient();
    const { model } = client;
    const events: string[] = [];
    model.onChange(({ kind }) => events.push(kind));
    const pods = Array.from(
      { length: 1200 },
      (_, i): ClusterFact => ({ ...pod, uid: `p${i}`, name: `web-${i}`, ip: `10.1.${i >> 8}.${i & 255}` }),
    );
    model.learn(change({ reset: true, set: [nodeOne, ...pods, service] }), client.time);
    expect(model.catchUp()).toBe(false);
    client.changed({ kind: 'create-domain', name: 'shop', clusterId: 'shop' });
    expect(events).toEqual(['platform', 'behind', 'platform']);
    expect(model.catchUp()).toBe(true);
    const late = { ...pod, uid: 'late', name: 'late', ip: '10.1.9.9' } as ClusterFact;
    const moved = [0, 1100].map(
      (i) => ({ ...pod, uid: `p${i}`, name: `web-${i}`, ip: `10.2.0.${i & 255}` }) as ClusterFact,
    );
    model.learn(change({ set: [late, ...moved, nodeTwo], gone: ['p1', 'p1101'] }), client.time);
    expect(model.catchUp()).toBe(true);
    expect(model.catchUp()).toBe(false);
    client.sync(agentOne);
    const { platform_data = Buffer.alloc(0), groups } = client.sync({ ...agentOne, current_grpc_buffer_size: 1e8 });
    const { interfaces = [] } = messageType('agent.PlatformData').decode(platform_data);
    const shown = model.platform('shop')[0]?.interfaces ?? [];
    expect(shown).toHaveLength(1201);
    const numbered = (id: number | undefined, ips: readonly { readonly ip?: string }[] = []) =>
      `${id} ${ips.map(({ ip }) => ip)}`;
    expect(interfaces.map(({ id, ip_resources }) => numbered(id, ip_resources)).sort()).toEqual(
      shown.map(({ id, ips }) => numbered(id, ips)).sort(),
    );
    expect(new Set(interfaces.map(({ pod_cluster_id: id }) => id))).toEqual(new Set([1]));
    expect(messageType('agent.Groups').decode(groups ?? Buffer.alloc(0)).groups).toHaveLength(1);
  });

  it('has the same bytes where nobody made them before they are asked for', () => {
    const data = (prepare: boolean) => {
      const { model, sync, changed, time } = modelClient();
      model.learn(change({ reset: true, set: [nodeOne, nodeTwo, pod, service] }), time);
      changed({ kind: 'create-domain', name: 'shop', clusterId: 'shop' });
      if (prepare) expect(model.catchUp()).toBe(false);
      sync(agentOne);
      const { platform_data, groups } = sync(agentOne);
      return [platform_data, groups];
    };
    expect(data(false)).toEqual(data(true));
  });

  it('are told to Push once, with their bytes', () => {
    const client = shop();
    const request = messageType('agent.SyncRequest').encode(agentOne);
    const push = {
      path: '/agent.Synchronizer/Push',
      time: client.time,
      request,
      local: { address: '127.0.0.1', port: 1 },
    };
    const first = client.model.pushAnswer(push);
    expect(first).toMatchObject({ kind: 'data', sent: { acls: 1 } });
    const second = first.kind === 'data' ? client.model.pushAnswer({ ...push, sent: first.sent }) : first;
    expect(
      second.kind === 'data' && messageType('agent.SyncResponse').decode(second.response).platform_data,
    ).toBeUndefined();
  });
});

describe('pushAnswer', () => {
  const push = (client: ReturnType<typeof modelClient>, request: object, path = '/agent.Synchronizer/Push') =>
    client.model.pushAnswer({ path, time: client.time, request: messageType('agent.SyncRequest').encode(request) });

  it('closes for processes that are no agents', () => {
    const client = modelClient();
    for (const process_name of ['', 'my-agent', 'xdeepflow-agent']) {
      expect(push(client, { ...agentOne, process_name })).toEqual({ kind: 'close' });
    }
  });

  it('fails for an agent that is not registered, of an unknown team, or with too small a buffer', () => {
    const client = shop();
    const { model } = client;
    expect(push(client, { ...agentOne, ctrl_ip: '10.7.7.7' }).kind).toBe('failed');
    expect(push(client, { ...agentOne, team_id: 't-9' }).kind).toBe('failed');
    expect(push(client, { ...agentOne, current_grpc_buffer_size: 100 }).kind).toBe('failed');
    expect(model.agents()).toHaveLength(2);
    expect(
      model.pushAnswer({ path: '/agent.Synchronizer/Push', time: 0, request: Buffer.from([0x0a, 9]) }),
    ).toMatchObject({
      kind: 'refused',
      status: 13,
    });
  });

  it('changes nothing, and knows the seat', () => {
    const client = shop();
    const before = client.model.saved();
    const answer = push(client, agentOne);
    expect(
      answer.kind === 'data' && messageType('agent.SyncResponse').decode(answer.response).dynamic_config,
    ).toMatchObject({
      kubernetes_api_enabled: true,
    });
    const { counters: _, ...database } = before.database;
    expect(client.model.saved().database).toMatchObject(database);
  });

  it('leaves it to calls to forget the NICs of agents that are silent', () => {
    const client = shop();
    client.report(agentOne, [rootNic]);
    const { memory } = client.model.saved();
    const events: string[] = [];
    client.model.onChange(({ kind }) => events.push(kind));
    client.time += 300_001;
    expect(push(client, agentTwo).kind).toBe('data');
    expect(client.model.saved().memory).toEqual(memory);
    expect(events).toEqual([]);
    client.sync(agentTwo);
    expect(client.model.saved().memory.genesis).toEqual([]);
    expect(events).toEqual(['platform']);
  });
});
