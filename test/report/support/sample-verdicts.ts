import { applyBaseline } from '../../../src/conformance/baseline/apply-baseline.js';
import { catalogue } from '../../../src/conformance/catalogue.js';
import type { Finding } from '../../../src/conformance/rule.js';
import type { Verdict } from '../../../src/conformance/verdict.js';
import { interruptedVerdict } from '../../../src/conformance/verdict-ending.js';
import { sampleFinding, sampleRule, sampleVerdict } from './sample-verdict.js';

export const facts = new Map(catalogue().map((rule) => [rule.id, rule]));

/** With a known failure, a stale entry and an expired one. */
export const withBaseline: Verdict = applyBaseline(
  sampleVerdict,
  {
    file: 'known.yaml',
    entries: [
      { rule: 'request/agent-id-present', scenario: '*', reason: 'comes with 2.0', expires: '2026-12-31' },
      { rule: 'snapshot/complete', scenario: 'pod-deleted', reason: 'slow' },
      { rule: 'error/reported', scenario: '*', reason: 'old', expires: '2020-01-01' },
    ],
  },
  '2026-06-15',
);

export const broken: Verdict = {
  ...sampleVerdict,
  faults: ['rule entry/unique broke: Error: boom\n    at judge (x.js:1:1)'],
  scenarios: (sampleVerdict.scenarios ?? []).map((scenario) =>
    scenario.name === 'large-cluster'
      ? { ...scenario, status: 'broken', reason: 'the API could not be started' }
      : scenario,
  ),
};

export const passing: Verdict = {
  ...sampleVerdict,
  outcome: 'pass',
  summary: { ...sampleVerdict.summary, failed: { must: 0, should: 0, info: 0 }, notJudged: 0 },
  rules: sampleVerdict.rules.filter(({ status }) => status === 'passed'),
  scenarios: (sampleVerdict.scenarios ?? [])
    .filter(({ status }) => status === 'played')
    .map((scenario) => ({ ...scenario, failed: [] })),
};

/** Of calls that no run of ours drove. */
export const attached: Verdict = {
  schema: 'plumbline/check/1',
  compat: 'v6.5',
  outcome: 'fail',
  summary: { passed: 1, failed: { must: 1, should: 0, info: 0 }, notJudged: 0, calls: 3, uploads: 1 },
  rules: [
    sampleRule('entry/unique'),
    sampleRule('entry/type-known', {
      status: 'failed',
      total: 7,
      findings: [withoutScenario(sampleFinding({ request: 0 }))],
    }),
  ],
  clusters: [],
  faults: [],
};

function withoutScenario({ scenario: _scenario, ...finding }: Finding): Finding {
  return finding;
}

export const nothing: Verdict = {
  ...attached,
  outcome: 'nothing-judged',
  summary: { passed: 0, failed: { must: 0, should: 0, info: 0 }, notJudged: 1, calls: 3, uploads: 0 },
  rules: [sampleRule('entry/unique', { status: 'not-judged', reason: 'no request carried entries', judgedOn: 0 })],
};

/** Broken off after all that was judged had passed. */
export const interrupted: Verdict = interruptedVerdict(passing, 'SIGINT came after 1 of 2 scenarios');

export const allVerdicts: Readonly<Record<string, Verdict>> = {
  interrupted,
  failing: sampleVerdict,
  'with a baseline': withBaseline,
  broken,
  passing,
  attached,
  nothing,
};

/** A verdict in which every text of others is `evil`. */
export function spoiled(evil: string): Verdict {
  const finding = sampleFinding({
    found: evil,
    expected: evil,
    message: evil,
    name: evil,
    namespace: evil,
    type: evil,
  });
  return {
    ...withBaseline,
    rules: [
      ...withBaseline.rules,
      sampleRule('entry/type-known', { status: 'failed', findings: [finding], total: 1, failedIn: ['pod-deleted'] }),
      sampleRule('entry/unique', { status: 'not-judged', reason: evil }),
    ],
    clusters: sampleVerdict.clusters.map((cluster) => ({ ...cluster, clusterId: evil, reason: evil })),
    faults: [evil],
    run: { seed: 1, profile: evil, interval: 1, kube: evil, command: [evil, evil] },
    clusterRole: evil,
    baseline: { file: evil, problems: [{ rule: evil, scenario: evil, kind: 'stale', message: evil }] },
    scenarios: (sampleVerdict.scenarios ?? []).map((scenario) => ({
      ...scenario,
      title: evil,
      reason: evil,
      agentOutput: evil,
      timeline: scenario.timeline.map((event) => ({ ...event, text: evil, object: evil })),
    })),
    evidence: (sampleVerdict.evidence ?? []).map((request) => ({
      ...request,
      path: evil,
      peer: evil,
      message: evil,
      entries: request.entries.map((entry) => ({ ...entry, type: evil, text: evil })),
    })),
  };
}
