import { describe, expect, it } from 'vitest';
import { applyBaseline } from '../../src/conformance/baseline/apply-baseline.js';
import type { Verdict } from '../../src/conformance/verdict.js';
import { interruptedVerdict, verdictEnding } from '../../src/conformance/verdict-ending.js';
import { githubAnnotations } from '../../src/report/github-annotations.js';
import { stepSummary } from '../../src/report/step-summary.js';
import { createStyle } from '../../src/report/style.js';
import { verdictBadge } from '../../src/report/verdict-badge.js';
import { verdictCtrf } from '../../src/report/verdict-ctrf.js';
import { verdictHtml } from '../../src/report/verdict-html.js';
import { verdictJson } from '../../src/report/verdict-json.js';
import { verdictJunit } from '../../src/report/verdict-junit.js';
import { verdictSarif } from '../../src/report/verdict-sarif.js';
import { verdictText } from '../../src/report/verdict-text.js';
import { sampleRule, sampleVerdict } from './support/sample-verdict.js';
import { interrupted, passing } from './support/sample-verdicts.js';

const how = 'SIGINT came after 1 of 2 scenarios';
const tool = { version: '1', rules: new Map() };

describe('a run that was broken off', () => {
  it('never passes, and failures stay failures', () => {
    expect(verdictEnding(interrupted)).toBe('interrupted');
    expect(interrupted.outcome).toBe('nothing-judged');
    expect(verdictEnding(interruptedVerdict(sampleVerdict, how))).toBe('fail');
  });

  it('does not pass for a baseline that knows all that failed', () => {
    const failedOnce: Verdict = {
      ...passing,
      outcome: 'fail',
      rules: [...passing.rules, sampleRule('entry/unique', { status: 'failed', level: 'must', failedIn: [] })],
    };
    const baseline = { file: 'known.yaml', entries: [{ rule: 'entry/unique', scenario: '*', reason: 'old' }] };
    expect(verdictEnding(applyBaseline(failedOnce, baseline, '2026-06-15'))).toBe('pass');
    const brokenOff = applyBaseline(interruptedVerdict(failedOnce, how), baseline, '2026-06-15');
    expect(verdictEnding(brokenOff)).toBe('interrupted');
  });

  it.each([
    ['table', verdictText(interrupted, createStyle(false), 1)],
    ['json', verdictJson(interrupted)],
    ['junit', verdictJunit(interrupted)],
    ['html', verdictHtml(interrupted, new Map())],
    ['sarif', verdictSarif(interrupted, tool)],
    ['ctrf', verdictCtrf(interrupted, tool)],
    ['annotations', githubAnnotations(interrupted)],
    ['step summary', stepSummary(interrupted)],
  ])('is told of in the %s', (_name, text) => {
    expect(text).toContain(how);
  });

  it('is an error where only colours are looked at', () => {
    expect(verdictJunit(interrupted)).toMatch(/errors="1"/);
    expect(JSON.parse(verdictSarif(interrupted, tool)).runs[0].invocations[0].executionSuccessful).toBe(false);
    expect(verdictBadge(interrupted)).not.toContain('green');
  });
});
