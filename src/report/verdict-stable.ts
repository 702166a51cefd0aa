import { findRule } from '../conformance/catalogue.js';
import type { ScenarioVerdict, Verdict } from '../conformance/verdict.js';
import type { ReportedFinding, ReportedScenario, VerdictReport } from './verdict-report.js';

/**
 * The verdict without anything that depends on timing, so that the same seed and the same behaviour of the agent give the
 * same bytes. Left out: times and durations, numbers and counts of calls and findings, versions that agents make from the
 * clock, decoded requests, what the agent wrote, all of the timelines but the steps, and, of what passed in a scenario, the
 * rules that are judged by calls (whether there were enough of them is a matter of time). Within sentences, numbers of that
 * kind become `N`; findings that are the same then are one.
 */
export function stableVerdict(verdict: Verdict): VerdictReport {
  const { times: _times, evidence: _evidence, summary, rules, clusters, scenarios, faults, ...rest } = verdict;
  const { calls: _calls, uploads: _uploads, ...counts } = summary;
  return {
    ...rest,
    stable: true,
    summary: counts,
    rules: rules.map(({ total: _total, judgedOn: _judgedOn, findings, reason, ...rule }) => ({
      ...rule,
      ...(reason === undefined ? {} : { reason: timeless(reason) }),
      findings: distinct(findings.map(({ request: _request, ...finding }) => stableFinding(finding))),
    })),
    clusters: clusters.map(({ version: _version, ...cluster }) => ({ ...cluster, reason: timeless(cluster.reason) })),
    ...(scenarios === undefined ? {} : { scenarios: scenarios.map(stableScenario) }),
    faults: faults.map(timeless),
  };
}

function stableScenario(scenario: ScenarioVerdict): ReportedScenario {
  const { agentOutput: _output, durationMs: _duration, timeline, reason, passed, ...rest } = scenario;
  return {
    ...rest,
    passed: passed.filter((id) => findRule(id)?.scope === 'scenario'),
    ...(reason === undefined ? {} : { reason: timeless(reason) }),
    timeline: timeline
      .filter(({ lane }) => lane === 'step')
      .map(({ lane, text, object }) => ({ lane, text: timeless(text), ...(object === undefined ? {} : { object }) })),
  };
}

function stableFinding(finding: ReportedFinding): ReportedFinding {
  const { found, message } = finding;
  return { ...finding, found: timeless(found), message: timeless(message) };
}

function distinct(findings: readonly ReportedFinding[]): readonly ReportedFinding[] {
  const known = new Map(findings.map((finding) => [JSON.stringify(finding), finding]));
  return [...known.values()];
}

const timings: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, 'TIME'],
  [/(\b(?:calls?|requests?|uploads?|version|versions|number|seq|pid) )\d+(?:\.\.\d+)?/gi, '$1N'],
  [/\b\d[\d,.]*(?= (?:calls?|requests?|uploads?|times)\b)/g, 'N'],
  [/\b\d[\d,.]*(?= ?(?:ms|s|min|h|seconds?|minutes?|hours?)\b)/g, 'N'],
  [/(\b(?:127\.0\.0\.1|localhost|\[::1\]):)\d+/g, '$1N'],
  // Versions made from the clock, and the like; a count of objects or bytes has fewer digits.
  [/\b\d{9,}\b/g, 'N'],
];

/** A sentence whose times, counts of calls and the like are `N`. */
export function timeless(text: string): string {
  return timings.reduce((before, [pattern, by]) => before.replaceAll(pattern, by), text);
}
