import { describe, expect, test } from 'vitest';
import { judgeTraffic, type TestCall, trafficOf, unchanged } from './common/judge-upload.js';

const judge = (id: string, ...calls: TestCall[]) => judgeTraffic(id, trafficOf(calls));
const hour = 3_600_000;

test('a request that cannot be decoded is judged by one rule', () => {
  const problems = [{ kind: 'malformed', offset: 1, field: 1, message: 'the text is cut off' } as const];
  const malformed: TestCall = { sync: { clusterId: '', version: 0n, sourceIp: '', effect: 'none', problems } };
  expect(judge('request/well-formed', malformed)).toMatchObject({
    status: 'failed',
    findings: [{ found: 'the text is cut off' }],
  });
  for (const id of ['cluster-id-present', 'version-present', 'source-ip-present']) {
    expect(judge(`request/${id}`, malformed).status).toBe('not-judged');
  }
});

describe('request/cluster-id-*', () => {
  test('an empty id is judged by one rule', () => {
    const empty = { sync: { clusterId: '' } };
    expect(judge('request/cluster-id-present', empty).status).toBe('failed');
    for (const id of ['valid', 'constant']) expect(judge(`request/cluster-id-${id}`, empty).status).toBe('not-judged');
    const configured = { configuredClusterId: 'demo' };
    expect(judgeTraffic('request/cluster-id-as-configured', trafficOf([empty]), configured).status).toBe('not-judged');
  });

  test.each([
    ['d-AbC123xyz0', 'passed'],
    ['a', 'passed'],
    ['x'.repeat(32), 'passed'],
    ['x'.repeat(33), 'failed'],
    ['-a', 'failed'],
    ['a_b', 'failed'],
    ['a.b', 'failed'],
    ['a\n', 'failed'],
    ['ü', 'failed'],
  ])('%j: %s', (clusterId, status) => {
    expect(judge('request/cluster-id-valid', { sync: { clusterId } }).status).toBe(status);
  });

  test('two reporters may have two clusters, one may not', () => {
    const other = { clusterId: 'other', sourceIp: '10.9.9.9' };
    expect(judge('request/cluster-id-constant', {}, { sync: other }).status).toBe('passed');
    expect(judge('request/cluster-id-constant', {}, { sync: { clusterId: 'other' } }).status).toBe('failed');
    expect(judge('request/cluster-id-constant', {}).status).toBe('not-judged');
  });

  test('the configured id is asked for where it is known', () => {
    const id = 'request/cluster-id-as-configured';
    expect(judgeTraffic(id, trafficOf([{}]), { configuredClusterId: 'demo' }).status).toBe('passed');
    expect(judgeTraffic(id, trafficOf([{}]), { configuredClusterId: 'Demo' }).status).toBe('failed');
    expect(judgeTraffic(id, trafficOf([{}])).status).toBe('not-judged');
  });
});

describe('request/version-*', () => {
  const content = (contentDigest: string, version: bigint): TestCall => ({ sync: { contentDigest, version } });

  test('other content needs another version, larger or smaller', () => {
    const id = 'request/version-changes-with-content';
    expect(judge(id, content('a', 7n), content('b', 8n), content('c', 3n)).status).toBe('passed');
    expect(judge(id, content('a', 7n), content('b', 7n))).toMatchObject({ findings: [{ request: 2 }] });
    expect(judge(id, content('a', 7n), content('a', 7n)).status).toBe('not-judged');
  });

  test('content that could not be read is not compared', () => {
    expect(judge('request/version-changes-with-content', content('', 7n), content('b', 7n)).status).toBe('not-judged');
    expect(judge('request/version-stable-without-change', content('', 7n), content('', 8n)).status).toBe('not-judged');
  });

  test('the same content keeps its version', () => {
    const id = 'request/version-stable-without-change';
    expect(judge(id, content('a', 7n), content('a', 8n)).status).toBe('failed');
    expect(judge(id, content('a', 7n), { sync: unchanged }).status).toBe('passed');
    expect(judge(id, content('a', 7n), content('b', 8n)).status).toBe('not-judged');
  });

  test('a report of an error is no evidence for it', () => {
    const failing = { sync: { contentDigest: 'a', version: 8n, errorMsg: 'list: 503' } };
    expect(judge('request/version-stable-without-change', content('a', 7n), failing).status).toBe('not-judged');
  });

  test('entries are left out once the server has confirmed the version', () => {
    const id = 'request/entries-omitted-when-unchanged';
    const full: TestCall = {};
    expect(judge(id, full, { sync: unchanged }).status).toBe('passed');
    expect(judge(id, full, full).status).toBe('failed');
    expect(judge(id, { sync: { answerVersion: 0n } }, full)).toMatchObject({ status: 'not-judged' });
    expect(judge(id, { sync: { answerVersion: null } }, { sync: { answerVersion: null } })).toMatchObject({
      status: 'not-judged',
      reason: expect.stringContaining('no answer carried a version'),
    });
    expect(judge(id, full, { sync: { errorMsg: 'list: 503' } }, full).status).toBe('not-judged');
    expect(judge(id, { status: 14 }, full).status).toBe('not-judged');
  });
});

