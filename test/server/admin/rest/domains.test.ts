import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RestModel } from '../../../../src/server/admin/rest/rest-model.js';
import { restTime } from '../../../../src/server/admin/rest/rest-time.js';
import type { Domain } from '../../../../src/server/model/domain-record.js';
import { messageType } from '../../../../src/wire/protos.js';
import { someEntries } from '../../support/grpc-client.js';
import { agentA, restOf, startRest } from './support.js';

describe('domains', () => {
  it('are created, listed, changed and deleted', async () => {
    const { call, server } = await startRest();
    const body = { NAME: 'my cluster', TYPE: 11, CLUSTER_ID: 'c-1', CONFIG: { region_uuid: 'r' } };
    const made = await call('POST', '/v1/domains/', JSON.stringify(body));
    expect(made.data).toMatchObject({
      ...{ NAME: 'my cluster', CLUSTER_ID: 'c-1', TYPE: 11, ENABLED: 1, STATE: 4, VTAP_NAME: '', POD_COUNT: 0 },
      CONFIG: { region_uuid: 'r' },
    });
    // It says at what second it was asked.
    const asked = { ...made.data, ERROR_MSG: expect.stringMatching(/ no vtap report cluster id: c-1$/) };
    expect((await call('GET', '/v2/domains/?name=my%20cluster')).data).toEqual([asked]);
    expect((await call('GET', `/v2/domains/${made.data.LCUUID}/`)).data).toHaveLength(1);
    const path = `/v1/domains/${made.data.LCUUID}/`;
    const changed = await call('PATCH', path, '{"name":"other","ENABLED":0,"CONFIG":{"sync_timer":60}}');
    expect(changed.data).toMatchObject({ NAME: 'other', ENABLED: 0, CONFIG: { region_uuid: 'r', sync_timer: 60 } });
    expect(server.model.domains()).toHaveLength(1);
    expect((await call('DELETE', path)).status).toBe('SUCCESS');
    expect((await call('GET', '/v2/domains/')).data).toEqual([]);
  });

  it('are deleted by name as well', async () => {
    const { call } = await startRest({ clusters: ['a', 'b'] });
    expect((await call('DELETE', '/v1/domains/k8s-a/')).status).toBe('SUCCESS');
    expect((await call('DELETE', '/v1/domains/?name=k8s-b')).status).toBe('SUCCESS');
    expect(await call('DELETE', '/v1/domains/?name=k8s-b')).toMatchObject({ status: 'RESOURCE_NOT_FOUND' });
    expect(await call('DELETE', '/v1/domains/')).toMatchObject({ status: 'INVALID_PARAMETERS' });
  });

  it('name the agent that watches them, and the watcher that is in no list', async () => {
    const { call, sync } = await startRest();
    await sync({ ...agentA, kubernetes_cluster_id: 'c1', kubernetes_cluster_name: 'my-cluster' });
    const [agent] = (await call('GET', '/v1/vtaps/')).data;
    const domain = async () => (await call('GET', '/v2/domains/?name=my-cluster')).data[0];
    expect(await domain()).toMatchObject({ CLUSTER_ID: 'c1', VTAP_NAME: agent.NAME, VTAP_CTRL_IP: '10.0.0.1' });
    await sync({
      ...{ ctrl_ip: 'fd00::9', ctrl_mac: '02:00:00:00:00:09', kubernetes_cluster_id: 'c1' },
      ...{ kubernetes_force_watch: true, kubernetes_watch_policy: 'KWP_WATCH_ONLY' },
    });
    expect(await domain()).toMatchObject({
      ...{ VTAP_NAME: 'fd00::9-02:00:00:00:00:09', VTAP_CTRL_IP: 'fd00::9', VTAP_CTRL_MAC: '02:00:00:00:00:09' },
    });
    expect((await call('GET', '/v1/vtaps/')).data).toHaveLength(1);
  });

  it.each([
    ['error-msg', 4],
    ['no-entries', 4],
    ['entry-not-inflatable', 4],
    ['no-usable-node', 4],
    ['no-version-info', 3],
    ['entry-not-json', 3],
    ['address-not-parseable', 3],
  ] as const)('say of a snapshot that is not shown, as %s, what the real server says', async (code, STATE) => {
    const failure = { code, text: 'the words of the server about a node', detail: 'more' };
    const cluster = { clusterId: 'c', version: '1', updated: 5, state: 'rejected', reason: 'r', failure };
    const domain: Domain = {
      ...{ id: 1, lcuuid: 'd', name: 'n', clusterId: 'c' },
      origin: 'rest',
      enabled: true,
      createdAt: 0,
      config: {},
    };
    const views = { clusters: async () => [cluster] } as unknown as RestModel['views'];
    const { DATA } = await restOf({ views, domains: () => [domain], now: () => 86_400_000 }).call(
      'GET',
      '/v2/domains/',
    );
    expect(DATA).toMatchObject([{ STATE, ERROR_MSG: `${restTime(86_400_000)} the words of the server about a node` }]);
  });

  it('say that nothing was uploaded', async () => {
    const { call } = await startRest({ clusters: ['c-9'] });
    const [{ STATE, ERROR_MSG }] = (await call('GET', '/v2/domains/')).data;
    expect(STATE).toBe(4);
    expect(ERROR_MSG).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d no vtap report cluster id: c-9$/);
  });

  it.each([
    ['{"NAME":"x","TYPE":2}', 'INVALID_POST_DATA', /TYPE 2/],
    ['{"NAME":"x","TYPE":11,"CLUSTER_ID":"a_b"}', 'INVALID_PARAMETERS', /letters, digits/],
    ['{"NAME":"x","TYPE":11,"CLUSTER_ID":"taken"}', 'RESOURCE_ALREADY_EXIST', /taken/],
    ['{"NAME":"k8s-taken","TYPE":11}', 'RESOURCE_ALREADY_EXIST', /k8s-taken/],
    ['{"TYPE":11}', 'INVALID_POST_DATA', /NAME/],
  ])('refuse %s', async (body, status, description) => {
    const { call } = await startRest({ clusters: ['taken'] });
    const answer = await call('POST', '/v1/domains/', body);
    expect(answer).toMatchObject({ code: 400, status });
    expect(answer.description).toMatch(description);
  });
});

