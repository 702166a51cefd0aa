import { describe, expect, test } from 'vitest';
import type { AgentAnswer, AgentPush, AgentSync } from '../../../src/conformance/agent-call.js';
import { catalogue } from '../../../src/conformance/catalogue.js';
import type { TrafficRule } from '../../../src/conformance/rule.js';
import type { OpenPush } from '../../../src/conformance/traffic.js';
import { agent, answer } from './common/agent-sync.js';
import { judgeTraffic, type TestCall, trafficOf } from './common/judge-upload.js';

type Change = Partial<Omit<AgentSync, 'answer'>>;

/** A Sync, s after the start. */
function sync(at: number, said: Change = {}, told: Partial<AgentAnswer> | null = {}): TestCall {
  const path = '/agent.Synchronizer/Sync';
  return {
    time: at * 1000,
    path,
    agent: { ...agent, ...said, answer: told && { ...answer, ...told } },
  };
}

/** A Push from its opening to its end, s, and what came over it. */
function push(at: number, until: number, told: AgentPush['told']): TestCall {
  const { answer: _, kind: __, ...report } = agent;
  const agentPush: AgentPush = { kind: 'push', ...report, told };
  const duration = (until - at) * 1000;
  return { time: at * 1000, duration, path: '/agent.Synchronizer/Push', agent: agentPush };
}

/** One that has not ended. */
function openPush(told: AgentPush['told']): OpenPush {
  const { answer: _, kind: __, ...report } = agent;
  return { seq: 1000, agent: { kind: 'push', ...report, told } };
}

const report = (at: number, said: TestCall['sync'] = {}): TestCall => ({
  time: at * 1000,
  sync: { entryCount: 0, ...said },
});
const versions = (version: string) => ({ platformData: version, acls: version, groups: version });

describe('sync/identifies-itself', () => {
  const judge = (...calls: TestCall[]) => judgeTraffic('sync/identifies-itself', trafficOf(calls)).status;

  test('needs address and MAC', () => {
    expect(judge(sync(0))).toBe('passed');
    const noMac = '00:00:00:00:00:00';
    for (const lacking of [{ ctrlIp: '' }, { ctrlIp: '0.0.0.0' }, { ctrlMac: noMac }]) {
      expect(judge(sync(0, lacking)), JSON.stringify(lacking)).toBe('failed');
    }
    expect(judge(sync(0, { ctrlIp: '127.0.0.1', ctrlMac: noMac }))).toBe('passed');
    expect(judge(sync(0, { ctrlMac: 'eth0' }))).toBe('failed');
    expect(judge(sync(0, { ctrlMac: '', byIpOnly: true }))).toBe('passed');
  });

  test('the same process is the same agent; another one may be another', () => {
    const other = { ctrlMac: '02:00:0a:00:00:0a' };
    expect(judge(sync(0), sync(60, other))).toBe('failed');
    expect(judge(sync(0), sync(60, { ...other, bootTime: 1_767_225_660 }))).toBe('passed');
    expect(judge(sync(0), { ...sync(60, other), peer: '10.0.0.10:1' })).toBe('passed');
  });

  test('is not judged without Sync', () => {
    expect(judge(report(0))).toBe('not-judged');
  });
});

describe('sync/describes-itself', () => {
  const judge = (said: Change) => judgeTraffic('sync/describes-itself', trafficOf([sync(0, said)])).status;

  test('needs host, process and time of start', () => {
    expect(judge({})).toBe('passed');
    for (const lacking of [{ host: '' }, { bootTime: 0 }]) {
      expect(judge(lacking), JSON.stringify(lacking)).toBe('failed');
    }
  });

  test('is not asked of one that calls for its id alone', () => {
    expect(judge({ processName: '', host: '' })).toBe('not-judged');
  });
});

