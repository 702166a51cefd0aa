import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkConfiguration } from '../../../../src/agent-config/group-configuration.js';
import { createServerModel } from '../../../../src/server/model/server-model.js';
import { agentA, restOf, startRest } from './support.js';

const macvlan = 'inputs:\n  cbpf:\n    common:\n      capture_mode: 1\n    af_packet:\n      interface_regex: eth0\n';

describe('configurations with nested keys', () => {
  it('are created, read, replaced and deleted, and reach the agents of their group', async () => {
    const { call, sync, makeGroup } = await startRest();
    const { LCUUID, SHORT_UUID } = await makeGroup('macvlan');
    const path = `/v1/agent-group-configuration/${LCUUID}`;
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await call('POST', `${path}/yaml`, macvlan, form)).toEqual({
      ...{ code: 200, status: 'SUCCESS', description: '', data: macvlan },
    });
    expect((await call('GET', `${path}/yaml`)).data).toBe(macvlan);
    expect((await call('GET', `${path}/json`)).data.inputs.cbpf.common).toEqual({ capture_mode: 1 });
    expect((await call('GET', '/v1/agent-group-configurations')).data).toMatchObject([
      { AGENT_GROUP_LCUUID: LCUUID, YAML: macvlan },
    ]);
    expect((await call('GET', '/v1/agent-group-configuration/json')).data[LCUUID].inputs).toBeDefined();
    const answer = await sync({ ...agentA, agent_group_id_request: SHORT_UUID });
    expect(parse(answer.user_config ?? '')).toMatchObject({ inputs: { cbpf: { common: { capture_mode: 1 } } } });
    expect((await call('PUT', `${path}/yaml`, '{}')).data).toBe('{}');
    expect((await call('DELETE', path)).status).toBe('SUCCESS');
    expect(await call('GET', `${path}/yaml`)).toMatchObject({ code: 400, status: 'RESOURCE_NOT_FOUND' });
    expect((await call('PUT', `${path}/yaml`, '{}')).status).toBe('RESOURCE_NOT_FOUND');
  });

  it('are written over by a second POST, as on the real server', async () => {
    const { call, makeGroup } = await startRest();
    const { LCUUID } = await makeGroup('g');
    for (const yaml of [macvlan, '{}']) {
      expect(await call('POST', `/v1/agent-group-configuration/${LCUUID}/yaml`, yaml)).toMatchObject({ data: yaml });
    }
  });

  it('have twins in JSON', async () => {
    const { call, makeGroup } = await startRest();
    const { LCUUID } = await makeGroup('g');
    const path = `/v1/agent-group-configuration/${LCUUID}/json`;
    expect((await call('POST', path, JSON.stringify(parse(macvlan)))).data).toEqual(parse(macvlan));
    expect((await call('PUT', path, '{"global":{}}')).data).toEqual({ global: {} });
    expect(await call('PUT', path, '[1]')).toMatchObject({ code: 400, status: 'INVALID_POST_DATA' });
    expect(await call('PUT', path, '{')).toMatchObject({ code: 400, status: 'INVALID_POST_DATA' });
  });

  it('are stored although they have old keys, and the answer says what that means', async () => {
    const { call, makeGroup, view } = await startRest();
    const { LCUUID } = await makeGroup('g');
    const answer = await call('POST', `/v1/agent-group-configuration/${LCUUID}/yaml`, 'tap_mode: 1\nfoo: 1\n');
    expect(answer).toMatchObject({ code: 200, status: 'SUCCESS', data: 'tap_mode: 1\nfoo: 1\n' });
    expect(answer.description).toMatch(/^Stored, with 2 warnings: line 1, column 1: found tap_mode, a key of v6\.5/);
    expect(answer.description).toContain('Write inputs.cbpf.common.capture_mode');
    const { groups } = await view('/api/groups');
    expect(groups[1]).toMatchObject({ name: 'g', configurations: { v7: { yaml: 'tap_mode: 1\nfoo: 1\n' } } });
    expect(groups[1].configurations.v7.findings.map(({ kind }: { kind: string }) => kind)).toEqual([
      'other-generation',
      'unknown-key',
    ]);
  });

  it.each([
    ['a: [', 400, /yaml validate failed: line 1, column \d+/],
    ['a: 1\na: 2\n', 400, /line 2, column 1: found a, which line 1 has already/],
    ['- a\n', 400, /keys and values/],
    [`a: ${'x'.repeat(900_000)}`, 413, /the body has 900003 bytes, expected at most 524288 bytes/],
    [`a: ${'x'.repeat(9_000_000)}`, 413, /the body has 9000003 bytes, expected at most 524288 bytes/],
    [
      `a: &a "${'x'.repeat(100_000)}"\nb: [${'*a,'.repeat(9)}]`,
      413,
      /more than 524288 bytes, .*, expected at most 524288/,
    ],
    ['['.repeat(400_000), 400, /nested too deep/],
    [Buffer.from([0x61, 0x3a, 0x20, 0xff]), 400, /UTF-8/],
  ])('that are no documents are refused (%#)', async (body, code, description) => {
    const { call, makeGroup } = await startRest();
    const { LCUUID } = await makeGroup('g');
    const answer = await call('POST', `/v1/agent-group-configuration/${LCUUID}/yaml`, body);
    expect(answer).toMatchObject({ code, status: 'INVALID_POST_DATA', data: null });
    expect(answer.description).toMatch(description);
    expect((await call('GET', '/v1/agent-group-configurations')).data).toEqual([]);
  });

  it('of groups that do not exist are refused', async () => {
    const { call } = await startRest();
    const path = '/v1/agent-group-configuration/none';
    for (const [method, ending] of [
      ['GET', '/yaml'],
      ['POST', '/yaml'],
      ['PUT', '/json'],
      ['DELETE', ''],
    ] as const) {
      const answer = await call(method, `${path}${ending}`, method === 'GET' ? undefined : '{}');
      expect(answer).toMatchObject({ code: 400, status: 'RESOURCE_NOT_FOUND' });
    }
  });
});

