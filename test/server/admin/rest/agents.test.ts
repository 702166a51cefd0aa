import { describe, expect, it } from 'vitest';
import { agentA, agentB, startRest } from './support.js';

describe('agents', () => {
  it('are listed with what they said of themselves', async () => {
    const { call, sync, view } = await startRest();
    await sync({ ...agentA, exception: 256 + 32768, revision: 'v6.6 1-abc', kubernetes_cluster_id: 'c1' });
    await sync(agentB);
    const [a, b] = (await call('GET', '/v1/vtaps/')).data;
    expect(a).toMatchObject({
      ...{ ID: 1, CTRL_IP: '10.0.0.1', CTRL_MAC: '02:00:00:00:00:01', STATE: 1, ENABLE: 1, TAP_MODE: 0 },
      EXCEPTIONS: [256, 32768],
      EXCEPTION_NAMES: ['INVALID_CONFIGURATION', 'CONTROLLER_SOCKET_ERROR'],
      ...{ REVISION: 'v6.6 1-abc', VTAP_GROUP_NAME: 'default', POD_CLUSTER_NAME: 'k8s-c1' },
    });
    expect((await call('GET', `/v1/vtaps/?name=${encodeURIComponent(b.NAME)}`)).data).toEqual([b]);
    expect((await call('GET', `/v1/vtaps/?name=${a.NAME}&name=${b.NAME}`)).data).toHaveLength(2);
    expect((await call('GET', '/v1/vtaps/?type=8')).data).toEqual([a]);
    expect((await call('GET', `/v1/vtaps/${a.LCUUID}/`)).data).toEqual([a]);
    const { agents } = await view('/api/agents');
    expect(agents[0]).toMatchObject({ ctrlIp: '10.0.0.1', group: { name: 'default' }, seat: { holds: true } });
    expect((await view('/api/seats')).seats).toMatchObject([{ clusterId: 'c1', claims: [{ holds: true }] }]);
    expect((await view('/api/platform')).clusters).toBeInstanceOf(Array);
  });

  it('are moved, switched off and on, and get a capture mode', async () => {
    const { call, sync, makeGroup } = await startRest();
    await sync(agentA);
    const [{ LCUUID, NAME }] = (await call('GET', '/v1/vtaps/')).data;
    const { LCUUID: group } = await makeGroup('g');
    const patch = (body: object, path = `/v1/vtaps/${LCUUID}/`) => call('PATCH', path, JSON.stringify(body));
    expect((await patch({ VTAP_GROUP_LCUUID: group })).data).toMatchObject({ VTAP_GROUP_NAME: 'g' });
    expect((await patch({ enable: 0 })).data).toMatchObject({ ENABLE: 0, STATE: 2 });
    expect((await sync(agentA)).dynamic_config?.enabled).toBe(false);
    expect((await patch({ ENABLE: true }, `/v1/vtaps-by-name/${NAME}/`)).data).toMatchObject({ ENABLE: 1 });
    expect((await patch({ VTAP_LCUUIDS: [LCUUID], TAP_MODE: 1 }, '/v1/vtaps-tap-mode/')).status).toBe('SUCCESS');
    expect((await call('GET', '/v1/vtaps/')).data).toMatchObject([{ TAP_MODE: 1 }]);
    const batch = { DATA: [{ LCUUID, ENABLE: 0 }] };
    expect((await call('POST', '/v1/vtaps/batch/', JSON.stringify(batch))).data).toMatchObject([{ ENABLE: 0 }]);
  });

  it('join the group that they ask for once they were deleted and come again', async () => {
    const { call, sync, makeGroup } = await startRest();
    const { SHORT_UUID } = await makeGroup('macvlan');
    await sync(agentA);
    await sync({ ...agentA, agent_group_id_request: SHORT_UUID });
    const [before] = (await call('GET', '/v1/vtaps/')).data;
    expect(before.VTAP_GROUP_NAME).toBe('default');
    expect((await call('DELETE', `/v1/vtaps/${before.LCUUID}/`)).status).toBe('SUCCESS');
    expect((await call('GET', '/v1/vtaps/')).data).toEqual([]);
    await sync({ ...agentA, agent_group_id_request: SHORT_UUID });
    expect((await call('GET', '/v1/vtaps/')).data).toMatchObject([{ VTAP_GROUP_NAME: 'macvlan' }]);
  });

  it('are told to fetch another version', async () => {
    const upgrade = { revision: 'v7.1 2-def', package: Buffer.alloc(10) };
    const { call, sync } = await startRest({ upgrade });
    await sync(agentA);
    const [{ LCUUID }] = (await call('GET', '/v1/vtaps/')).data;
    const path = `/v1/upgrade/vtap/${LCUUID}/`;
    expect((await call('PATCH', path, '{"image_name":"v7.1 2-def"}')).status).toBe('SUCCESS');
    expect((await call('GET', '/v1/vtaps/')).data).toMatchObject([{ UPGRADE_REVISION: 'v7.1 2-def' }]);
    expect(await sync(agentA)).toMatchObject({ revision: 'v7.1 2-def', self_update_url: 'grpc' });
    expect((await call('PATCH', path, '{"expected_revision":"","upgrade_package":""}')).status).toBe('SUCCESS');
    expect((await call('GET', '/v1/vtaps/')).data).toMatchObject([{ UPGRADE_REVISION: '' }]);
    expect(await call('PATCH', path, '{}')).toMatchObject({ status: 'INVALID_PARAMETERS' });
    expect((await call('PATCH', '/v1/upgrade/vtap/none/', '{"IMAGE_NAME":"x"}')).status).toBe('RESOURCE_NOT_FOUND');
    expect((await call('GET', '/v1/controllers/')).data).toHaveLength(1);
  });

  it('are not told to fetch what is not there for them', async () => {
    const { call, sync } = await startRest();
    await sync(agentA);
    await sync({ ...agentB, kubernetes_cluster_id: 'c' });
    const [process, pod] = (await call('GET', '/v1/vtaps/')).data;
    const tell = (lcuuid: string, body: object) => call('PATCH', `/v1/upgrade/vtap/${lcuuid}/`, JSON.stringify(body));
    expect(await tell(process.LCUUID, { IMAGE_NAME: 'v7.1' })).toMatchObject({
      status: 'INVALID_PARAMETERS',
      description: expect.stringContaining('no executable for this agent, which runs as a process'),
    });
    expect(await tell(pod.LCUUID, { EXPECTED_REVISION: 'v7.1', UPGRADE_PACKAGE: '' })).toMatchObject({
      status: 'INVALID_PARAMETERS',
    });
    expect((await tell(pod.LCUUID, { IMAGE_NAME: 'v7.1' })).status).toBe('SUCCESS');
  });

  it('are deleted many at a time', async () => {
    const { call, sync } = await startRest();
    await sync(agentA);
    await sync(agentB);
    const agents: { LCUUID: string }[] = (await call('GET', '/v1/vtaps/')).data;
    const body = JSON.stringify({ DATA: [...agents.map(({ LCUUID }) => ({ LCUUID })), { LCUUID: 'none' }] });
    const answer = await call('DELETE', '/v1/vtaps/batch/', body);
    expect(answer).toMatchObject({ code: 400, status: 'RESOURCE_NOT_FOUND' });
    expect(answer.description).toMatch(/\(after 2 done\)$/);
    expect((await call('GET', '/v1/vtaps/')).data).toEqual([]);
  });

  it.each([
    ['PATCH', '/v1/vtaps/none/', '{"ENABLE":1}', 'RESOURCE_NOT_FOUND'],
    ['PATCH', '/v1/vtaps/none/', '{"ENABLE":2}', 'INVALID_PARAMETERS'],
    ['PATCH', '/v1/vtaps-by-name/none/', '{}', 'RESOURCE_NOT_FOUND'],
    ['DELETE', '/v1/vtaps/none/', undefined, 'RESOURCE_NOT_FOUND'],
    ['PATCH', '/v1/vtaps-tap-mode/', '{"VTAP_LCUUIDS":[],"TAP_MODE":1}', 'INVALID_PARAMETERS'],
    ['PATCH', '/v1/vtaps-tap-mode/', '{"VTAP_LCUUIDS":["x"],"TAP_MODE":9}', 'INVALID_PARAMETERS'],
    ['PATCH', '/v1/vtaps-tap-mode/', '{"VTAP_LCUUIDS":["x"],"TAP_MODE":1}', 'RESOURCE_NOT_FOUND'],
    ['POST', '/v1/vtaps/batch/', '{}', 'INVALID_PARAMETERS'],
  ])('%s %s %s is answered with %s', async (method, path, body, status) => {
    const { call } = await startRest();
    expect(await call(method, path, body)).toMatchObject({ code: 400, status });
  });
});