describe('sync/keeps-interval', () => {
  const judge = (calls: readonly TestCall[], more = {}) =>
    judgeTraffic('sync/keeps-interval', trafficOf(calls, more)).status;
  const every = (seconds: number, said: Change = {}, told: Partial<AgentAnswer> = {}) =>
    [0, 1, 2, 3, 4].map((index) => sync(index * seconds, said, told));

  test('as often as the configuration says', () => {
    expect(judge(every(60))).toBe('passed');
    expect(judge(every(59, {}, { syncIntervalMs: null }))).toBe('passed');
    expect(judge(every(150))).toBe('failed');
    expect(judge(every(5))).toBe('failed');
    expect(judge(every(5, {}, { syncIntervalMs: 5_000 }))).toBe('passed');
    expect(judge([sync(0)])).toBe('not-judged');
  });

  test('silence until the end counts', () => {
    expect(judge([sync(0), sync(60), sync(120)], { until: 400_000 })).toBe('failed');
  });

  test('an agent that calls for its id alone is not judged', () => {
    expect(judge(every(2, { processName: 'pseudo-agent' }))).toBe('not-judged');
  });

  test('who has no id yet, or something to tell, may call at once', () => {
    expect(judge(every(2, {}, { agentId: 0 }))).toBe('passed');
    const exceptions = [0, 1, 2, 3, 4].map((index) => sync(2 * index, { exception: String(index) }));
    expect(judge(exceptions)).toBe('passed');
    expect(judge(every(2, { bootTime: 0 }).map((call, index) => rebooted(call, index)))).toBe('not-judged');
  });

  test('Push may bring another interval', () => {
    const told = [{ time: 61_000, answer: { ...answer, syncIntervalMs: 5_000 } }];
    const calls = [sync(0), push(1, 100, told), sync(60)];
    const rest = [65, 70, 75, 80].map((at) => sync(at, {}, { syncIntervalMs: 5_000 }));
    expect(judge([...calls, ...rest])).toBe('passed');
    expect(judge([sync(0), sync(60), ...rest])).toBe('passed');
  });

  test('what the server itself did is nobody else to blame for', () => {
    const faults = [{ time: 100_000, clockJump: 0 }];
    expect(judge([sync(0), sync(60), sync(120), sync(300)])).toBe('failed');
    expect(judge([sync(0), sync(60), sync(120), sync(300)], { faults: [{ ...faults[0], time: 200_000 }] })).toBe(
      'passed',
    );
    const jump = [{ time: 200_000, clockJump: 120_000 }];
    expect(judge([sync(0), sync(60), sync(120), sync(300)], { faults: jump })).toBe('passed');
  });
});

function rebooted({ agent: made, ...call }: TestCall, index: number): TestCall {
  return made?.kind === 'sync' ? { ...call, agent: { ...made, bootTime: 1_767_225_600 + index } } : call;
}

describe('sync/adopts-configuration', () => {
  const judge = (...calls: TestCall[]) => judgeTraffic('sync/adopts-configuration', trafficOf(calls)).status;
  const told = { versions: versions('5') };

  test('the next Sync names the versions', () => {
    expect(judge(sync(0, {}, told), sync(60, { versions: versions('5') }))).toBe('passed');
    expect(judge(sync(0, {}, told), sync(60), sync(120))).toBe('failed');
    expect(judge(sync(0, {}, told), sync(60, { versions: versions('4') }))).toBe('failed');
    expect(judge(sync(0))).toBe('not-judged');
  });

  test('a call that was answered at once is not held against itself', () => {
    expect(judge({ ...sync(0, {}, told), duration: 0 }, sync(60, { versions: versions('5') }))).toBe('passed');
  });

  test('what Push sent may have arrived, or not', () => {
    const pushed = push(1, 100, [{ time: 30_000, answer: { ...answer, versions: versions('6') } }]);
    expect(judge(sync(0, {}, told), pushed, sync(60, { versions: versions('6') }))).toBe('passed');
    expect(judge(sync(0, {}, told), pushed, sync(60, { versions: versions('5') }))).toBe('passed');
    expect(judge(sync(0, {}, told), pushed, sync(60, { versions: versions('7') }))).toBe('failed');
    const unclear = push(1, 100, [{ time: 30_000, answer: null }]);
    expect(judge(sync(0, {}, told), unclear, sync(60, { versions: versions('7') }))).toBe('passed');
    expect(judge(sync(0, {}, told), unclear, sync(60), sync(120))).toBe('failed');
  });

  test('a new process knows nothing', () => {
    expect(judge(sync(0, {}, told), sync(60, { bootTime: 1_767_225_700 }))).toBe('not-judged');
  });

  test('the buffer grows as the server says', () => {
    const partial = { newBufferSize: '4194304' };
    expect(judge(sync(0, {}, partial), sync(60, { bufferSize: '4194304' }))).toBe('passed');
    expect(judge(sync(0, {}, partial), sync(60))).toBe('failed');
  });

  test('versions may be forgotten once', () => {
    const adopted = sync(60, { versions: versions('5') }, told);
    expect(judge(sync(0, {}, told), sync(60, {}, told), sync(120, { versions: versions('5') }))).toBe('passed');
    expect(judge(sync(0, {}, told), adopted, sync(120, {}, told), sync(180))).toBe('failed');
  });

  test('what an open stream has told counts', () => {
    const open = openPush([{ time: 30_000, answer: { ...answer, versions: versions('6') } }]);
    const calls = [sync(0, {}, told), sync(60, { versions: versions('6') })];
    expect(judge(...calls)).toBe('failed');
    expect(judgeTraffic('sync/adopts-configuration', trafficOf(calls, { openPushes: [open] })).status).toBe('passed');
  });
});

