import { describe, expect, it } from 'vitest';
import type { RuleVerdict, Verdict } from '../../src/conformance/verdict.js';
import { verdictJunit } from '../../src/report/verdict-junit.js';

const finding = { request: 1, found: 'a <b> & "c"', expected: "'d'", message: 'Bell \u0007 and half a pair \ud800.' };

function rule(id: string, more: Partial<RuleVerdict>): RuleVerdict {
  return { id, level: 'must', status: 'passed', findings: [], total: 0, judgedOn: 1, ...more };
}

function verdictOf(rules: readonly RuleVerdict[]): Verdict {
  const summary = { passed: 1, failed: { must: 1, should: 0, info: 1 }, notJudged: 1, calls: 1, uploads: 1 };
  return { schema: 'plumbline/check/1', compat: 'v7', outcome: 'fail', summary, rules, clusters: [], faults: [] };
}

describe('verdictJunit', () => {
  const xml = verdictJunit(
    verdictOf([
      rule('entry/unique', {}),
      rule('entry/type-known', { status: 'failed', findings: [finding], total: 7 }),
      rule('cost/trimmed', { level: 'info', status: 'failed', findings: [finding], total: 1 }),
      rule('error/reported', { status: 'not-judged', reason: 'nothing failed' }),
    ]),
  );

  it('counts failures and skipped rules; info never fails', () => {
    expect(xml).toContain('<testsuites name="plumbline" tests="4" failures="1" errors="0" skipped="1">');
    expect(xml).toContain('<testsuite name="plumbline v7 cost" tests="1" failures="0" errors="0" skipped="0">');
    expect(xml).toContain('<skipped message="nothing failed"/>');
    expect(xml).toContain('... and 6 more');
  });

  it('holds no character that XML does not allow', () => {
    expect(xml).toContain('a &lt;b&gt; &amp; &quot;c&quot;');
    expect(xml).toContain('&apos;d&apos;');
    expect(xml).toContain('Bell \u{FFFD} and half a pair \u{FFFD}.');
    expect(xml.isWellFormed()).toBe(true);
  });
});
