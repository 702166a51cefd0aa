import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JudgeContext, TrafficRule } from '../../src/conformance/rule.js';
import type { TrafficCall } from '../../src/conformance/traffic.js';
import { createTrafficJudging } from '../../src/conformance/traffic-judging.js';

const context: JudgeContext = { compat: 'v7', clusterRegistered: true };
const example = { breaks: { calls: [] }, keeps: { calls: [] } };
const texts = { level: 'must', demand: '', why: '', source: '', example } as const;

function call(seq: number, path: string): TrafficCall {
  return { seq, time: seq * 1000, duration: 1, peer: '', path, outcome: 'unary', status: 0, size: 0, bytesDigest: '' };
}

/** Fails each call to /bad that another call follows. */
const noBadCall: TrafficRule = {
  ...texts,
  id: 'test/no-bad-call',
  scope: 'traffic',
  judge({ calls }) {
    const bad = calls.slice(0, -1).filter(({ path }) => path === '/bad');
    if (bad.length === 0) return { status: 'passed' };
    const findings = bad.map(({ seq }) => ({ request: seq, found: '/bad', expected: 'another', message: 'bad' }));
    return { status: 'failed', findings };
  },
};

function judging(keep: number, rules: readonly TrafficRule[] = [noBadCall], faults: string[] = []) {
  return createTrafficJudging({
    rules,
    context,
    maxMessage: () => 1,
    openPushes: () => [],
    keep,
    onFault: (id) => faults.push(id),
  });
}

test('calls that are let go leave their findings behind, each once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 10 }),
      async (bad, keep) => {
        const bounded = judging(keep);
        const unbounded = judging(1000);
        for (const [index, isBad] of bad.entries()) {
          for (const one of [bounded, unbounded]) one.add(call(index + 1, isBad ? '/bad' : '/good'));
        }
        const [got] = await bounded.tallies(0);
        const [wanted] = await unbounded.tallies(0);
        expect(got?.total).toBe(wanted?.total);
        expect(got?.findings).toEqual(wanted?.findings);
      },
    ),
  );
});

test('rules see the calls in order of their numbers, restarts, and how many are gone', async () => {
  const seen: { seqs: number[]; restarts: readonly number[]; dropped: number; until: number }[] = [];
  const rule: TrafficRule = {
    ...texts,
    id: 'test/looks',
    scope: 'traffic',
    judge({ calls, restarts, dropped, until }) {
      seen.push({ seqs: calls.map(({ seq }) => seq), restarts, dropped, until });
      return { status: 'passed' };
    },
  };
  const traffic = judging(3, [rule]);
  traffic.add(call(2, '/a'));
  traffic.add(call(1, '/a'));
  traffic.restarted();
  traffic.add(call(3, '/a'));
  await traffic.tallies(42);
  expect(seen.at(-1)).toEqual({ seqs: [1, 2, 3], restarts: [3], dropped: 0, until: 42 });
  for (const seq of [4, 5, 6]) traffic.add(call(seq, '/a'));
  await traffic.tallies(43);
  expect(seen.at(-1)).toEqual({ seqs: [4, 5, 6], restarts: [], dropped: 3, until: 43 });
});

test('no call, no judgement', async () => {
  expect((await judging(10).tallies(0))[0]).toMatchObject({
    passed: 0,
    failed: 0,
    notJudged: 1,
    reason: 'no call came',
  });
});

test('a rule that breaks is a fault, and not a verdict', async () => {
  const broken: TrafficRule = {
    ...texts,
    id: 'test/broken',
    scope: 'traffic',
    judge() {
      throw new Error('oops');
    },
  };
  const faults: string[] = [];
  const traffic = judging(10, [broken], faults);
  traffic.add(call(1, '/a'));
  expect((await traffic.tallies(0))[0]).toMatchObject({ passed: 0, failed: 0, notJudged: 1 });
  expect(faults).toEqual(['test/broken']);
});

describe('whoever adds calls', () => {
  /** Takes longer than one turn may; tells how often it was asked. */
  function slowRules() {
    const asked: string[] = [];
    const rule = (id: string): TrafficRule => ({
      ...noBadCall,
      id,
      judge(traffic) {
        asked.push(id);
        for (const end = performance.now() + 6; performance.now() < end; );
        return noBadCall.judge(traffic, context);
      },
    });
    return { asked, rules: [rule('test/one'), rule('test/two'), rule('test/three')] };
  }

  test('does not wait for the rules, of which each has a turn of the loop', async () => {
    const { asked, rules } = slowRules();
    const traffic = judging(2, rules);
    for (const seq of [1, 2, 3, 4]) traffic.add(call(seq, '/bad'));
    expect(asked).toEqual([]);
    await setImmediate();
    expect(asked).toEqual(['test/one']);
    const tallies = traffic.tallies(0);
    traffic.add(call(5, '/bad'));
    expect((await tallies).map(({ total }) => total)).toEqual([4, 4, 4]);
  });

  test('waits where more would have to be held', async () => {
    const { asked, rules } = slowRules();
    const traffic = judging(2, rules);
    for (const seq of [1, 2, 3, 4, 5, 6]) traffic.add(call(seq, '/bad'));
    expect(asked).toEqual(['test/one', 'test/two', 'test/three']);
    expect((await traffic.tallies(0)).map(({ total }) => total)).toEqual([5, 5, 5]);
  });

  test('adds nothing to a verdict that is being given', async () => {
    const { rules } = slowRules();
    const traffic = judging(2, rules);
    for (const seq of [1, 2, 3]) traffic.add(call(seq, '/bad'));
    const tallies = traffic.tallies(0);
    for (const seq of [4, 5, 6, 7]) traffic.add(call(seq, '/bad'));
    expect((await tallies).map(({ total }) => total)).toEqual([2, 2, 2]);
  });
});
