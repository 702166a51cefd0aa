import { expect, test } from 'vitest';
import { buildVerdict, type Evidence } from '../../src/conformance/build-verdict.js';
import type { Level, Rule } from '../../src/conformance/rule.js';
import { createTallyCollector, type RuleTally } from '../../src/conformance/tally.js';

function rule(id: string, level: Rule['level'], scope: 'entry' | 'traffic' = 'entry'): Rule {
  const example = { breaks: { calls: [] }, keeps: { calls: [] } };
  const judge = () => ({ status: 'passed' }) as const;
  return { id, level, scope, demand: '', why: '', source: '', example, judge };
}

function tally(id: string, what: 'passed' | 'failed' | 'not-judged'): [string, RuleTally] {
  const collector = createTallyCollector(id);
  if (what === 'passed') collector.addPassed(3);
  else if (what === 'not-judged') collector.addNotJudged(1, 'because');
  else collector.addFailed([{ request: 1, found: 'f', expected: 'e', message: 'm' }], 4);
  return [id, collector.tally()];
}

function verdictOf(rules: readonly Rule[], tallies: readonly [string, RuleTally][], more: Partial<Evidence> = {}) {
  const times = { startedAt: 5, durationMs: 10 };
  const judgedUploads = new Map(rules.map(({ id }) => [id, 2]));
  return buildVerdict({
    compat: 'v7',
    rules,
    tallies: new Map(tallies),
    judgedUploads,
    calls: 1,
    uploads: 1,
    clusters: [],
    faults: [],
    times,
    ...more,
  });
}

test.each<[Level, string]>([
  ['must', 'fail'],
  ['should', 'fail'],
  ['info', 'pass'],
])('a failed rule of level %s makes the run %s', (level, outcome) => {
  const verdict = verdictOf([rule('a/b', level)], [tally('a/b', 'failed')]);
  expect(verdict.outcome).toBe(outcome);
  expect(verdict.summary.failed[level]).toBe(1);
  expect(verdict.rules[0]).toMatchObject({ status: 'failed', total: 5, judgedOn: 2 });
});

test('nothing judged is not a pass', () => {
  const verdict = verdictOf([rule('a/b', 'must'), rule('a/c', 'must')], [tally('a/b', 'not-judged')]);
  expect(verdict.outcome).toBe('nothing-judged');
  expect(verdict.rules.map(({ reason }) => reason)).toEqual(['because', 'no request carried entries']);
});

test('a rule that the compat does not know is not judged, whatever was tallied', () => {
  const verdict = verdictOf([rule('a/b', { doc: 'must', 'v6.5': 'must', v7: null })], [tally('a/b', 'failed')]);
  expect(verdict.rules[0]).toMatchObject({ level: null, status: 'not-judged' });
  expect(verdict.rules[0]?.reason).toContain('v7');
});

test('the rules keep their order, and traffic rules are judged on one run', () => {
  const rules = [rule('z/z', 'must', 'traffic'), rule('a/a', 'must')];
  const verdict = verdictOf(rules, [tally('a/a', 'passed'), tally('z/z', 'passed')]);
  expect(verdict.rules.map(({ id, judgedOn }) => [id, judgedOn])).toEqual([
    ['z/z', 1],
    ['a/a', 2],
  ]);
  expect(verdict.outcome).toBe('pass');
});
