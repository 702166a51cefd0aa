import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { maxConfigurationBytes } from '../../../src/agent-config/read-configuration.js';
import { configGenerations } from '../../../src/server/model/server-change.js';
import { defaultBufferSize } from '../../../src/server/services/sync-ask.js';
import { messageType } from '../../../src/wire/protos.js';
import { agentOne, agentTwo, modelClient } from '../support/model-client.js';

function registered(settings = {}) {
  const client = modelClient(settings);
  client.sync(agentOne);
  return client;
}

function lcuuidOf(client: ReturnType<typeof modelClient>): string {
  return client.model.agents()[0]?.lcuuid ?? '';
}

describe('agent.Synchronizer/Sync', () => {
  it('registers behind the first call, and tells the id with the next', () => {
    const client = modelClient();
    expect(client.sync(agentOne).dynamic_config).toEqual({
      enabled: false,
      kubernetes_api_enabled: true,
      agent_type: 'TT_VM_POD',
    });
    expect(client.sync(agentOne).dynamic_config).toEqual({
      enabled: true,
      kubernetes_api_enabled: true,
      agent_type: 'TT_VM_POD',
      agent_id: 1,
      region_id: 1,
      vpc_id: 1,
      team_id: 1,
      organize_id: 1,
      pod_cluster_id: 1,
      hostname: 'node-1',
      group_id: expect.stringMatching(/^g-[0-9a-zA-Z]{10}$/),
    });
  });

  it('takes over what the agent says of itself', () => {
    const client = registered();
    client.time += 60_000;
    client.sync({
      ...agentOne,
      revision: 'main 1-a',
      exception: '4294967299',
      boot_time: 7,
      arch: 'x86_64',
      cpu_num: 4,
    });
    expect(client.model.agents()).toMatchObject([
      {
        id: 1,
        name: 'node-1',
        state: 'normal',
        revision: 'main 1-a',
        // The bit of the server's own half is not the agent's to set.
        exceptions: ['DISK_NOT_ENOUGH', 'MEM_NOT_ENOUGH'],
        bootTime: 7,
        clusterId: 'shop',
        syncedAt: client.time,
      },
    ]);
    expect(client.model.agents(client.time + 600_001)[0]?.state).toBe('lost');
  });

  it('has one agent for an identity, however often it calls, and another one for another MAC', () => {
    const client = modelClient();
    for (let round = 0; round < 3; round++) client.sync(agentOne);
    client.sync({ ...agentOne, ctrl_mac: '02:00:00:00:00:99' });
    expect(client.model.agents().map(({ id }) => id)).toEqual([1, 2]);
  });

  it('knows an agent by its address alone where it asks for that', () => {
    const client = modelClient();
    client.sync({ ...agentOne, agent_unique_identifier: 'IP' });
    client.sync({ ...agentOne, agent_unique_identifier: 'IP', ctrl_mac: '02:00:00:00:00:99' });
    expect(client.model.agents()).toMatchObject([{ id: 1, identifiedBy: 'ip', ctrlMac: '02:00:00:00:00:99' }]);
    const [seat] = client.model.seats(client.time);
    expect(seat).toMatchObject({ holder: '10.0.0.1-02:00:00:00:00:01', claims: [{ agentId: 1 }, { agentId: 1 }] });
    expect(client.model.findAgent({ ctrlIp: '10.0.0.1', ctrlMac: 'any' })?.id).toBe(1);
  });

  it.each([{ kubernetes_force_watch: true }, { kubernetes_watch_policy: 'KWP_WATCH_ONLY' as const }])(
    'never registers an agent with %j, but gives it the seat',
    (watching) => {
      const client = registered();
      const watcher = { ...agentTwo, ...watching };
      for (let round = 0; round < 3; round++) {
        const { dynamic_config } = client.sync(watcher);
        expect(dynamic_config).toEqual({ enabled: false, kubernetes_api_enabled: true, agent_type: 'TT_VM_POD' });
      }
      expect(client.model.agents().map(({ id }) => id)).toEqual([1]);
      expect(client.sync(agentOne).dynamic_config?.kubernetes_api_enabled).toBe(false);
    },
  );

  it('makes no agent of Kubernetes without a cluster', () => {
    const client = modelClient();
    const { kubernetes_cluster_id: _, ...elsewhere } = agentOne;
    expect(client.sync(elsewhere).dynamic_config?.agent_type).toBe('TT_PROCESS');
    const mirror = { ...elsewhere, ctrl_ip: '10.0.0.9', packet_capture_type: 'ANALYZER' } as const;
    expect(client.sync(mirror).dynamic_config?.agent_type).toBe('TT_DEDICATED_PHYSICAL_MACHINE');
  });

  it('puts an agent into the group that it asks for, by short id or name', () => {
    const client = modelClient();
    const lcuuid = client.changed({ kind: 'create-group', name: 'macvlan', shortId: 'g-abcdefghij' });
    client.changed({
      kind: 'put-configuration',
      group: lcuuid,
      generation: 'v7',
      mode: 'create',
      yaml: 'inputs: {a: 1}',
    });
    expect(parse(client.sync({ ...agentOne, agent_group_id_request: 'g-abcdefghij' }).user_config ?? '')).toMatchObject(
      {
        inputs: { a: 1 },
      },
    );
    client.sync({ ...agentTwo, agent_group_id_request: 'macvlan' });
    expect(client.model.agents().map(({ groupLcuuid, note }) => [groupLcuuid, note])).toEqual([
      [lcuuid, ''],
      [lcuuid, ''],
    ]);
    expect(client.sync(agentTwo).dynamic_config?.group_id).toBe('g-abcdefghij');
  });

  it('says so where the group does not exist', () => {
    const client = modelClient();
    client.sync({ ...agentOne, agent_group_id_request: 'g-nowhere000' });
    const [agent] = client.model.agents();
    expect(agent?.groupLcuuid).toBe(client.model.groups()[0]?.lcuuid);
    expect(agent?.note).toBe('It asks for the group "g-nowhere000", which does not exist.');
  });

  it('leaves an agent in its group until it is deleted and registers anew', () => {
    const client = registered();
    const lcuuid = client.changed({ kind: 'create-group', name: 'macvlan' });
    const asking = { ...agentOne, agent_group_id_request: 'macvlan' };
    client.sync(asking);
    expect(client.model.agents()[0]).toMatchObject({ id: 1, note: expect.stringContaining('delete the agent') });
    client.changed({ kind: 'delete-agent', lcuuid: lcuuidOf(client) });
    expect(client.model.agents()).toEqual([]);
    expect(client.sync(asking).dynamic_config?.enabled).toBe(false);
    expect(client.sync(asking).dynamic_config).toMatchObject({ enabled: true, agent_id: 2 });
    expect(client.model.agents()[0]).toMatchObject({ id: 2, groupLcuuid: lcuuid, note: '' });
  });

  it('tells a disabled agent its configuration, and that it is disabled', () => {
    const client = registered();
    client.changed({ kind: 'update-agent', lcuuid: lcuuidOf(client), enable: false });
    const { status, user_config, dynamic_config, ...rest } = client.sync(agentOne);
    expect([status, typeof user_config]).toEqual(['SUCCESS', 'string']);
    expect(dynamic_config).toMatchObject({ enabled: false, kubernetes_api_enabled: false, agent_id: 1 });
    expect(rest).toEqual({});
    expect(client.sync(agentTwo).dynamic_config?.kubernetes_api_enabled).toBe(false);
  });

  it('tells which revision to fetch, and where', () => {
    const client = registered();
    client.changed({ kind: 'set-upgrade', lcuuid: lcuuidOf(client), revision: 'main 2-b' });
    expect(client.sync(agentOne)).toMatchObject({ revision: 'main 2-b', self_update_url: 'grpc' });
    client.changed({ kind: 'set-upgrade', lcuuid: lcuuidOf(client), revision: '' });
    expect(client.sync(agentOne)).toMatchObject({ revision: '', self_update_url: '' });
    const all = registered({ upgrade: { revision: 'main 3-c' } });
    expect(all.sync(agentOne)).toMatchObject({ revision: 'main 3-c', self_update_url: 'grpc' });
  });

  it.each([
    ['process', ['main 3-c', '']],
    ['kubernetes', ['', 'main 3-c']],
  ] as const)('tells a revision that is there for %s only to such agents', (kind, told) => {
    const client = modelClient({ upgrade: { revision: 'main 3-c', for: [kind] } });
    const agents = [{ ...agentTwo, kubernetes_cluster_id: '' }, agentOne];
    for (const agent of agents) client.sync(agent);
    expect(agents.map((agent) => client.sync(agent).revision)).toEqual(told);
  });

  it('tells agents the address that is advertised, not the one that they reached', () => {
    const client = modelClient({ advertise: { address: '192.0.2.10', port: 31035 } });
    const { user_config: config } = client.sync(agentOne);
    expect(parse(config ?? '').global.communication).toMatchObject({
      ...{ proxy_controller_ip: '192.0.2.10', proxy_controller_port: 31035, ingester_ip: '192.0.2.10' },
    });
    expect(client.oldSync(agentOne).config).toMatchObject({
      ...{ proxy_controller_ip: '192.0.2.10', proxy_controller_port: 31035, analyzer_ip: '192.0.2.10' },
    });
  });

  it('fails for an unknown team, and echoes the revision', () => {
    const client = modelClient({ teams: ['t-1'] });
    expect(client.sync({ ...agentOne, team_id: 't-2', revision: 'main 1' })).toEqual({
      status: 'FAILED',
      revision: 'main 1',
    });
    expect(client.sync({ ...agentOne, team_id: 't-1' }).status).toBe('SUCCESS');
    expect(client.model.agents()).toHaveLength(1);
  });

  it('keeps no more of an agent than a sane length', () => {
    const client = modelClient();
    const long = 'x'.repeat(100_000);
    const texts = { host: long, revision: long, process_name: long, os: long, exception_description: long };
    client.sync({
      ...agentOne,
      ...texts,
      agent_group_id_request: long,
      host_ips: Array.from({ length: 3000 }, () => 'x'.repeat(1000)),
    });
    client.sync({ ...agentOne, ctrl_ip: long });
    client.sync({ ...agentOne, kubernetes_cluster_id: long });
    expect(client.model.agents()).toHaveLength(1);
    expect(JSON.stringify(client.model.saved()).length).toBeLessThan(100_000);
  });

  it('is not confused by a clock that is far off', () => {
    const client = registered();
    for (const boot_time of [0, 2 ** 32 - 1]) expect(client.sync({ ...agentOne, boot_time }).status).toBe('SUCCESS');
    client.time = 0;
    expect(client.sync(agentOne).dynamic_config?.agent_id).toBe(1);
    expect(client.sync(agentTwo).dynamic_config?.kubernetes_api_enabled).toBe(false);
  });

  it('answers an empty request as that of a stranger, and refuses what is no message', () => {
    const client = modelClient();
    expect(client.sync({})).toMatchObject({ status: 'SUCCESS', dynamic_config: { enabled: false } });
    expect(client.model.agents()).toEqual([]);
    const whole = messageType('agent.SyncRequest').encode(agentOne);
    expect(client.call('agent.Synchronizer/Sync', whole.subarray(0, whole.length - 1)).status).toBe(13);
  });
});

