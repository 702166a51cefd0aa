import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/conformance/verdict.js';
import { escapeMarkdown, markdownBlock, markdownCode } from '../../src/report/escape-markdown.js';
import { githubAnnotations } from '../../src/report/github-annotations.js';
import { githubCommand } from '../../src/report/github-command.js';
import { reportOfVerdict } from '../../src/report/report-of-verdict.js';
import { stepSummary } from '../../src/report/step-summary.js';
import { sampleFinding, sampleRule, sampleVerdict } from './support/sample-verdict.js';
import { broken, nothing, passing, spoiled, withBaseline } from './support/sample-verdicts.js';

const report = (verdict: Verdict) => reportOfVerdict(verdict, { stable: false });

/** As the runner takes a command apart. */
function parsed(line: string): { command: string; properties: Record<string, string>; message: string } | null {
  const match = /^::(\w+)(?: ([^:]*))?::(.*)$/s.exec(line);
  if (match === null) return null;
  const back = (text: string) => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  const property = (text: string) => back(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
  const pairs = (match[2] ?? '').split(',').map((pair) => pair.split(/=(.*)/s).slice(0, 2));
  return {
    command: match[1] ?? '',
    properties: Object.fromEntries(pairs.map(([key = '', value = '']) => [key, property(value)])),
    message: back(match[3] ?? ''),
  };
}

describe('githubCommand', () => {
  it('comes back as it was, on one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (title, message) => {
        // A text that holds escapes itself is ambiguous only if % is not escaped first.
        for (const prefix of ['', '%0A', '%25', '%3A,:\r\n']) {
          const line = githubCommand('error', { title: prefix + title }, prefix + message);
          expect(line).not.toMatch(/[\r\n]/);
          const { command, properties, message: text } = parsed(line) ?? { command: '', properties: {}, message: '' };
          expect({ command, title: properties.title, text }).toEqual({
            command: 'error',
            title: (prefix + title).toWellFormed(),
            text: (prefix + message).toWellFormed(),
          });
        }
      }),
    );
  });
});

describe('githubAnnotations', () => {
  it('has rules of level must as errors, of should as warnings, and none for the rest', () => {
    const lines = githubAnnotations(report(sampleVerdict)).trim().split('\n').map(parsed);
    expect(lines.map((line) => `${line?.command} ${line?.properties.title}`)).toEqual([
      'error change/deleted-disappears (must)',
      'warning request/agent-id-present (should)',
    ]);
    expect(lines[0]?.message).toContain('\nplumbline check --scenario pod-deleted');
    expect(githubAnnotations(report(passing))).toBe('');
  });

  it('leaves out what the baseline knows, and tells what is wrong with it', () => {
    expect(githubAnnotations(report(withBaseline))).toContain(
      '::error title=stale in the baseline%3A snapshot/complete::',
    );
    expect(githubAnnotations(report(withBaseline))).not.toContain('agent-id-present (');
  });

  it('puts Plumbline’s own faults first, and says that nothing was judged', () => {
    expect(githubAnnotations(report(broken)).split('\n')[0]).toMatch(
      /^::error title=Plumbline itself failed \(not the agent\)::/,
    );
    expect(githubAnnotations(report(nothing))).toMatch(/^::error title=Nothing was judged::/);
  });

  it('has no more of a kind than GitHub shows', () => {
    const rules = Array.from({ length: 25 }, (_, i) =>
      sampleRule(`entry/rule-${i}`, { status: 'failed', findings: [sampleFinding()], total: 1 }),
    );
    const lines = githubAnnotations(report({ ...sampleVerdict, rules }))
      .trim()
      .split('\n');
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toContain('... and 16 more');
  });
});

describe('stepSummary', () => {
  it('says all, with tables for the findings and the scenarios', () => {
    const text = stepSummary(report(sampleVerdict));
    expect(text).toMatch(/^## ❌ plumbline check: FAIL\n/);
    expect(text).toContain('### `change/deleted-disappears` (must)\n\nIn `pod-deleted`.\n');
    expect(text).toContain(
      '| `an entry of it, 5.02 s after Kubernetes had deleted it` | `no entry of it within 5 s` |',
    );
    expect(text).toContain('| `pod-deleted` | ❌ 2 passed, 2 failed | 6.3 s |');
    expect(text).toContain("| `large-cluster` | skipped: it is not in profile 'quick' |  |");
    expect(text).toContain('```yaml\napiVersion: rbac');
  });

  it('stays within its limit and says what it left out', () => {
    const rules = Array.from({ length: 200 }, (_, i) =>
      sampleRule(`entry/rule-${i}`, {
        status: 'failed',
        findings: [sampleFinding({ message: 'ü'.repeat(500) })],
        total: 1,
      }),
    );
    const text = stepSummary(report({ ...sampleVerdict, rules }), 20_000);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(20_000);
    expect(Buffer.byteLength(text)).toBeGreaterThan(15_000);
    expect(text).toMatch(/\*1\d\d further sections left out/);
  });

  it('keeps texts of others in their cells', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (evil) => {
        const { faults: _faults, clusterRole: _role, ...rest } = spoiled(`x${evil}`);
        const text = stepSummary(report({ ...rest, faults: [] }));
        for (const row of text.split('\n').filter((line) => line.startsWith('| scenario'))) {
          expect(row.replaceAll('\\\\', '').replaceAll('\\|', '').split('|').length).toBeGreaterThanOrEqual(4);
        }
        expect(
          text.replaceAll(/<\/?(?:details|summary)>/g, '').replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/g, ''),
        ).not.toContain('<');
      }),
      { numRuns: 50 },
    );
  });
});

describe('Markdown of others’ texts', () => {
  it.each([
    [
      '<b>*bold*</b> [x](http://y) @all | `c`',
      '&lt;b\\>\\*bold\\*&lt;/b\\> \\[x\\](http&#58;//y) &#64;all \\| \\`c\\`',
    ],
    ['www.example.org a\nb', 'www&#46;example.org a b'],
  ])('%j is shown as it is', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it('fences code with more backticks than it holds', () => {
    expect(markdownCode('a `b` ``c`` |')).toBe('```a `b` ``c`` \\|```');
    expect(markdownCode('`x`')).toBe('`` `x` ``');
    expect(markdownCode(' ')).toBe('');
    expect(markdownBlock('a\n```\nb\n', 'sh')).toBe('````sh\na\n```\nb\n````\n');
  });
});