describe('configurations with flat keys', () => {
  const yaml = (id: string) => `vtap_group_id: ${id}\ntap_interface_regex: eth0\ntap_mode: 1\n`;
  const base = '/v1/vtap-group-configuration';

  it('are created, read, replaced and deleted, and reach the agents of their group', async () => {
    const { call, syncOld, makeGroup } = await startRest({ compat: 'v6.5' });
    const { SHORT_UUID: id, LCUUID: group } = await makeGroup('macvlan');
    const made = await call('POST', `${base}/advanced/`, yaml(id));
    expect(made).toEqual({ code: 200, status: 'SUCCESS', description: '', data: yaml(id) });
    const answer = await syncOld({ ...agentA, vtap_group_id_request: id });
    expect(answer.config).toMatchObject({ tap_mode: 'MIRROR', tap_interface_regex: 'eth0', sync_interval: 60 });
    const [listed] = (await call('GET', `${base}/?vtap_group_id=${id}`)).data;
    expect(listed).toMatchObject({ TAP_MODE: 1, VTAP_GROUP_ID: id, VTAP_GROUP_LCUUID: group, YAML_CONFIG: null });
    expect((await call('GET', `${base}/filter/?vtap_group_id=${id}`)).data).toBe(yaml(id));
    expect((await call('GET', `${base}/advanced/${listed.LCUUID}/`)).data).toBe(yaml(id));
    expect((await call('GET', `${base}/detailed/${listed.LCUUID}/`)).data).toEqual(listed);
    expect((await call('GET', `${base}/advanced/`)).data).toEqual([yaml(id)]);
    expect((await call('PATCH', `${base}/advanced/${listed.LCUUID}/`, 'tap_mode: 0\n')).status).toBe('SUCCESS');
    expect((await syncOld(agentA)).config).toMatchObject({ tap_mode: 'LOCAL' });
    expect(await call('POST', `${base}/advanced/`, yaml(id))).toMatchObject({ status: 'RESOURCE_ALREADY_EXIST' });
    expect((await call('DELETE', `${base}/filter/?vtap_group_id=${id}`)).status).toBe('SUCCESS');
    expect((await call('GET', `${base}/`)).data).toEqual([]);
  });

  it('come as JSON, too', async () => {
    const { call, makeGroup } = await startRest({ compat: 'v6.5' });
    const { LCUUID } = await makeGroup('g');
    const body = { VTAP_GROUP_LCUUID: LCUUID, TAP_MODE: 1, YAML_CONFIG: 'kubernetes-resources:\n- name: routes\n' };
    expect((await call('POST', `${base}/`, JSON.stringify(body))).status).toBe('SUCCESS');
    const [listed] = (await call('GET', `${base}/`)).data;
    expect(listed).toMatchObject({ TAP_MODE: 1, YAML_CONFIG: 'kubernetes-resources:\n  - name: routes\n' });
    expect((await call('PATCH', `${base}/${listed.LCUUID}/`, '{"MAX_MEMORY":1024}')).data).toBe('max_memory: 1024\n');
    expect((await call('DELETE', `${base}/${listed.LCUUID}/`)).status).toBe('SUCCESS');
  });

  it.each([
    ['tap_mode: 1\n', 'INVALID_POST_DATA', /vtap_group_id is empty/],
    ['vtap_group_id: g-0000000000\n', 'RESOURCE_NOT_FOUND', /vtapgroup \(g-0000000000\) not found/],
    ['vtap_group_id: [', 'INVALID_POST_DATA', /yaml validate failed/],
  ])('%j are refused', async (body, status, description) => {
    const { call } = await startRest();
    const answer = await call('POST', `${base}/advanced/`, body);
    expect(answer).toMatchObject({ code: 400, status });
    expect(answer.description).toMatch(description);
  });

  it('that the real server cannot read into its types are refused', async () => {
    const { call, makeGroup } = await startRest({ compat: 'v6.5' });
    const { SHORT_UUID: id } = await makeGroup('g');
    const answer = await call('POST', `${base}/advanced/`, `vtap_group_id: ${id}\ntap_mode: yes please\n`);
    expect(answer).toMatchObject({ code: 400, status: 'INVALID_POST_DATA' });
    expect(answer.description).toMatch(/line 2, column 11: found "yes please"/);
  });

  it('say to whom they mean nothing', async () => {
    const { call, makeGroup } = await startRest({ compat: 'v7' });
    const { SHORT_UUID: id } = await makeGroup('g');
    expect((await call('POST', `${base}/advanced/`, yaml(id))).description).toMatch(
      /Agents of v7 read another document/,
    );
  });

  it('that are not there are told so', async () => {
    const { call } = await startRest();
    expect(await call('GET', `${base}/filter/`)).toMatchObject({ status: 'INVALID_PARAMETERS' });
    expect(await call('GET', `${base}/filter/?vtap_group_id=g-x`)).toMatchObject({ status: 'RESOURCE_NOT_FOUND' });
    expect(await call('GET', `${base}/advanced/none/`)).toMatchObject({ status: 'RESOURCE_NOT_FOUND' });
    expect(await call('DELETE', `${base}/none/`)).toMatchObject({ status: 'RESOURCE_NOT_FOUND' });
  });
});

