import { expect, test } from 'vitest';
import type { Rule } from '../../../src/conformance/rule.js';
import { mergeVerdicts, type NamedVerdict } from '../../../src/conformance/run/merge-verdicts.js';
import type { RuleStatus, RuleVerdict } from '../../../src/conformance/verdict.js';

const rules: readonly Rule[] = ['a/a', 'b/b', 'c/c'].map((id) => ({
  id,
  scope: 'scenario',
  level: 'must',
  demand: '',
  why: '',
  source: '',
  story: { breaks: '', keeps: '' },
}));

function played(
  name: string,
  statuses: readonly RuleStatus[],
  more: Partial<NamedVerdict['scenario']> = {},
): NamedVerdict {
  return {
    scenario: {
      name,
      title: '',
      status: 'played',
      failed: [],
      passed: [],
      timeline: [],
      agentOutput: '',
      durationMs: 1,
      ...more,
    },
    verdict: {
      schema: 'plumbline/check/1',
      compat: 'v7',
      outcome: 'pass',
      summary: { passed: 0, failed: { must: 0, should: 0, info: 0 }, notJudged: 0, calls: 2, uploads: 1 },
      rules: statuses.map(
        (status, at): RuleVerdict => ({
          id: rules[at]?.id ?? '',
          level: 'must',
          status,
          findings: status === 'failed' ? [{ request: 1, scenario: name, found: '', expected: '', message: '' }] : [],
          total: status === 'failed' ? 1 : 0,
          judgedOn: 1,
          ...(status === 'not-judged' ? { reason: `${name} could not tell` } : {}),
        }),
      ),
      clusters: [],
      faults: [],
    },
  };
}

const options = { compat: 'v7', rules, times: { startedAt: 0, durationMs: 1 } } as const;

test('a rule has failed where it failed anywhere, and passed where it passed somewhere', () => {
  const verdict = mergeVerdicts(
    [played('one', ['passed', 'failed', 'not-judged']), played('two', ['failed', 'failed', 'not-judged'])],
    options,
  );
  expect(verdict.rules).toMatchObject([
    { id: 'a/a', status: 'failed', failedIn: ['two'], total: 1 },
    { id: 'b/b', status: 'failed', failedIn: ['one', 'two'], total: 2 },
    { id: 'c/c', status: 'not-judged', reason: 'one could not tell' },
  ]);
  expect(verdict).toMatchObject({ outcome: 'fail', summary: { calls: 4, uploads: 2, failed: { must: 2 } } });
});

test('nothing judged is no pass, and a scenario that broke is a fault of the harness', () => {
  const verdict = mergeVerdicts(
    [played('one', ['not-judged', 'not-judged', 'not-judged'], { status: 'broken', reason: 'no port' })],
    options,
  );
  expect(verdict.outcome).toBe('nothing-judged');
  expect(verdict.faults).toEqual(['scenario one: no port']);
});
