import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/conformance/verdict.js';
import { reportOfVerdict } from '../../src/report/report-of-verdict.js';
import { shellCommand } from '../../src/report/shell-command.js';
import { createStyle } from '../../src/report/style.js';
import { verdictText } from '../../src/report/verdict-text.js';
import { sampleRule, sampleVerdict } from './support/sample-verdict.js';
import { attached, broken, nothing, passing, spoiled, withBaseline } from './support/sample-verdicts.js';

function textOf(verdict: Verdict, stable = false): string {
  return verdictText(reportOfVerdict(verdict, { stable }), createStyle(false), 1);
}

describe('verdictText', () => {
  it('is short where all is well', () => {
    expect(textOf(passing)).toBe(`entry        1 passed
snapshot     1 passed

2 scenarios played; the longest took 6.3 s (pod-deleted)

What DeepFlow shows
  plumbline, version 1714384958: shown; 18 of 20 objects
    1 node, 2 namespaces, 3 workloads, 6 pods, 2 services, 1 ingress

The smallest ClusterRole that would have done is in the json and html reports.

PASS  compat v7, profile quick, Kubernetes embedded, seed 1, interval 0.2 s: 2 passed, 0 failed, 0 not judged; 21 calls, 5 uploads
`);
  });

  it('gives the first finding of a rule that failed, and how to explain and to rerun it', () => {
    const text = textOf(sampleVerdict);
    expect(text).toContain(`change       1 failed
  x change/deleted-disappears  must, 3 findings, in pod-deleted
      scenario pod-deleted, request 7, entry 3, *v1.Pod, shop/cart-6d5f: The Pod is gone from Kubernetes and still uploaded: send a snapshot without it, with a new version.
        found an entry of it, 5.02 s after Kubernetes had deleted it; expected no entry of it within 5 s
      ... and 2 more
      plumbline explain change/deleted-disappears
      plumbline check --scenario pod-deleted --rule change/deleted-disappears --seed 1 --compat v7 --interval 0.2 -- ./my-agent --name 'it'\\''s mine'
`);
    expect(text).toContain('cost         1 noted\n  i cost/trimmed  info, 1 finding');
    expect(text).toContain(`  scenario        result   rules passed  failed   time
  first-snapshot  failed              3       1  1.8 s
  pod-deleted     failed              2       2  6.3 s
  large-cluster   skipped
  not played: it is not in profile 'quick'
`);
    expect(text.trimEnd().split('\n').at(-1)).toMatch(
      /^FAIL {2}.*: 2 passed, failed 1 must, 1 should, 1 info, 1 not judged; 21 calls/,
    );
  });

  it('tells what the baseline knows, and what is wrong with it', () => {
    const text = textOf(withBaseline);
    expect(text).toContain('request      1 failed as known\n  ~ request/agent-id-present');
    expect(text).toContain('known: comes with 2.0 (until 2026-12-31)');
    expect(text).toContain('Baseline known.yaml: 1 rule failed as known\n  stale  The baseline says');
    expect(text).toContain('first-snapshot  passed');
    expect(text).toContain('1 failed as known, 1 not judged, 2 entries of the baseline to mend');
  });

  it('never reads as the agent’s failure where Plumbline failed', () => {
    const text = textOf(broken);
    expect(text).toContain('Plumbline itself failed: rule entry/unique broke: Error: boom');
    expect(text).toContain('Plumbline itself failed: scenario large-cluster: the API could not be started');
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^PLUMBLINE FAILED {2}/);
  });

  it('has no command to rerun what it did not run, and names no request where there is none', () => {
    const text = textOf(attached);
    expect(text).toContain('      entry 3, *v1.Pod, shop/cart-6d5f: ');
    expect(text).not.toContain('plumbline check');
    expect(textOf(nothing)).toContain('NOTHING JUDGED  compat v6.5: 0 passed');
  });

  it('prints the ClusterRole where the agent asked for more than it needed', () => {
    const rule = sampleRule('watch/reads-only', { status: 'failed', level: 'should' });
    expect(textOf({ ...sampleVerdict, rules: [rule] })).toContain('would have done\n  apiVersion: rbac');
  });

  it('lets no text of others break out of its line, or reach the terminal', () => {
    // A ClusterRole and a stack trace may have lines of their own.
    const own = (evil: string): Verdict => ({ ...spoiled(`x${evil}x`), faults: [], clusterRole: 'x' });
    const lines = textOf(own('')).split('\n').length;
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (evil) => {
        const text = textOf(own(evil));
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
        expect(text.split('\n')).toHaveLength(lines);
      }),
      { numRuns: 50 },
    );
  });
});

describe('shellCommand', () => {
  it.each([
    [['plumbline', 'check', '--', './my-agent'], 'plumbline check -- ./my-agent'],
    [['sh', '-c', 'exec ./agent --server "$X"'], `sh -c 'exec ./agent --server "$X"'`],
    [["it's", '', '~'], `'it'\\''s' '' '~'`],
    [["a\nb\u001b'\\"], `$'a\\u000ab\\u001b\\'\\\\'`],
  ])('quotes %j', (words, command) => {
    expect(shellCommand(words)).toBe(command);
  });

  it('is read back by a shell', ({ skip }) => {
    const words = ['a b', "it's", '$HOME `x` "y"', '\\', 'line\nline\u001b', ''];
    const { stdout, error } = spawnSync('bash', ['-c', `printf '<%s>' ${shellCommand(words)}`], { encoding: 'utf8' });
    if (error !== undefined) return skip('no bash here; the quoting itself is tried above');
    expect(stdout).toBe(words.map((word) => `<${word}>`).join(''));
  });
});
