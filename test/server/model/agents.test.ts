import { describe, expect, it } from 'vitest';
import { createAgentRegistry, describeAgent, maxAgents } from '../../../src/server/model/agents.js';
import { createIdMaker } from '../../../src/server/model/lcuuid.js';
import { newAgent } from '../../../src/server/model/new-agent.js';

const identity = { ctrlIp: '10.0.0.1', ctrlMac: '02:00:00:00:00:01', identifiedBy: 'ip-and-mac' as const };

function registry() {
  return createAgentRegistry({ ids: createIdMaker() });
}

function agentAt(ctrlIp: string, rest: object = {}) {
  return { ...newAgent({ ...identity, ctrlIp }, 'group'), ...rest };
}

describe('createAgentRegistry', () => {
  it('gives each agent an id of its own, from 1, and finds it again', () => {
    const agents = registry();
    agents.add(agentAt('10.0.0.1'));
    agents.add(agentAt('10.0.0.2'));
    expect(agents.list().map(({ id, ctrlIp }) => [id, ctrlIp])).toEqual([
      [1, '10.0.0.1'],
      [2, '10.0.0.2'],
    ]);
    expect(agents.find(identity)?.id).toBe(1);
    expect(agents.byId(2)?.ctrlIp).toBe('10.0.0.2');
    expect(agents.idOf('10.0.0.2-02:00:00:00:00:01')).toBe(2);
    expect(agents.size()).toBe(2);
  });

  it('knows an agent by its address alone where it wants that', () => {
    const agents = registry();
    agents.add({ ...newAgent({ ...identity, identifiedBy: 'ip' }, 'group'), ctrlMac: '' });
    expect(agents.find({ ...identity, ctrlMac: 'another', identifiedBy: 'ip' })?.id).toBe(1);
    expect(agents.find(identity)).toBeNull();
  });

  it('takes in nothing without an identity, or with one that is too long', () => {
    const agents = registry();
    expect(agents.add(agentAt(''))).toBeNull();
    expect(agents.add({ ...agentAt('10.0.0.1'), ctrlMac: '' })).toBeNull();
    expect(agents.add(agentAt('1'.repeat(300)))).toBeNull();
    expect(agents.size()).toBe(0);
  });

  it('gives the id of a deleted agent to nobody else, and the agent another one', () => {
    const agents = registry();
    const first = agents.add(agentAt('10.0.0.1'));
    agents.add(agentAt('10.0.0.2'));
    expect(agents.delete(first?.lcuuid ?? '')?.id).toBe(1);
    expect(agents.delete(first?.lcuuid ?? '')).toBeNull();
    expect(agents.find(identity)).toBeNull();
    expect(agents.add(agentAt('10.0.0.1'))).toMatchObject({ id: 3 });
  });

  it('ends at 64,000, and goes back to the ids of the deleted then', () => {
    const agents = createAgentRegistry({ ids: createIdMaker(), lastId: maxAgents - 1 });
    const last = agents.add(agentAt('10.0.0.1'));
    expect(last?.id).toBe(64_000);
    expect(agents.add(agentAt('10.0.0.2'))?.id).toBe(1);
    agents.delete(last?.lcuuid ?? '');
    expect([agents.add(agentAt('10.0.0.3'))?.id, agents.add(agentAt('10.0.0.4'))?.id]).toEqual([2, 3]);
  });

  it('gives no name twice', () => {
    const agents = registry();
    for (const ip of ['10.0.0.1', '10.0.0.2']) agents.add(agentAt(ip, { host: 'node' }));
    agents.add(agentAt('10.0.0.3'));
    expect(agents.list().map(({ name }) => name)).toEqual(['node', 'node-2', '10.0.0.3-02:00:00:00:00:01']);
  });
});

describe('describeAgent', () => {
  it('tells who was silent for too long, and who is disabled', () => {
    const agent = { ...registry().add(agentAt('10.0.0.1')), syncedAt: 1000 } as never;
    expect(describeAgent(agent, 601_000).state).toBe('normal');
    expect(describeAgent(agent, 601_001).state).toBe('lost');
    expect(describeAgent({ ...(agent as object), enabled: false } as never, 0).state).toBe('disabled');
  });

  it('names the bits of exceptions', () => {
    const agent = registry().add(agentAt('10.0.0.1', { exceptionBits: '16779265' }));
    expect(agent === null ? [] : describeAgent(agent, 0).exceptions).toEqual([
      'DISK_NOT_ENOUGH',
      'BIT_11',
      'MEM_EXCEEDED',
    ]);
  });
});
