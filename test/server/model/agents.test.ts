import { describe, expect, it } from 'vitest';
import { createAgentRegistry } from '../../../src/server/model/agents.js';
import { createElection } from '../../../src/server/model/election.js';

const agent = { ctrlIp: '10.0.0.1', ctrlMac: '02:00:00:00:00:01', watchOnly: false };

describe('createAgentRegistry', () => {
  it('answers the second call of an agent with its id', () => {
    const agents = createAgentRegistry();
    const other = { ...agent, ctrlIp: '10.0.0.2' };
    expect([agents.sync(agent), agents.sync(other), agents.sync(agent), agents.sync(other)]).toEqual([
      null,
      null,
      1,
      2,
    ]);
    expect(agents.size()).toBe(2);
  });

  it('never registers an agent that only watches, nor one without an identity', () => {
    const agents = createAgentRegistry();
    for (const stranger of [
      { ...agent, watchOnly: true },
      { ...agent, ctrlIp: '' },
      { ...agent, ctrlMac: '' },
    ]) {
      expect([agents.sync(stranger), agents.sync(stranger)]).toEqual([null, null]);
    }
    expect(agents.size()).toBe(0);
  });
});

describe('createElection', () => {
  const candidate = { clusterId: 'c', agentKey: 'a', time: 0, watchOnly: false, neverWatches: false };

  it('gives the seat to the first agent, for as long as it is heard of', () => {
    const election = createElection();
    expect(election.elect(candidate)).toBe(true);
    expect(election.elect({ ...candidate, agentKey: 'b', time: 1000 })).toBe(false);
    expect(election.elect({ ...candidate, time: 2000 })).toBe(true);
    expect(election.elect({ ...candidate, agentKey: 'b', time: 602_000 })).toBe(false);
    expect(election.elect({ ...candidate, agentKey: 'b', time: 602_001 })).toBe(true);
    expect(election.elect({ ...candidate, time: 602_002 })).toBe(false);
    expect(election.holder('c')).toBe('b');
  });

  it('lets an agent that only watches take the seat at once', () => {
    const election = createElection();
    election.elect(candidate);
    expect(election.elect({ ...candidate, agentKey: 'w', watchOnly: true })).toBe(true);
    expect(election.elect(candidate)).toBe(false);
  });

  it('passes over agents that never watch, and those of no cluster', () => {
    const election = createElection();
    expect(election.elect({ ...candidate, neverWatches: true })).toBe(false);
    expect(election.elect({ ...candidate, clusterId: '' })).toBe(false);
    expect(election.holder('c')).toBeNull();
  });
});
