import { describe, expect, it } from 'vitest';
import type { ModelEvent } from '../../../src/server/model/model-event.js';
import type { ServerChange } from '../../../src/server/model/server-change.js';
import { agentOne, agentTwo, modelClient } from '../support/model-client.js';

function withAgents() {
  const client = modelClient();
  client.sync(agentOne);
  client.sync(agentTwo);
  const events: ModelEvent[] = [];
  client.model.onChange((event) => events.push(event));
  const lcuuids = client.model.agents().map(({ lcuuid }) => lcuuid);
  return { ...client, events, lcuuids };
}

const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

describe('groups', () => {
  it('always has the default one, with the configuration that the server was started with', () => {
    const [group, ...others] = modelClient({ groupConfig: 'inputs: {}' }).model.groups();
    expect(others).toEqual([]);
    expect(group).toMatchObject({
      id: 1,
      lcuuid: uuid,
      name: 'default',
      shortId: expect.stringMatching(/^g-[0-9a-zA-Z]{10}$/),
      configurations: { v7: { yaml: 'inputs: {}' }, 'v6.5': { yaml: 'inputs: {}' } },
    });
  });

  it('are made, named and deleted, and their agents go to the default one', () => {
    const { change, changed, model, lcuuids } = withAgents();
    const group = changed({ kind: 'create-group', name: 'macvlan', shortId: 'g-0123456789', teamId: 3 });
    expect(model.groups()[1]).toMatchObject({
      id: 2,
      name: 'macvlan',
      shortId: 'g-0123456789',
      teamId: 3,
      configurations: {},
    });
    changed({ kind: 'update-agent', lcuuid: lcuuids[0] ?? '', groupLcuuid: group });
    changed({ kind: 'update-group', lcuuid: group, name: 'ipvlan' });
    expect(model.groups()[1]?.name).toBe('ipvlan');
    changed({ kind: 'delete-group', lcuuid: group });
    expect(model.agents().map(({ groupLcuuid }) => groupLcuuid)).toEqual([
      model.groups()[0]?.lcuuid,
      model.groups()[0]?.lcuuid,
    ]);
    expect(change({ kind: 'delete-group', lcuuid: group })).toMatchObject({ ok: false, status: 'RESOURCE_NOT_FOUND' });
    expect(changed({ kind: 'create-group', name: 'macvlan' })).not.toBe(group);
    expect(model.groups()[1]?.id).toBe(3);
  });

  it.each<[ServerChange, string]>([
    [{ kind: 'create-group', name: '' }, 'INVALID_PARAMETERS'],
    [{ kind: 'create-group', name: 'x'.repeat(257) }, 'INVALID_PARAMETERS'],
    [{ kind: 'create-group', name: 'a', shortId: 'g-1' }, 'INVALID_PARAMETERS'],
    [{ kind: 'create-group', name: 'default' }, 'RESOURCE_ALREADY_EXIST'],
    [{ kind: 'update-group', lcuuid: 'x', name: 'a' }, 'RESOURCE_NOT_FOUND'],
    [{ kind: 'update-agent', lcuuid: 'x' }, 'RESOURCE_NOT_FOUND'],
    [{ kind: 'delete-agent', lcuuid: 'x'.repeat(1000) }, 'RESOURCE_NOT_FOUND'],
    [{ kind: 'set-tap-mode', lcuuids: ['x'], tapMode: 1 }, 'RESOURCE_NOT_FOUND'],
    [{ kind: 'set-upgrade', lcuuid: 'x', revision: '1' }, 'RESOURCE_NOT_FOUND'],
    [{ kind: 'delete-domain', lcuuid: 'x' }, 'RESOURCE_NOT_FOUND'],
    [{ kind: 'put-configuration', group: 'x', generation: 'v7', yaml: '{}', mode: 'create' }, 'RESOURCE_NOT_FOUND'],
    [{ kind: 'delete-configuration', group: 'x', generation: 'v7' }, 'RESOURCE_NOT_FOUND'],
  ])('refuses %j, and changes nothing', (change, status) => {
    const client = modelClient();
    const before = client.model.saved();
    const result = client.change(change);
    expect(result).toMatchObject({ ok: false, status });
    expect(result.ok ? '' : result.description).toHaveLength(Math.min(400, result.ok ? 0 : result.description.length));
    expect(client.model.saved()).toEqual(before);
  });

  it('cannot lose the default one', () => {
    const client = modelClient();
    const lcuuid = client.model.groups()[0]?.lcuuid ?? '';
    expect(client.change({ kind: 'delete-group', lcuuid })).toMatchObject({ ok: false, status: 'INVALID_PARAMETERS' });
  });
});

