import { describe, expect, it } from 'vitest';
import { createGenesisMemory, type GenesisReport, genesisAging } from '../../../src/server/model/genesis-memory.js';

const nic = { mac: '02:00:00:00:00:01', ips: [], name: 'eth0', device: '', netns: '' };
const processes = Array.from({ length: 4096 }, (_, pid) => ({ pid, name: 'x', startTime: 0 }));
const most = 1_000_000;
/** Of the largest size that one agent may have, as many as fit over all, and one. */
const agents = Math.ceil(most / processes.length);

function report(agent: string, content: Partial<GenesisReport['content']> = {}): GenesisReport {
  const common = { agent, agentId: 1, host: '', clusterId: 'shop', version: 1n, time: 0 };
  return { ...common, content: { nics: [nic], processes: [], ...content } };
}

describe('what agents say with GenesisSync', () => {
  it('has a bound of processes over all agents, beyond which the NICs are kept and the others counted', () => {
    const memory = createGenesisMemory();
    for (let i = 0; i < agents; i++) memory.take(report(`a${i}`, { processes }));
    const tooMany = agents * processes.length - most;
    const last = `a${agents - 1}`;
    expect(memory.get(last)?.processes).toHaveLength(processes.length - tooMany);
    expect(memory.notKept()).toEqual({ reports: 0, processes: tooMany });
    const late = memory.take(report('late', { processes }));
    expect(late).toMatchObject({ answerVersion: 1n, current: { nics: [nic], processes: [] } });
    expect(memory.notKept()).toEqual({ reports: 0, processes: tooMany + processes.length });
    // What was saved may be more than is taken now.
    const saved = [
      ...memory.saved(),
      { ...report('y'), heard: 0, version: '1', nics: [], processes: processes.slice(1) },
    ];
    expect(createGenesisMemory(saved).take(report('x', { processes })).current?.processes).toEqual([]);

    // What a report replaces, and what is forgotten, makes room.
    memory.take({ ...report('a0'), version: 2n, time: 1 });
    memory.take({ ...report('late', { processes }), version: 2n, time: 1 });
    expect(memory.get('late')?.processes).toHaveLength(processes.length);
    expect(memory.expire(genesisAging + 1)).toHaveLength(agents - 1);
    memory.take({ ...report('a1', { processes }), time: genesisAging + 1 });
    expect(memory.get('a1')?.processes).toHaveLength(processes.length);
    expect(memory.notKept().processes).toBe(tooMany + processes.length);
  });

  it('is counted where there are too many agents or NICs', () => {
    const nics = Array.from({ length: 500_000 }, () => nic);
    const memory = createGenesisMemory();
    for (const agent of ['a', 'b', 'c', 'c']) memory.take(report(agent, { nics }));
    expect(memory.get('c')).toBeNull();
    expect(memory.notKept()).toEqual({ reports: 2, processes: 0 });
  });
});