describe('versions and bytes', () => {
  it('sends the bytes of a version that the agent has not, and no others', () => {
    const client = registered();
    client.model.learn(facts, client.time);
    const {
      version_platform_data: platform = '',
      version_acls: acls = '',
      version_groups: groups = '',
      ...first
    } = client.sync(agentOne);
    expect([platform, acls, groups].every((version) => Number(version) > 0)).toBe(true);
    expect([first.platform_data?.length, first.flow_acls?.length, first.groups?.length]).toEqual([
      expect.any(Number),
      0,
      expect.any(Number),
    ]);
    const known = { version_platform_data: platform, version_acls: acls, version_groups: groups };
    const second = client.sync({ ...agentOne, ...known });
    expect([second.version_platform_data, second.version_acls, second.version_groups]).toEqual([
      platform,
      acls,
      groups,
    ]);
    expect([second.platform_data, second.flow_acls, second.groups]).toEqual([undefined, undefined, undefined]);
    const third = client.sync({ ...agentOne, ...known, version_acls: '99' });
    expect([third.platform_data, third.flow_acls]).toEqual([undefined, Buffer.alloc(0)]);
  });

  it('has version 0, and no bytes, as long as nothing is known', () => {
    const { version_platform_data, platform_data, version_groups, groups } = registered().sync(agentOne);
    expect([version_platform_data, platform_data, version_groups, groups]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('asks for a larger buffer first where the answer would not fit', () => {
    const client = registered();
    client.model.learn(manyFacts, client.time);
    const first = client.sync(agentOne);
    expect(first).toMatchObject({
      only_partial_fields: true,
      user_config: expect.any(String),
      dynamic_config: { agent_id: 1 },
    });
    expect(first.platform_data).toBeUndefined();
    expect(first.version_platform_data).toBeUndefined();
    const size = first.new_grpc_buffer_size ?? '0';
    const whole = client.sync({ ...agentOne, current_grpc_buffer_size: size });
    expect(whole.only_partial_fields).toBeUndefined();
    expect(whole.platform_data?.length).toBeGreaterThan(1024 * 1024);
    const old = client.oldSync(agentOne);
    expect(old.platform_data?.length).toBeGreaterThan(1024 * 1024);
  });

  it('fits into what agents take at first with the largest configuration that is stored, and larger ones are not', () => {
    const client = registered();
    const group = client.model.groups()[0]?.lcuuid ?? '';
    const put = (yaml: string) =>
      configGenerations.map((generation) =>
        client.change({ kind: 'put-configuration', group, generation, mode: 'any', yaml }),
      );
    const path = 'agent.Synchronizer/Sync';
    const request = messageType('agent.SyncRequest').encode(agentOne);
    const largest = `a: "${'x'.repeat(maxConfigurationBytes - 20)}"\n`;
    expect(put(largest)).toMatchObject([{ ok: true }, { ok: true }]);
    const whole = client.call(path, request).response;
    client.model.learn(manyFacts, client.time);
    const partial = client.call(path, request).response;
    for (const bytes of [whole, partial]) {
      expect(bytes.length).toBeGreaterThan(maxConfigurationBytes - 20);
      expect(bytes.length).toBeLessThan(defaultBufferSize);
    }
    expect(messageType('agent.SyncResponse').decode(partial).only_partial_fields).toBe(true);
    for (const size of [900_000, 9_000_000]) {
      const yaml = `a: "${'x'.repeat(size)}"\n`;
      const description = expect.stringMatching(`a document of ${yaml.length} bytes, expected at most 524288 bytes`);
      const refusal = { ok: false, status: 'INVALID_POST_DATA', description };
      expect(put(yaml)).toMatchObject([refusal, refusal]);
      expect(() => modelClient({ groupConfig: yaml })).toThrow(`a document of ${yaml.length} bytes`);
    }
    expect(client.model.groups()[0]?.configurations).toMatchObject({
      v7: { yaml: largest },
      'v6.5': { yaml: largest },
    });
  });
});

const facts = {
  ...{ clusterId: 'shop', upload: 1, reset: true, more: false, gone: [] },
  set: [
    { kind: 'node', uid: 'n1', name: 'node-1', ip: '10.0.0.1', podCidr: '10.1.0.0/24' },
    { kind: 'service', uid: 's1', namespace: 'a', name: 's', ips: ['10.96.0.1'] },
  ],
} as const;

const manyFacts = {
  ...facts,
  set: Array.from({ length: 40_000 }, (_, i) => ({
    ...({ kind: 'pod', namespace: 'a', hostIp: '10.0.0.9', containers: [] } as const),
    uid: `p${i}`,
    name: `p${i}`,
    ip: `10.1.${i >> 8}.${i & 255}`,
  })),
};

describe('trident.Synchronizer/Sync', () => {
  it('gives old agents their flat configuration, of the same group', () => {
    const client = modelClient({ compat: 'v6.5' });
    const group = client.changed({ kind: 'create-group', name: 'old', shortId: 'g-0123456789' });
    const yaml = 'tap_mode: 1\nstatic_config:\n  kubernetes-resources:\n  - name: routes\n';
    client.changed({ kind: 'put-configuration', group, generation: 'v6.5', mode: 'create', yaml });
    const request = { ...agentOne, vtap_group_id_request: 'g-0123456789' };
    client.oldSync(request);
    const { config } = client.oldSync(request);
    expect(config).toMatchObject({
      enabled: true,
      vtap_id: 1,
      kubernetes_api_enabled: true,
      tap_mode: 'MIRROR',
      proxy_controller_ip: '127.0.0.1',
      trident_type: 'TT_VM_POD',
      pod_cluster_id: 1,
    });
    expect(parse(config?.local_config ?? '')).toEqual({ 'kubernetes-resources': [{ name: 'routes' }] });
  });

  it('tells old agents of a strict v7 that they are too old', () => {
    const client = modelClient({ strictPackages: true });
    expect(client.oldSync({ ...agentOne, revision: 'v6.5' })).toEqual({ status: 'FAILED', revision: 'v6.5' });
    expect(client.model.agents()).toEqual([]);
    expect(client.call('trident.Synchronizer/GenesisSync', Buffer.alloc(0)).status).toBe(12);
    expect(client.call('trident.Synchronizer/GetOrgIDs', Buffer.alloc(0)).status).toBe(0);
  });
});