describe('configurations', () => {
  it('are made once, replaced as a whole, and deleted, one of each generation', () => {
    const { change, changed, model, events } = withAgents();
    const group = model.groups()[0]?.lcuuid ?? '';
    const put = { kind: 'put-configuration', group, generation: 'v7' } as const;
    expect(change({ ...put, yaml: 'a: 1', mode: 'update' })).toMatchObject({ ok: false, status: 'RESOURCE_NOT_FOUND' });
    changed({ ...put, yaml: 'a: 1', mode: 'create' });
    expect(change({ ...put, yaml: 'a: 2', mode: 'create' })).toMatchObject({
      ok: false,
      status: 'RESOURCE_ALREADY_EXIST',
    });
    changed({ ...put, yaml: 'b: 2', mode: 'update' });
    changed({ ...put, generation: 'v6.5', yaml: 'c: 3', mode: 'create' });
    expect(model.groups()[0]?.configurations).toMatchObject({
      v7: { yaml: 'b: 2', lcuuid: uuid },
      'v6.5': { yaml: 'c: 3' },
    });
    changed({ kind: 'delete-configuration', group, generation: 'v7' });
    expect(Object.keys(model.groups()[0]?.configurations ?? {})).toEqual(['v6.5']);
    expect(events).toEqual(Array.from({ length: 4 }, () => ({ kind: 'group', group })));
  });

  it.each(['- a list', 'a: [', 'x'.repeat(2_000_000), `a: ${'&a '.repeat(3)}`])(
    'are refused where they are none',
    (yaml) => {
      const client = modelClient();
      const group = client.model.groups()[0]?.lcuuid ?? '';
      const result = client.change({ kind: 'put-configuration', group, generation: 'v7', yaml, mode: 'create' });
      expect(result).toMatchObject({ ok: false, status: 'INVALID_POST_DATA' });
      expect(client.model.groups()[0]?.configurations).toEqual({});
    },
  );

  it('reach the agents of the group, and no others, with their next Sync', () => {
    const { sync, changed, lcuuids } = withAgents();
    const group = changed({ kind: 'create-group', name: 'g' });
    changed({ kind: 'update-agent', lcuuid: lcuuids[0] ?? '', groupLcuuid: group });
    const put = { kind: 'put-configuration', group, generation: 'v7' } as const;
    for (const [yaml, mode] of [
      ['inputs: {a: 1}', 'create'],
      ['inputs: {a: 2}', 'update'],
    ] as const) {
      changed({ ...put, yaml, mode });
      expect(sync(agentOne).user_config).toContain(yaml === 'inputs: {a: 1}' ? 'a: 1' : 'a: 2');
      expect(sync(agentTwo).user_config).not.toContain('inputs');
    }
  });
});

