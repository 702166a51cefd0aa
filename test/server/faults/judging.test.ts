import { describe, expect, test } from 'vitest';
import { judgeTraffic, type TestCall, trafficOf } from '../../conformance/rules/common/judge-upload.js';
import { day } from '../support/running-server.js';

/** A call that a fault kept from the server. */
const lost: TestCall = { status: 14, fault: 'status', sync: { effect: 'none', answerVersion: null } };

const at = (time: number, call: TestCall = { sync: { entryCount: 0, effect: 'refreshed' } }): TestCall => ({
  ...call,
  time,
});

describe('faults are not held against the agent: request/heartbeat-within-24h', () => {
  const judge = (...parameters: Parameters<typeof trafficOf>) =>
    judgeTraffic('request/heartbeat-within-24h', trafficOf(...parameters)).status;
  const steady = [at(0), at(10_000), at(20_000), at(30_000)];

  test('calls that were lost are no silence', () => {
    expect(judge([...steady, at(90_000)])).toBe('failed');
    expect(judge([...steady, at(60_000, lost), at(90_000)])).toBe('passed');
    expect(judge([...steady, at(60_000, { ...lost, sync: { effect: 'none', clusterId: 'other' } }), at(90_000)])).toBe(
      'failed',
    );
    expect(judge([...steady, at(35_000), at(95_000, lost), at(96_000)])).toBe('passed');
  });

  test('after a fault of the whole server a client may take its time', () => {
    const fault = (time: number) => ({ faults: [{ time, clockJump: 0 }] });
    expect(judge([...steady, at(90_000)], fault(40_000))).toBe('passed');
    expect(judge([...steady, at(90_000)], fault(15_000))).toBe('failed');
  });

  test('a jump of the clock is no silence; a day besides it is', () => {
    const jump = { faults: [{ time: 30_000 + day, clockJump: day }] };
    expect(judge([...steady, at(day + 31_000)], jump)).toBe('passed');
    expect(judge([...steady, at(2 * day + 31_000)], jump)).toBe('failed');
    expect(judge([at(0), at(day + 1, { ...lost, sync: { effect: 'none' } })], { until: day + 2 })).not.toBe('failed');
  });
});

test('faults are not held against the agent: handshake/resends-without-agent-id leaves out jumps of the clock', () => {
  const judge = (...parameters: Parameters<typeof trafficOf>) =>
    judgeTraffic('handshake/resends-without-agent-id', trafficOf(...parameters)).status;
  const calls = [
    at(0, { sync: { agentId: 0 } }),
    at(day + 5_000, { sync: { agentId: 0, entryCount: 0, effect: 'dropped', answerVersion: null } }),
  ];
  expect(judge(calls)).toBe('failed');
  expect(judge(calls, { faults: [{ time: day + 2_000, clockJump: day }] })).toBe('not-judged');
});

test('faults are not held against the agent: RESOURCE_EXHAUSTED may have other reasons than the size', () => {
  const judge = (fault: string) => {
    const refused: TestCall = { ...lost, status: 8, fault, bytesDigest: 'same', size: 50 };
    return judgeTraffic('transport/size-within-limit', trafficOf([refused, refused, refused, refused])).status;
  };
  expect(judge('message-limit')).toBe('failed');
  expect(judge('status')).toBe('passed');
});
