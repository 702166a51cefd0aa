import { describe, expect, it } from 'vitest';
import { applyBaseline, failsRun, isKnown } from '../../../src/conformance/baseline/apply-baseline.js';
import type { BaselineEntry } from '../../../src/conformance/baseline/baseline.js';
import type { Verdict } from '../../../src/conformance/verdict.js';
import { sampleRule, sampleVerdict } from '../../report/support/sample-verdict.js';

const today = '2026-06-15';

function withBaseline(entries: readonly BaselineEntry[], verdict: Verdict = sampleVerdict): Verdict {
  return applyBaseline(verdict, { file: 'known.yaml', entries }, today);
}

const agentId = { rule: 'request/agent-id-present', reason: 'comes later' };
const deleted = { rule: 'change/deleted-disappears', scenario: 'pod-deleted', reason: 'ticket 7' };

describe('applyBaseline', () => {
  it('passes a run whose failures are all known, and still tells of them', () => {
    const verdict = withBaseline([
      { ...agentId, scenario: '*' },
      { ...deleted, expires: today },
    ]);
    expect(verdict.outcome).toBe('pass');
    expect(verdict.summary).toMatchObject({ passed: 2, failed: { must: 0, should: 0, info: 1 }, known: 2 });
    const rule = verdict.rules.find(({ id }) => id === deleted.rule);
    expect(rule).toMatchObject({
      status: 'failed',
      known: [{ scenario: 'pod-deleted', reason: 'ticket 7', expires: today }],
    });
    expect(rule?.findings).toHaveLength(1);
    expect(verdict.baseline).toEqual({ file: 'known.yaml', problems: [] });
  });

  it('fails where a rule also fails in a scenario that the baseline does not name', () => {
    const verdict = withBaseline([{ ...agentId, scenario: 'first-snapshot' }, deleted]);
    expect(verdict.outcome).toBe('fail');
    expect(verdict.summary.failed).toEqual({ must: 0, should: 1, info: 1 });
    const rule = verdict.rules.find(({ id }) => id === agentId.rule) ?? sampleRule('none');
    expect(rule.known).toEqual([{ scenario: 'first-snapshot', reason: 'comes later' }]);
    expect(isKnown(rule)).toBe(false);
    expect(failsRun(rule)).toBe(true);
  });

  it('prefers the entry that names the scenario to the one for all', () => {
    const verdict = withBaseline([
      { ...agentId, scenario: '*' },
      { ...agentId, scenario: 'pod-deleted', reason: 'here' },
    ]);
    const rule = verdict.rules.find(({ id }) => id === agentId.rule);
    expect(rule?.known?.map(({ scenario, reason }) => `${scenario}: ${reason}`)).toEqual([
      'first-snapshot: comes later',
      'pod-deleted: here',
    ]);
  });

  it.each([
    ['of a scenario', 'pod-deleted'],
    ['of all', '*'],
  ])('fails where an entry %s no longer fails', (_, scenario) => {
    const stale = { rule: 'snapshot/complete', scenario, reason: 'slow' };
    const verdict = withBaseline([{ ...agentId, scenario: '*' }, deleted, stale]);
    expect(verdict.outcome).toBe('fail');
    expect(verdict.summary.failed).toMatchObject({ must: 0, should: 0 });
    expect(verdict.baseline?.problems).toMatchObject([{ rule: 'snapshot/complete', scenario, kind: 'stale' }]);
  });

  it('leaves entries alone whose scenario was not played, or whose rule was not judged there', () => {
    const entries = [
      { rule: 'snapshot/complete', scenario: 'large-cluster', reason: 'slow' },
      { rule: 'error/reported', scenario: 'pod-deleted', reason: 'not judged' },
      { rule: 'error/reported', scenario: '*', reason: 'not judged' },
      { rule: 'snapshot/complete', scenario: 'not-in-this-profile', reason: 'slow' },
    ];
    expect(withBaseline(entries).baseline?.problems).toEqual([]);
  });

  it('tells of expired entries, which excuse nothing', () => {
    const verdict = withBaseline([
      { ...agentId, scenario: '*' },
      { ...deleted, expires: '2026-06-14' },
    ]);
    expect(verdict.summary.failed).toMatchObject({ must: 1, should: 0 });
    expect(verdict.baseline?.problems).toMatchObject([{ kind: 'expired', rule: deleted.rule }]);
    expect(verdict.baseline?.problems[0]?.message).toContain('until 2026-06-14');
  });

  it('knows failures of runs without scenarios', () => {
    const { scenarios: _none, ...rest } = sampleVerdict;
    const rules = [sampleRule('request/agent-id-present', { status: 'failed', total: 1 }), sampleRule('entry/unique')];
    const verdict = withBaseline(
      [
        { ...agentId, scenario: '*' },
        { rule: 'entry/unique', scenario: 'pod-deleted', reason: 'of scenarios only' },
      ],
      { ...rest, rules },
    );
    expect(verdict.outcome).toBe('pass');
    expect(verdict.rules[0]?.known).toEqual([{ scenario: '', reason: 'comes later' }]);
    expect(verdict.baseline?.problems).toEqual([]);
  });

  it('never makes a run green in which nothing was judged', () => {
    const nothing: Verdict = { ...sampleVerdict, outcome: 'nothing-judged', rules: [] };
    expect(withBaseline([], nothing).outcome).toBe('nothing-judged');
  });
});
