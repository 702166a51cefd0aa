import { describe, expect, test } from 'vitest';
import type { Compat } from '../../../src/kube/compat.js';
import { judgeTraffic, type TestCall, trafficOf, unchanged } from './common/judge-upload.js';

const errorMsg = 'list pods: 503';

describe('error/report-is-kept', () => {
  const judge = (...calls: TestCall[]) => judgeTraffic('error/report-is-kept', trafficOf(calls)).status;
  const dropped = { ...unchanged, errorMsg, effect: 'dropped' } as const;

  test('a report that the server drops is lost', () => {
    expect(judge({}, { sync: { ...dropped, version: 8n } })).toBe('failed');
    expect(judge({}, { sync: { ...dropped, agentId: 0 } })).toBe('failed');
  });

  test('one that it keeps is not', () => {
    expect(judge({}, { sync: { ...unchanged, errorMsg } })).toBe('passed');
    expect(judge({}, { sync: { errorMsg, agentId: 0 } })).toBe('passed');
  });

  test('what was dropped for another reason belongs to another rule', () => {
    expect(judge({}, { sync: { ...dropped, version: 0n } })).toBe('passed');
    expect(judge({}, { sync: { ...dropped, clusterId: '' } })).toBe('not-judged');
    expect(judge({}, { sync: { ...dropped, teamId: 't-x', answerVersion: null } })).toBe('passed');
  });

  test('without a report there is nothing to judge', () => {
    expect(judge({})).toBe('not-judged');
  });
});

describe('error/keeps-version-and-entries', () => {
  const judge = (compat: Compat, ...calls: TestCall[]) =>
    judgeTraffic('error/keeps-version-and-entries', trafficOf(calls, { compat })).status;

  test('version and entries stay as they were', () => {
    expect(judge('doc', {}, { sync: { errorMsg } })).toBe('passed');
    expect(judge('doc', {}, { sync: { errorMsg, version: 8n } })).toBe('failed');
    expect(judge('doc', {}, { sync: { errorMsg, contentDigest: 'less' } })).toBe('failed');
  });

  test('servers are content with agent_id and the version', () => {
    const short = { ...unchanged, errorMsg };
    expect(judge('doc', {}, { sync: short })).toBe('failed');
    expect(judge('v7', {}, { sync: short })).toBe('passed');
    expect(judge('v7', {}, { sync: { ...short, agentId: 0 } })).toBe('failed');
  });

  test('the first request of all has nothing to keep', () => {
    expect(judge('v7', { sync: { errorMsg } })).toBe('not-judged');
  });
});