describe('request/heartbeat-within-24h', () => {
  const at = (...times: number[]) =>
    times.map((time, index): TestCall => ({ time, ...(index === 0 ? {} : { sync: unchanged }) }));
  const id = 'request/heartbeat-within-24h';

  test('a day of silence is too long even where nothing else is known', () => {
    expect(judgeTraffic(id, trafficOf(at(0), { until: 24 * hour })).status).toBe('not-judged');
    expect(judgeTraffic(id, trafficOf(at(0), { until: 24 * hour + 1 })).status).toBe('failed');
  });

  test('three times its own interval is too long', () => {
    const steady = at(0, 10_000, 20_000, 30_000);
    expect(judgeTraffic(id, trafficOf(steady, { until: 60_000 })).status).toBe('passed');
    expect(judgeTraffic(id, trafficOf(steady, { until: 60_001 }))).toMatchObject({
      status: 'failed',
      findings: [{ request: 4, found: '30 s of silence after request 4, until the end of observation' }],
    });
  });

  test('fewer than two repetitions tell no interval', () => {
    expect(judgeTraffic(id, trafficOf(at(0, 10_000), { until: 500_000 }))).toMatchObject({ status: 'not-judged' });
  });

  test('silence while the server was away is not held against the reporter', () => {
    const calls = at(0, 10_000, 20_000, 90_000);
    expect(judgeTraffic(id, trafficOf(calls)).status).toBe('failed');
    expect(judgeTraffic(id, trafficOf(calls, { restarts: [4] })).status).toBe('passed');
  });

  test('a fast reporter on a busy machine may pause for a moment', () => {
    expect(judge(id, ...at(0, 100, 200, 300, 1900)).status).toBe('passed');
  });
});

describe('request/source-ip-valid', () => {
  test.each([
    ['10.0.0.9', 'passed'],
    ['127.0.0.1', 'passed'],
    ['fd00::9', 'passed'],
    ['0.0.0.0', 'failed'],
    ['::', 'failed'],
    ['224.0.0.1', 'failed'],
    ['10.0.0.9:80', 'failed'],
    ['10.0.0.9/24', 'failed'],
    ['10.9', 'failed'],
    ['reporter', 'failed'],
  ])('%s: %s', (sourceIp, status) => {
    expect(judge('request/source-ip-valid', { sync: { sourceIp } }).status).toBe(status);
  });
});

describe('request/team-id-known', () => {
  const id = 'request/team-id-known';

  test('judges by what the server did', () => {
    const dropped = { teamId: 't-x', effect: 'dropped', answerVersion: null } as const;
    expect(judge(id, { sync: dropped }).status).toBe('failed');
    expect(judge(id, { sync: { teamId: 't-x' } }).status).toBe('passed');
    expect(judge(id, { sync: { ...dropped, version: 0n } }).status).toBe('passed');
    expect(judge(id, { sync: { ...dropped, agentId: 0, entryCount: 0 } }).status).toBe('passed');
    expect(judge(id, { sync: { ...dropped, entryCount: 0, answerVersion: 3n } }).status).toBe('passed');
  });
});

describe('request/single-reporter', () => {
  const id = 'request/single-reporter';
  const first = (version: bigint): TestCall => ({ peer: '10.0.0.9:1', sync: { version } });
  const second = (version: bigint): TestCall => ({ peer: '10.0.0.10:1', sync: { version, sourceIp: '10.0.0.10' } });
  const otherPort = (version: bigint): TestCall => ({ peer: '10.0.0.9:2', sync: { version } });

  test('finds two that take turns with versions of their own', () => {
    expect(judge(id, first(100n), second(900n), first(100n)).status).toBe('failed');
    expect(judge(id, first(100n), second(101n), first(102n)).status).toBe('failed');
  });

  test('one may follow the other, or both hold the same version', () => {
    expect(judge(id, first(100n), first(101n), second(900n), second(901n)).status).toBe('passed');
    expect(judge(id, first(100n), second(100n), first(100n)).status).toBe('passed');
  });

  test('one reporter may have two connections', () => {
    expect(judge(id, first(100n), otherPort(101n), first(102n), otherPort(103n)).status).toBe('passed');
    expect(judge(id, first(100n), otherPort(900n), first(100n)).status).toBe('failed');
  });
});
