import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/conformance/verdict.js';
import { reportOfVerdict } from '../../src/report/report-of-verdict.js';
import { verdictJunit } from '../../src/report/verdict-junit.js';
import { sampleVerdict } from './support/sample-verdict.js';
import { attached, broken, nothing, spoiled, withBaseline } from './support/sample-verdicts.js';

function xmlOf(verdict: Verdict, stable = false): string {
  return verdictJunit(reportOfVerdict(verdict, { stable }));
}

describe('verdictJunit', () => {
  it('has a suite for each scenario, with a case for each rule that it judged', () => {
    const xml = xmlOf(sampleVerdict);
    expect(xml).toContain('<testsuites name="plumbline" tests="10" failures="3" errors="0" skipped="2" time="8.211">');
    expect(xml).toContain(
      '<testsuite name="plumbline v7 scenario pod-deleted" tests="4" failures="2" errors="0" skipped="0" time="6.333">',
    );
    expect(xml).toContain('<testcase classname="change" name="change/deleted-disappears">\n      <failure type="must"');
    expect(xml).toContain('plumbline check --scenario pod-deleted --rule change/deleted-disappears --seed 1');
    expect(xml).toContain('<skipped message="it is not in profile &apos;quick&apos;"/>');
    expect(xml).toContain('<skipped message="no scenario that was played judges it"/>');
  });

  it('has a suite for each family where no scenario was played', () => {
    const xml = xmlOf(attached);
    expect(xml).toContain('<testsuite name="plumbline v6.5 entry" tests="2" failures="1" errors="0" skipped="0">');
    expect(xml).toContain('... and 6 more');
    expect(xmlOf(nothing)).toContain('<skipped message="no request carried entries"/>');
  });

  it('skips what the baseline knows, and fails for what is wrong with the baseline', () => {
    const xml = xmlOf(withBaseline);
    expect(xml).toContain('<skipped message="known failure: comes with 2.0"/>');
    expect(xml).toMatch(/<testsuite name="plumbline baseline" tests="2" failures="2"/);
    expect(xml).toContain('<failure type="stale"');
    expect(xml).toContain('<failure type="expired"');
  });

  it('calls what Plumbline did wrong an error, never a failure', () => {
    const xml = xmlOf(broken);
    expect(xml).toContain('<error message="rule entry/unique broke: Error: boom">');
    expect(xml).toContain('<error message="the API could not be started">');
    expect(xml).toMatch(/<testsuites [^>]*failures="3" errors="2"/);
  });

  it('has no times where it is to be stable', () => {
    expect(xmlOf(sampleVerdict, true)).not.toContain('time=');
  });

  it('is well-formed whatever the texts hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (evil) => {
        const xml = xmlOf(spoiled(evil));
        expect(xml.isWellFormed()).toBe(true);
        // XML 1.0 allows no other character, and nothing of the text can be markup.
        expect(xml).not.toMatch(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u);
        expect(
          xml.replaceAll(/<\/?(?:testsuites?|testcase|failure|error|skipped|system-out)\b[^<>]*>|<\?xml[^<>]*>/g, ''),
        ).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|apos);)/);
      }),
      { numRuns: 50 },
    );
  });
});
