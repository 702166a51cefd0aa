import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/conformance/verdict.js';
import { reportOfVerdict } from '../../src/report/report-of-verdict.js';
import { timelineRows } from '../../src/report/timeline/rows.js';
import { timelineSvg } from '../../src/report/timeline/svg.js';
import { verdictHtml } from '../../src/report/verdict-html.js';
import { sampleTimeline, sampleVerdict } from './support/sample-verdict.js';
import { allVerdicts, broken, facts, spoiled, withBaseline } from './support/sample-verdicts.js';

function pageOf(verdict: Verdict, stable = false): string {
  return verdictHtml(reportOfVerdict(verdict, { stable }), facts);
}

describe('the page of a check', () => {
  it('fetches nothing', () => {
    const html = pageOf(sampleVerdict);
    expect(html).not.toMatch(/<(link|img|iframe|object|base)\b|\bsrc=|https?:\/\/|@import|url\((?!#)/);
    expect(html).toMatch(
      /content="default-src &apos;none&apos;; style-src &apos;unsafe-inline&apos;; script-src &apos;sha256-/,
    );
  });

  it('holds each finding with expected and found side by side, and its request decoded', () => {
    const html = pageOf(sampleVerdict);
    expect(html).toContain('<h5>Expected</h5><pre>no entry of it within 5 s</pre>');
    expect(html).toContain('<h5>Found</h5><pre>an entry of it, 5.02 s after Kubernetes had deleted it</pre>');
    expect(html).toContain('Request 7, decoded (entry 3 with it)');
    expect(html).toContain('&quot;name&quot;: &quot;cart-6d5f&quot;');
    expect(html).toContain(facts.get('change/deleted-disappears')?.demand.slice(0, 30));
    expect(html).toContain('href="#scenario-pod-deleted"');
    expect(html).toContain('id="scenario-pod-deleted"');
  });

  it('masks what the agent wrote', () => {
    expect(pageOf(sampleVerdict)).not.toContain('abcdefghijkl0123456789');
  });

  it.each(Object.entries(allVerdicts))('is made of a verdict that is %s, stable or not', (_, verdict) => {
    for (const stable of [false, true]) {
      const html = pageOf(verdict, stable);
      expect(html).toContain('</html>');
      expect(html).not.toMatch(/undefined|\[object Object\]|NaN/);
    }
  });

  it('tells whose failure it is', () => {
    expect(pageOf(broken)).toContain('✗ PLUMBLINE FAILED');
    expect(pageOf(broken)).toContain('This is not the agent’s fault.');
    expect(pageOf(withBaseline)).toContain('The baseline known.yaml is out of date');
  });

  it('escapes every text of others', () => {
    const evil = `"><script>alert('1')</script><img src=x onerror=alert(1)>`;
    const html = pageOf(spoiled(evil));
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;script&gt;');
  });
});

describe('a drawn timeline', () => {
  it('has an arrow with its delay from each cause to what followed', () => {
    const svg = timelineSvg(sampleTimeline, 'pod-deleted').markup;
    expect(svg.match(/class="cause"/g)).toHaveLength(sampleTimeline.filter(({ cause }) => cause !== undefined).length);
    for (const delay of ['+2 ms', '+446 ms', '+13 ms', '+5.02 s']) expect(svg).toContain(`>${delay}</text>`);
    expect(svg).toContain('aria-label="Timeline of pod-deleted: 21 events"');
  });

  it('draws no arrow to what is not there, or comes later', () => {
    const odd = [
      { at: 5, lane: 'request', text: 'a', cause: 1 },
      { at: 6, lane: 'inventory', text: 'b', cause: 99 },
      { at: 7, lane: 'inventory', text: 'c', cause: 2 },
    ] as const;
    expect(timelineSvg(odd, 'odd').markup).not.toContain('class="cause"');
  });

  it('sums up crowds that nothing follows from', () => {
    const crowd = Array.from({ length: 500 }, (_, i) => ({ at: i, lane: 'request', text: `heartbeat ${i}` }) as const);
    const rows = timelineRows([...sampleTimeline, ...crowd], 250);
    expect(rows.filter(({ kind }) => kind === 'gap')).toEqual([
      { kind: 'gap', events: 4, lanes: ['api-request'] },
      { kind: 'gap', events: 498, lanes: ['request'] },
    ]);
    const steps = Array.from({ length: 500 }, (_, i) => ({ at: i, lane: 'step', text: `step ${i}` }) as const);
    const cut = timelineRows(steps, 250);
    expect(cut).toHaveLength(250);
    expect(cut.at(-1)).toMatchObject({ kind: 'gap', events: 251 });
  });
});
