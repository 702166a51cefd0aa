import { describe, expect, test } from 'vitest';
import { judgeTraffic, type TestCall, trafficOf, unchanged } from './common/judge-upload.js';

const hour = 3_600_000;
const asked = (answerVersion: bigint | null): TestCall => ({
  sync: { ...unchanged, effect: 'dropped', answerVersion },
});

describe('handshake/full-resend-on-version-mismatch', () => {
  const judge = (...calls: TestCall[]) => judgeTraffic('handshake/full-resend-on-version-mismatch', trafficOf(calls));

  test('the next request has to carry the entries', () => {
    expect(judge({}, asked(0n), {}).status).toBe('passed');
    expect(judge({}, asked(0n), asked(0n), {})).toMatchObject({ status: 'failed', findings: [{ request: 3 }] });
  });

  test('an answer without version asks for nothing', () => {
    expect(judge({}, asked(null), asked(null)).status).toBe('not-judged');
  });

  test('a request that was under way, or that reports an error, is not the answer', () => {
    const slow: TestCall = { ...asked(0n), duration: 1500 };
    expect(judge({}, slow, asked(7n), {}).status).toBe('passed');
    const failing: TestCall = { sync: { ...unchanged, errorMsg: 'list: 503', answerVersion: 7n } };
    expect(judge({}, asked(0n), failing, {}).status).toBe('passed');
  });

  test('the last request has no next one', () => {
    expect(judge({}, asked(0n)).status).toBe('not-judged');
  });
});

describe('handshake/full-resend-after-server-restart', () => {
  const id = 'handshake/full-resend-after-server-restart';
  const judge = (restarts: number[], ...calls: TestCall[]) => judgeTraffic(id, trafficOf(calls, { restarts })).status;

  test('belongs to the restart, not to the other rule', () => {
    expect(judge([2], {}, asked(0n), {})).toBe('passed');
    expect(judge([2], {}, asked(0n), asked(0n))).toBe('failed');
    const traffic = trafficOf([{}, asked(0n), asked(0n)], { restarts: [2] });
    expect(judgeTraffic('handshake/full-resend-on-version-mismatch', traffic).status).toBe('not-judged');
  });

  test('an upload that nobody asked for is as good', () => {
    expect(judge([2], {}, {})).toBe('passed');
  });

  test('is not judged without a restart, or where nothing was answered', () => {
    expect(judge([], {}, asked(0n), {})).toBe('not-judged');
    expect(judge([2], {}, asked(null), asked(null))).toBe('not-judged');
  });
});

describe('handshake/resends-without-agent-id', () => {
  const judge = (...calls: TestCall[]) => judgeTraffic('handshake/resends-without-agent-id', trafficOf(calls)).status;
  const without = (time: number, more: object = {}): TestCall => ({ time, sync: { agentId: 0, ...more } });

  test('entries have to come within a day', () => {
    expect(judge(without(0), without(12 * hour, unchanged), without(24 * hour, unchanged))).toBe('not-judged');
    expect(judge(without(0), without(12 * hour, unchanged), without(25 * hour, unchanged))).toBe('failed');
    expect(judge(without(0), without(12 * hour))).toBe('passed');
  });

  test('is not judged with agent_id', () => {
    expect(judge({ time: 0 }, { time: 25 * hour, sync: unchanged })).toBe('not-judged');
  });
});

describe('handshake/cluster-registered', () => {
  const id = 'handshake/cluster-registered';
  const context = { clusterRegistered: false };

  test('asks for a call that makes the domain, at any time', () => {
    expect(judgeTraffic(id, trafficOf([{}]), context).status).toBe('failed');
    expect(judgeTraffic(id, trafficOf([{}, { registersCluster: 'demo' }]), context).status).toBe('passed');
    expect(judgeTraffic(id, trafficOf([{}, { registersCluster: 'other' }]), context).status).toBe('failed');
  });

  test('is not judged where the run declares the domain, or where calls are missing', () => {
    expect(judgeTraffic(id, trafficOf([{}])).status).toBe('not-judged');
    expect(judgeTraffic(id, trafficOf([{}], { dropped: 1 }), context).status).toBe('not-judged');
  });
});