describe('sync/watch-flag-honoured', () => {
  const judge = (...calls: TestCall[]) => judgeTraffic('sync/watch-flag-honoured', trafficOf(calls)).status;
  const unseated = (at: number) => sync(at, {}, { chosen: false });

  test('the seat is lost and regained', () => {
    expect(judge(sync(0), report(10), unseated(60), sync(120), report(130), report(140))).toBe('passed');
    expect(judge(sync(0), report(10), unseated(60), report(70), report(80))).toBe('failed');
  });

  test('one report may have been on its way', () => {
    expect(judge(sync(0), report(10), unseated(60), report(62), sync(120), report(130))).toBe('passed');
  });

  test('an open stream gives the seat back', () => {
    const calls = [unseated(0), report(70), report(80)];
    const back = openPush([{ time: 65_000, answer }]);
    expect(judge(...calls)).toBe('failed');
    expect(judgeTraffic('sync/watch-flag-honoured', trafficOf(calls, { openPushes: [back] })).status).toBe('passed');
  });

  test('Push tells it, too', () => {
    const pushed = push(1, 500, [{ time: 60_000, answer: { ...answer, chosen: false } }]);
    expect(judge(sync(0), pushed, report(10), report(70), report(80))).toBe('failed');
    const back = push(1, 500, [{ time: 65_000, answer }]);
    expect(judge(unseated(0), back, report(70), report(80))).toBe('passed');
  });

  test('what cannot be known is not judged', () => {
    const unclear = push(1, 500, [{ time: 5_000, answer: null }]);
    expect(judge(unseated(0), unclear, report(70), report(80))).toBe('not-judged');
    expect(judge(report(70), report(80))).toBe('not-judged');
  });

  test('who borrows the id of another agent is not that agent', () => {
    expect(judge(unseated(0), ...[70, 80, 90].map((at) => report(at, { agentId: 9 })))).toBe('not-judged');
  });

  test('an agent that only watches reports in any case', () => {
    const seated = sync(0, { watchOnly: true }, { agentId: 0, chosen: false });
    expect(judge(seated, ...[70, 80, 90].map((at) => report(at, { agentId: 0 })))).toBe('not-judged');
  });

  test('an agent without an id is known by its address', () => {
    const without = { agentId: 0 };
    const calls = [70, 80, 90].map((at) => report(at, without));
    expect(judge(sync(0, {}, { ...without, chosen: false }), ...calls)).toBe('failed');
    expect(judge(sync(0, {}, without), ...calls)).toBe('passed');
  });
});

test('the work for many agents grows with their calls, and no faster', () => {
  const rules = catalogue().filter((rule) => rule.scope === 'traffic');
  /** How often any call is looked at, of so many agents that call three times each. */
  const looks = (rule: TrafficRule, agents: number): number => {
    let count = 0;
    const made = trafficOf(
      Array.from({ length: 3 * agents }, (_, index) => {
        return sync(index, { ctrlIp: `10.0.0.${index % agents}`, bootTime: 1_767_225_600 + (index % agents) });
      }),
    );
    const calls = new Proxy([...made.calls], {
      get: (target, key) => {
        if (typeof key === 'string' && /^\d/.test(key)) count += 1;
        return Reflect.get(target, key);
      },
    });
    rule.judge({ ...made, calls }, { compat: 'v7', clusterRegistered: true });
    return count;
  };
  for (const rule of rules) expect(looks(rule, 40), rule.id).toBeLessThanOrEqual(10 * looks(rule, 4));
});