describe('agents', () => {
  it('are told of by name of the agent', () => {
    const { changed, events, lcuuids, model } = withAgents();
    const [first = '', second = ''] = lcuuids;
    changed({ kind: 'set-tap-mode', lcuuids: [first, second], tapMode: 1 });
    changed({ kind: 'delete-agent', lcuuid: first });
    expect(events.map((event) => (event.kind === 'agent' ? event.agent.slice(0, 8) : event.kind))).toEqual([
      '10.0.0.1',
      '10.0.0.2',
      '10.0.0.1',
    ]);
    expect(model.agents().map(({ tapMode, type }) => [tapMode, type])).toEqual([[1, 'TT_VM_POD']]);
  });

  it('get a tap mode all or none', () => {
    const { change, lcuuids, model } = withAgents();
    expect(change({ kind: 'set-tap-mode', lcuuids: [...lcuuids, 'x'], tapMode: 1 }).ok).toBe(false);
    expect(model.agents().map(({ tapMode }) => tapMode)).toEqual([0, 0]);
  });
});

describe('a restart', () => {
  it('keeps what the real server has in its database, and loses what it has in memory', () => {
    const { changed, model, sync, genesis, lcuuids } = withAgents();
    const group = changed({ kind: 'create-group', name: 'g' });
    changed({ kind: 'update-agent', lcuuid: lcuuids[0] ?? '', groupLcuuid: group, enable: false });
    changed({ kind: 'create-domain', name: 'by hand', clusterId: 'hand' });
    const interfaces = [{ mac: 5, ip: ['10.0.0.2/24'], name: 'eth0' }];
    const info = { ip: agentTwo.ctrl_ip, mac: agentTwo.ctrl_mac };
    const report = {
      version: 7,
      agent_type: 'TT_VM_POD',
      agent_id: 2,
      agent_info: info,
      kubernetes_cluster_id: 'shop',
    } as const;
    genesis({ ...report, platform_data: { interfaces } });
    const before = sync(agentTwo);
    model.restart();
    expect(model.restarts()).toBe(1);
    expect(model.agents().map(({ id, enabled, groupLcuuid }) => [id, enabled, groupLcuuid === group])).toEqual([
      [1, false, true],
      [2, true, false],
    ]);
    expect(model.domains().map(({ id, clusterId }) => [id, clusterId])).toEqual([
      [1, 'shop'],
      [2, 'hand'],
    ]);
    expect(sync(agentTwo)).toEqual(before);
    expect(genesis(report)).toBe('0');
    expect(genesis({ ...report, platform_data: { interfaces } })).toBe('7');
    const kept = { version_platform_data: before.version_platform_data ?? '' };
    expect(sync({ ...agentTwo, ...kept }).platform_data).toBeUndefined();
  });

  it('is heard of by those who listen', () => {
    const { changed, model, events } = withAgents();
    model.restart();
    changed({
      kind: 'put-configuration',
      group: model.groups()[0]?.lcuuid ?? '',
      generation: 'v7',
      yaml: '{}',
      mode: 'create',
    });
    expect(events).toHaveLength(1);
  });
});

describe('the same calls and changes', () => {
  it('make the same server, ids and all', () => {
    const play = () => {
      const { changed, model, sync } = withAgents();
      changed({ kind: 'create-group', name: 'g' });
      changed({ kind: 'create-domain', name: 'd' });
      sync(agentOne);
      return model.saved();
    };
    expect(play()).toEqual(play());
  });

  it('make the same server from what was saved as plain JSON in between', () => {
    const one = withAgents();
    one.changed({ kind: 'create-group', name: 'g' });
    const saved = one.model.saved();
    expect(JSON.parse(JSON.stringify(saved))).toEqual(saved);
  });
});

describe('domains', () => {
  it('that come and go are told to agents of the cluster, as they have its number', () => {
    const { changed, events } = withAgents();
    const lcuuid = changed({ kind: 'create-domain', name: 'other', clusterId: 'other' });
    changed({ kind: 'update-domain', lcuuid, name: 'renamed' });
    changed({ kind: 'delete-domain', lcuuid });
    expect(events).toEqual([
      { kind: 'platform', clusterId: 'other' },
      { kind: 'platform', clusterId: 'other' },
    ]);
  });
});