describe('what the server holds of what agents said', () => {
  const snapshot = {
    '*v1.Pod': [{ metadata: { name: 'a"b\\c', uid: '{[' } }, {}],
    '*v1.Node': [{ n: '}é' }],
    empty: [],
  };

  it('has each object as a text', async () => {
    const big = { '*v1.Pod': Array.from({ length: 20_000 }, (_, index) => ({ metadata: { name: `pod-"${index}"` } })) };
    const views = {
      clusters: async () => [],
      inventoryJson: async (id: string) => (id === 'c' ? Buffer.from('{"state":"shown"}') : null),
      differenceJson: async () => null,
      snapshotJson: async (id: string) =>
        id === 'c' ? Buffer.from(JSON.stringify(snapshot)) : id === 'big' ? Buffer.from(JSON.stringify(big)) : null,
      verdictJson: async () => Buffer.from('{}'),
    };
    const { call } = await startRest({ views: () => views, clusters: ['c', 'none'] });
    const texts = (data: object) =>
      Object.fromEntries(
        Object.entries(data).map(([type, items]) => [type, items.map((item: string) => JSON.parse(item))]),
      );
    const answer = await call('GET', '/v1/kubernetes-info/c/');
    expect(answer.status).toBe('SUCCESS');
    expect(texts(answer.data)).toEqual(snapshot);
    expect(texts((await call('GET', '/v1/kubernetes-info/big/')).data)).toEqual(big);
    expect(await call('GET', '/v1/kubernetes-info/x/')).toMatchObject({
      ...{ code: 500, status: 'FAIL', description: 'no vtap report cluster id: x' },
    });
    const domains: { CLUSTER_ID: string; LCUUID: string }[] = (await call('GET', '/v2/domains/')).data;
    const [c, none] = domains.map(({ LCUUID }) => LCUUID);
    expect((await call('GET', `/v1/info/${c}/`)).data).toEqual({ state: 'shown' });
    expect((await call('GET', `/v1/info/${none}/`)).status).toBe('FAIL');
    expect((await call('GET', '/v1/info/x/')).status).toBe('RESOURCE_NOT_FOUND');
    expect((await call('GET', `/v1/trigger-domain/${c}/`)).status).toBe('SUCCESS');
    expect((await call('GET', '/v1/trigger-domain/x/')).status).toBe('RESOURCE_NOT_FOUND');
    for (const view of ['tasks/LCUUID/', 'kubernetes-gather-info/LCUUID/', 'recorders/LCUUID/sub/cache/']) {
      const of = (lcuuid: string | undefined) => call('GET', `/v1/${view.replace('LCUUID', String(lcuuid))}`);
      expect((await of('x')).status, view).toBe('RESOURCE_NOT_FOUND');
      expect(await of(c), view).toMatchObject({
        status: 'FAIL',
        description: expect.stringContaining(`/v1/info/${c}/`),
      });
    }
  });

  it('tells of one agent, and of NICs by kind', async () => {
    const { call, sync, client } = await startRest();
    await sync({ ...agentA, kubernetes_cluster_id: 'c1' });
    await client.sync({ clusterId: 'c1', version: 7n, agentId: 1, entries: someEntries });
    expect((await call('GET', '/v1/agent-stats/1/')).data).toMatchObject({ ID: 1, IP: '10.0.0.1', K8S_VERSION: '7' });
    expect(await call('GET', '/v1/agent-stats/9/')).toMatchObject({ status: 'RESOURCE_NOT_FOUND' });
    for (const type of ['vinterface', 'ip', 'process', 'vm']) {
      expect((await call('GET', `/v1/sync/${type}/`)).data).toEqual([]);
    }
    const report = messageType('agent.GenesisSyncRequest').encode({
      ...{ version: 3, agent_type: 'TT_VM_POD', agent_id: 1, kubernetes_cluster_id: 'c1', source_ip: '10.0.0.1' },
      agent_info: { ip: agentA.ctrl_ip, mac: agentA.ctrl_mac },
      platform_data: { interfaces: [{ mac: 0x020000000a01, ip: ['10.0.0.1/24', 'fd00::1/64'], name: 'eth0' }] },
      process_data: { process_entries: [{ pid: 7, process_name: 'nginx', start_time: 1_700_000_000 }] },
    });
    await client.unary('/agent.Synchronizer/GenesisSync', report);
    const data = async (type: string) => (await call('GET', `/v1/sync/${type}/`)).data;
    expect(await data('vinterface')).toMatchObject([
      { NAME: 'eth0', MAC: '02:00:00:00:0a:01', IPS: '10.0.0.1/24,fd00::1/64' },
    ]);
    expect(await data('ip')).toMatchObject([
      { IP: '10.0.0.1', MASKLEN: 24, MAC: '02:00:00:00:0a:01' },
      { IP: 'fd00::1', MASKLEN: 64 },
    ]);
    expect(await data('process')).toMatchObject([{ PID: 7, NAME: 'nginx', START_TIME: '2023-11-14 22:13:20' }]);
    expect((await call('GET', '/v1/agent-stats/1/')).data).toMatchObject({ SYNC_VERSION: '3' });
    expect(await call('GET', '/v1/sync/unknown/')).toMatchObject({ status: 'INVALID_PARAMETERS' });
  });

  it('is broken by no upload', async () => {
    const { call, client } = await startRest({ clusters: ['c1'] });
    const entries = [{ type: '*v1.Pod', compressedInfo: deflateSync('[') }];
    await client.sync({ clusterId: 'c1', version: 7n, agentId: 1, entries });
    expect((await call('GET', '/v2/domains/')).data).toMatchObject([{ CLUSTER_ID: 'c1' }]);
  });
});
