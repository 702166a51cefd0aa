import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/conformance/verdict.js';
import { reportOfVerdict } from '../../src/report/report-of-verdict.js';
import { verdictJson } from '../../src/report/verdict-json.js';
import { timeless } from '../../src/report/verdict-stable.js';
import { sampleFinding, sampleVerdict } from './support/sample-verdict.js';

const stable = (verdict: Verdict) => verdictJson(reportOfVerdict(verdict, { stable: true }));

/** The same behaviour at another speed: later, with more calls, and with each finding met again. */
function slower(verdict: Verdict): Verdict {
  const { evidence: _evidence, ...rest } = verdict;
  return {
    ...rest,
    summary: { ...verdict.summary, calls: 99, uploads: 17 },
    rules: verdict.rules.map((rule) => ({
      ...rule,
      total: rule.total * 2,
      judgedOn: rule.judgedOn * 3,
      findings: rule.findings
        .flatMap((finding) => [finding, finding])
        .map((finding, i) => ({
          ...finding,
          request: finding.request + i,
          found: finding.found.replace('5.02 s', '5.31 s'),
        })),
    })),
    clusters: verdict.clusters.map((cluster) => ({ ...cluster, version: '1714388888' })),
    scenarios: (verdict.scenarios ?? []).map((scenario) => ({
      ...scenario,
      agentOutput: 'pid 17\n',
      passed: [...scenario.passed, 'request/heartbeat-within-24h'],
      durationMs: scenario.durationMs + 100,
      timeline: scenario.timeline.flatMap((event) => {
        const { cause: _cause, ...again } = event;
        return event.lane === 'request' ? [event, { ...again, request: 12 }] : [{ ...event, at: event.at + 3 }];
      }),
    })),
    times: { startedAt: Date.UTC(2027, 0, 1), durationMs: 20_000 },
  };
}

describe('a stable report', () => {
  it('has the same bytes for the same behaviour at another time and speed', () => {
    expect(stable(slower(sampleVerdict))).toBe(stable(sampleVerdict));
    expect(JSON.parse(stable(sampleVerdict))).toMatchObject({ stable: true, compat: 'v7', outcome: 'fail' });
  });

  it('shows another behaviour', () => {
    const other = sampleVerdict.rules.map((rule) =>
      rule.id === 'change/deleted-disappears' ? { ...rule, findings: [sampleFinding({ name: 'other' })] } : rule,
    );
    expect(stable({ ...sampleVerdict, rules: other })).not.toBe(stable(sampleVerdict));
  });

  it.each([
    ['request 12 came 0.35 s after request 11', 'request N came N s after request N'],
    ['version 17 and version 1714384958 differ: 1714384958123', 'version N and version N differ: N'],
    [
      '127.0.0.1:40117 called 1,204 times in 2 h, at 2026-01-02T03:04:05.678Z',
      '127.0.0.1:N called N times in N h, at TIME',
    ],
    [
      '20 of 21 entries, 2048 bytes, IPv4 10.0.0.17, v1.30.2, HTTP 503',
      '20 of 21 entries, 2048 bytes, IPv4 10.0.0.17, v1.30.2, HTTP 503',
    ],
  ])('%j becomes %j', (text, expected) => {
    expect(timeless(text)).toBe(expected);
  });
});

describe('a report that is not stable', () => {
  it('has the times, and masks what the agent wrote', () => {
    const json = verdictJson(reportOfVerdict(sampleVerdict, { stable: false }));
    expect(JSON.parse(json)).toMatchObject({ times: { durationMs: 8211.25 }, summary: { calls: 21 } });
    expect(json).not.toContain('abcdefghijkl0123456789');
    expect(json).toContain('Authorization: ***');
  });
});