it('one that another call has made meanwhile is written over, as POST does', async () => {
  const model = createServerModel({ compat: 'v7', clusters: [], strictPackages: false });
  const groups = model.groups();
  const group = groups[0]?.lcuuid ?? '';
  model.change({ kind: 'put-configuration', group, generation: 'v7', yaml: 'a: 1', mode: 'create' }, 0);
  const { call } = restOf({ groups: () => groups, change: async (change) => model.change(change, 0) });
  const answer = await call('POST', `/v1/agent-group-configuration/${group}/yaml`, { a: 2 });
  expect(answer.OPT_STATUS).toBe('SUCCESS');
  expect(model.groups()[0]?.configurations.v7?.yaml).toBe('{"a":2}');
});

describe('examples', () => {
  it.each([
    ['/v1/agent-group-configuration/template/yaml', 'v7'],
    ['/v1/vtap-group-configuration/example/', 'v6.5'],
  ] as const)('at %s have every key, and nothing to warn of', async (path, generation) => {
    const { call } = await startRest();
    const { data } = await call('GET', path);
    expect(checkConfiguration(data, generation)).toEqual([]);
    expect(data).toContain(generation === 'v7' ? 'capture_mode: 0' : 'tap_mode: 0');
  });

  it('come as JSON for v7', async () => {
    const { call } = await startRest();
    const { data } = await call('GET', '/v1/agent-group-configuration/template/json');
    expect(data.inputs.resources.kubernetes.api_resources).toHaveLength(11);
  });
});
