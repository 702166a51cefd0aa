import { describe, expect, test } from 'vitest';
import { judgeTraffic, trafficOf } from './common/judge-upload.js';

const agentPath = '/agent.Synchronizer/KubernetesAPISync';
const tridentPath = '/trident.Synchronizer/KubernetesAPISync';

describe('transport/known-method', () => {
  const judge = (compat: 'doc' | 'v6.5' | 'v7', ...paths: string[]) =>
    judgeTraffic(
      'transport/known-method',
      trafficOf(
        paths.map((path) => ({ path })),
        { compat },
      ),
    ).status;

  test('knows one package for each compat', () => {
    expect([judge('v7', agentPath), judge('v7', tridentPath)]).toEqual(['passed', 'failed']);
    expect([judge('v6.5', tridentPath), judge('v6.5', agentPath)]).toEqual(['passed', 'failed']);
    expect([judge('doc', tridentPath), judge('doc', agentPath)]).toEqual(['passed', 'failed']);
  });

  test('accepts that both packages are tried', () => {
    expect(judge('v6.5', agentPath, tridentPath)).toBe('passed');
    expect(judge('v7', agentPath, tridentPath)).toBe('passed');
    expect(judge('v7', agentPath, '/trident.Synchronizer/Push')).toBe('failed');
  });

  test('leaves health and reflection alone', () => {
    expect(
      judge('v7', '/grpc.health.v1.Health/Check', '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo'),
    ).toBe('passed');
  });

  test('tells each unknown path once', () => {
    const calls = Array.from({ length: 30 }, () => ({
      path: '/x.Y/Z',
      outcome: 'unknown-method' as const,
      status: 12,
    }));
    expect(judgeTraffic('transport/known-method', trafficOf(calls))).toMatchObject({ status: 'failed', total: 1 });
  });

  test('takes the own package for untried where a strict server does not know the method there either', () => {
    const calls = [
      { path: '/agent.Synchronizer/PrometheusAPISync', outcome: 'unknown-method' as const },
      { path: '/trident.Synchronizer/PrometheusAPISync' },
    ];
    expect(judgeTraffic('transport/known-method', trafficOf(calls))).toMatchObject({ status: 'failed', total: 2 });
  });

  test('does not hold the other package against a client whose first calls are not known', () => {
    const traffic = trafficOf([{ path: tridentPath }], { dropped: 5 });
    expect(judgeTraffic('transport/known-method', traffic).status).toBe('passed');
  });
});

describe('transport/size-within-limit', () => {
  const refused = { status: 8, outcome: 'unary', bytesDigest: 'same', size: 50 } as const;
  const judge = (...calls: object[]) => judgeTraffic('transport/size-within-limit', trafficOf(calls));

  test('finds a message over the limit', () => {
    expect(judge({ size: 104_857_600 }).status).toBe('passed');
    expect(judge({ size: 104_857_601 }).status).toBe('failed');
    expect(judge({ size: 0, outcome: 'too-large', status: 8 }).status).toBe('failed');
  });

  test('finds a refused message that is sent for the fourth time', () => {
    expect(judge(refused, refused, refused).status).toBe('passed');
    expect(judge(refused, refused, refused, refused)).toMatchObject({
      status: 'failed',
      total: 1,
      findings: [{ request: 4, found: 'the message of request 1 sent 4 times' }],
    });
  });

  test('lets a loop end with another message or with success', () => {
    const other = { ...refused, bytesDigest: 'other' };
    expect(judge(refused, refused, other, refused, refused, refused).status).toBe('passed');
    expect(judge(refused, refused, { ...refused, status: 0 }, refused, refused).status).toBe('passed');
  });
});

describe('transport/one-call-at-a-time', () => {
  const judge = (...calls: object[]) => judgeTraffic('transport/one-call-at-a-time', trafficOf(calls));

  test('finds a call that begins before an earlier one has ended', () => {
    expect(judge({ duration: 3000 }, {}, {})).toMatchObject({ status: 'failed', total: 2 });
    expect(judge({ duration: 1000 }, {}).status).toBe('passed');
  });

  test('compares calls of one cluster only', () => {
    expect(judge({ duration: 3000 }, { sync: { clusterId: 'other' } })).toMatchObject({ status: 'not-judged' });
  });
});
