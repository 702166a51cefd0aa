import { describe, expect, it } from 'vitest';
import { createElection, type Election } from '../../../src/server/model/election.js';

const candidate = { clusterId: 'c', agent: 'a', time: 0, policy: 'normal' as const, enabled: true };
const nobodyRegistered = () => null;

function holder(election: Election, time: number): string | undefined {
  return election.seats(time, nobodyRegistered)[0]?.holder ?? undefined;
}

describe('createElection', () => {
  it('gives the seat to the first agent, for as long as it is heard of', () => {
    const election = createElection();
    const elect = (agent: string, time: number) => election.elect({ ...candidate, agent, time }).holds;
    expect(elect('a', 0)).toBe(true);
    expect(elect('b', 1000)).toBe(false);
    expect(elect('a', 2000)).toBe(true);
    expect(elect('b', 602_000)).toBe(false);
    expect(elect('b', 602_001)).toBe(true);
    expect(elect('a', 602_002)).toBe(false);
    expect(holder(election, 602_002)).toBe('b');
    expect(holder(election, 1_202_002)).toBeUndefined();
  });

  it('says whether somebody else holds the seat now', () => {
    const election = createElection();
    expect(election.elect(candidate)).toEqual({ holds: true, changed: true });
    expect(election.elect(candidate)).toEqual({ holds: true, changed: false });
    expect(election.elect({ ...candidate, agent: 'b' })).toEqual({ holds: false, changed: false });
  });

  it('lets an agent that only watches take the seat at once, and another one from it', () => {
    const election = createElection();
    election.elect(candidate);
    for (const agent of ['w', 'x', 'w']) {
      expect(election.elect({ ...candidate, agent, policy: 'watch-only' }).holds).toBe(true);
      expect(election.elect(candidate).holds).toBe(false);
    }
  });

  it('passes over agents that never watch or are disabled, and those of no cluster', () => {
    const election = createElection();
    expect(election.elect({ ...candidate, policy: 'never' }).holds).toBe(false);
    expect(election.elect({ ...candidate, enabled: false }).holds).toBe(false);
    expect(election.elect({ ...candidate, clusterId: '' }).holds).toBe(false);
    expect(holder(election, 0)).toBeUndefined();
  });

  it('does not let go of a seat whose holder stands back, until it has been silent for long', () => {
    const election = createElection();
    election.elect(candidate);
    expect(election.elect({ ...candidate, time: 500_000, policy: 'never' }).holds).toBe(false);
    expect(election.elect({ ...candidate, agent: 'b', time: 500_001 }).holds).toBe(false);
    expect(election.elect({ ...candidate, agent: 'b', time: 600_001 }).holds).toBe(true);
  });

  it('tells of every agent why it has the seat or has it not', () => {
    const election = createElection();
    const at = (agent: string, rest: object = {}) => election.elect({ ...candidate, agent, ...rest });
    at('silent', { time: 0 });
    at('first', { time: 600_001 });
    at('late', { time: 600_002 });
    at('shy', { time: 600_003, policy: 'never' });
    at('off', { time: 600_004, enabled: false });
    const [before] = election.seats(600_004, nobodyRegistered);
    expect(before).toMatchObject({ clusterId: 'c', holder: 'first', since: 600_001, until: 1_200_001 });
    expect(before?.claims.map(({ agent, holds, reason }) => [agent, holds, reason])).toEqual([
      ['off', false, 'disabled'],
      ['shy', false, 'never-watches'],
      ['late', false, 'taken'],
      ['first', true, 'came-first'],
    ]);
    at('watcher', { time: 600_005, policy: 'watch-only' });
    at('first', { time: 600_006 });
    const [after] = election.seats(600_006, (agent) => (agent === 'first' ? 7 : null));
    expect(after?.claims.slice(0, 2).map(({ agent, agentId, reason }) => [agent, agentId, reason])).toEqual([
      ['first', 7, 'was-taken-over'],
      ['watcher', null, 'took-over'],
    ]);
    expect(after?.claims[0]?.text).toContain('The seat is held by watcher.');
  });

  it('lists a seat as vacant after its time', () => {
    const election = createElection();
    election.elect(candidate);
    expect(election.seats(600_001, nobodyRegistered)).toEqual([
      { clusterId: 'c', holder: null, since: null, heard: null, until: null, claims: [] },
    ]);
  });

  it('is the same again from what was saved', () => {
    const election = createElection();
    election.elect(candidate);
    const again = createElection(election.saved());
    expect(again.elect({ ...candidate, agent: 'b', time: 1 }).holds).toBe(false);
    expect(holder(again, 1)).toBe('a');
  });
});
