import { describe, expect, it } from 'vitest';
import type { AgentGroup } from '../../../../src/server/model/agent-groups.js';
import type { RegisteredAgent } from '../../../../src/server/model/agent-record.js';
import { newAgent } from '../../../../src/server/model/new-agent.js';
import { refuseChange } from '../../../../src/server/model/server-change.js';
import { agentA, agentB, restOf, startRest } from './support.js';

describe('agent groups', () => {
  it('are created, listed and deleted as deepflow-ctl does it', async () => {
    const { call, records } = await startRest();
    const made = await call('POST', '/v1/vtap-groups/', '{"name":"macvlan","group_id":"g-1yhIguXABC"}');
    expect(made).toMatchObject({ code: 200, status: 'SUCCESS', description: '' });
    expect(made.data).toMatchObject({ NAME: 'macvlan', SHORT_UUID: 'g-1yhIguXABC', TEAM_ID: 1, VTAP_LCUUIDS: [] });
    expect(made.data.UPDATED_AT).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const names = async (query: string) =>
      (await call('GET', `/v1/vtap-groups/${query}`)).data.map(({ NAME }: { NAME: string }) => NAME);
    expect(await names('')).toEqual(['default', 'macvlan']);
    expect(await names('?name=macvlan')).toEqual(['macvlan']);
    expect(await names('?short_uuid=g-1yhIguXABC')).toEqual(['macvlan']);
    expect(await names('?can_deleted=1')).toEqual(['macvlan']);
    expect(await names('?name=other')).toEqual([]);
    expect((await call('GET', `/v1/vtap-groups/${made.data.LCUUID}/`)).data).toEqual([made.data]);
    expect(await call('DELETE', `/v1/vtap-groups/${made.data.LCUUID}/`)).toMatchObject({ status: 'SUCCESS' });
    expect(await names('')).toEqual(['default']);
    expect(records.filter(({ kind }) => kind === 'change')).toMatchObject([
      { change: { kind: 'create-group', name: 'macvlan' } },
      { change: { kind: 'delete-group' } },
    ]);
  });

  it('get a short id of their own where none is named', async () => {
    const { makeGroup } = await startRest();
    expect((await makeGroup('a')).SHORT_UUID).toMatch(/^g-[0-9a-zA-Z]{10}$/);
  });

  it('take and give back agents, are renamed, and switch their agents off', async () => {
    const { call, a, b, update } = await startWithAgents();
    expect((await update({ VTAP_LCUUIDS: [a.LCUUID, b.LCUUID] })).data.VTAP_LCUUIDS).toEqual([a.LCUUID, b.LCUUID]);
    expect((await update({ vtap_lcuuids: [b.LCUUID] })).data.VTAP_LCUUIDS).toEqual([b.LCUUID]);
    expect((await update({ NAME: 'renamed' })).data.NAME).toBe('renamed');
    expect((await update({ ENABLE: 0 })).data.DISABLE_VTAP_LCUUIDS).toEqual([b.LCUUID]);
    const groups = (await call('GET', '/v1/vtaps/')).data.map((each: Record<string, unknown>) => each.VTAP_GROUP_NAME);
    expect(groups).toEqual(['default', 'renamed']);
  });

  it('switch those off that they have once agents were moved', async () => {
    const { call, a, b, update } = await startWithAgents();
    await update({ VTAP_LCUUIDS: [a.LCUUID] });
    const { data } = await update({ VTAP_LCUUIDS: [b.LCUUID], ENABLE: 0 });
    expect([data.VTAP_LCUUIDS, data.DISABLE_VTAP_LCUUIDS]).toEqual([[b.LCUUID], [b.LCUUID]]);
    const states = (await call('GET', '/v1/vtaps/')).data.map((each: { ENABLE: number }) => each.ENABLE);
    expect(states).toEqual([1, 0]);
  });

  it.each([
    ['{"name":""}', 'INVALID_PARAMETERS', /empty/],
    ['{"name":"default"}', 'RESOURCE_ALREADY_EXIST', /default/],
    ['{"name":"x","group_id":"g-1"}', 'INVALID_PARAMETERS', /"g-" and ten letters or digits/],
    ['{"group_id":"g-1yhIguXABC"}', 'INVALID_POST_DATA', /NAME/],
    ['{"name":"x","VTAP_LCUUIDS":["no"]}', 'RESOURCE_NOT_FOUND', /vtap \(no\) not found/],
    ['{"name":', 'INVALID_POST_DATA', /no JSON/],
    ['[]', 'INVALID_POST_DATA', /no JSON object/],
    ['', 'INVALID_POST_DATA', /no JSON/],
  ])('refuses %s with %s', async (body, status, description) => {
    const { call, records } = await startRest();
    const answer = await call('POST', '/v1/vtap-groups/', body);
    expect(answer).toMatchObject({ code: 400, status, data: null });
    expect(answer.description).toMatch(description);
    expect(records.filter(({ kind }) => kind === 'change')).toEqual([]);
  });

  it.each([
    ['POST', '', { NAME: 'g', VTAP_LCUUIDS: ['a'] }],
    ['PATCH', 'g/', { VTAP_LCUUIDS: ['a'] }],
    ['PATCH', 'g/', { ENABLE: 0 }],
  ] as const)('say so where agents cannot be changed: %s %s %j', async (method, path, body) => {
    const kept = refuseChange('SERVER_ERROR', 'the disk is full');
    const agent = { lcuuid: 'a', groupLcuuid: 'g' } as RegisteredAgent;
    const answer = await restOf({
      groups: () => [{ lcuuid: 'g', name: 'g' } as AgentGroup],
      agents: () => [agent],
      agent: () => agent,
      change: async ({ kind }) => (kind === 'update-agent' ? kept : { ok: true, lcuuid: 'g' }),
    }).call(method, `/v1/vtap-groups/${path}`, body);
    expect(answer).toMatchObject({ OPT_STATUS: 'SERVER_ERROR', DESCRIPTION: 'the disk is full' });
  });

  it('look at all agents a few times, however many are named', async () => {
    const identity = { ctrlIp: '10.0.0.1', ctrlMac: 'm', identifiedBy: 'ip-and-mac' } as const;
    const known = { id: 1, lcuuid: 'a', name: 'a', state: 'normal', exceptions: [] } as const;
    const agent: RegisteredAgent = { ...newAgent(identity, 'g'), ...known };
    let looked = 0;
    const rest = restOf({
      agents: () => {
        looked += 1;
        return [];
      },
      agent: () => agent,
      change: async () => ({ ok: true, lcuuid: 'g' }),
    });
    const body = { NAME: 'g', VTAP_LCUUIDS: Array.from({ length: 10_000 }, () => 'a') };
    expect(await rest.call('POST', '/v1/vtap-groups/', body)).toMatchObject({ OPT_STATUS: 'SUCCESS' });
    const batch = { DATA: Array.from({ length: 1000 }, () => ({ LCUUID: 'a' })) };
    expect(await rest.call('POST', '/v1/vtaps/batch/', batch)).toMatchObject({ OPT_STATUS: 'SUCCESS' });
    expect(looked).toBeLessThan(5);
  });

  it('that do not exist, and the default one, are not deleted', async () => {
    const { call } = await startRest();
    expect(await call('DELETE', '/v1/vtap-groups/none/')).toMatchObject({ code: 400, status: 'RESOURCE_NOT_FOUND' });
    const [first] = (await call('GET', '/v1/vtap-groups/')).data;
    expect(await call('DELETE', `/v1/vtap-groups/${first.LCUUID}/`)).toMatchObject({ status: 'INVALID_PARAMETERS' });
    const renamed = await call('PATCH', `/v1/vtap-groups/${first.LCUUID}/`, '{"NAME":"other"}');
    expect(renamed).toMatchObject({ status: 'INVALID_PARAMETERS', description: expect.stringContaining('renamed') });
    expect(await call('PATCH', '/v1/vtap-groups/none/', '{}')).toMatchObject({ status: 'RESOURCE_NOT_FOUND' });
  });
});

/** Two agents, and another group that is to take them. */
async function startWithAgents() {
  const rest = await startRest();
  await rest.sync(agentA);
  await rest.sync(agentB);
  const [a, b] = (await rest.call('GET', '/v1/vtaps/')).data;
  const group = await rest.makeGroup('g');
  const update = (body: object) => rest.call('PATCH', `/v1/vtap-groups/${group.LCUUID}/`, JSON.stringify(body));
  return { ...rest, a, b, update };
}
