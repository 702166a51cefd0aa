import { describe, expect, it } from 'vitest';
import { agentA, agentB, startRest } from './support.js';

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
    const { call, sync, makeGroup } = await startRest();
    await sync(agentA);
    await sync(agentB);
    const [a, b] = (await call('GET', '/v1/vtaps/')).data;
    const group = await makeGroup('g');
    const update = (body: object) => call('PATCH', `/v1/vtap-groups/${group.LCUUID}/`, JSON.stringify(body));
    expect((await update({ VTAP_LCUUIDS: [a.LCUUID, b.LCUUID] })).data.VTAP_LCUUIDS).toEqual([a.LCUUID, b.LCUUID]);
    expect((await update({ vtap_lcuuids: [b.LCUUID] })).data.VTAP_LCUUIDS).toEqual([b.LCUUID]);
    expect((await update({ NAME: 'renamed' })).data.NAME).toBe('renamed');
    expect((await update({ ENABLE: 0 })).data.DISABLE_VTAP_LCUUIDS).toEqual([b.LCUUID]);
    const groups = (await call('GET', '/v1/vtaps/')).data.map((each: Record<string, unknown>) => each.VTAP_GROUP_NAME);
    expect(groups).toEqual(['default', 'renamed']);
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

  it('that do not exist, and the default one, are not deleted', async () => {
    const { call } = await startRest();
    expect(await call('DELETE', '/v1/vtap-groups/none/')).toMatchObject({ code: 400, status: 'RESOURCE_NOT_FOUND' });
    const [first] = (await call('GET', '/v1/vtap-groups/')).data;
    expect(await call('DELETE', `/v1/vtap-groups/${first.LCUUID}/`)).toMatchObject({ status: 'INVALID_PARAMETERS' });
    expect(await call('PATCH', '/v1/vtap-groups/none/', '{}')).toMatchObject({ status: 'RESOURCE_NOT_FOUND' });
  });
});
