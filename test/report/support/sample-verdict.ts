import type { Finding } from '../../../src/conformance/rule.js';
import type { TimelineEvent } from '../../../src/conformance/timeline.js';
import type { RuleVerdict, ScenarioVerdict, Verdict } from '../../../src/conformance/verdict.js';

export function sampleRule(id: string, more: Partial<RuleVerdict> = {}): RuleVerdict {
  return { id, level: 'must', status: 'passed', findings: [], total: 0, judgedOn: 1, ...more };
}

export function sampleFinding(more: Partial<Finding> = {}): Finding {
  return {
    request: 7,
    scenario: 'pod-deleted',
    entry: 3,
    type: '*v1.Pod',
    uid: '0f3c-17',
    namespace: 'shop',
    name: 'cart-6d5f',
    found: 'an entry of it, 5.02 s after Kubernetes had deleted it',
    expected: 'no entry of it within 5 s',
    message: 'The Pod is gone from Kubernetes and still uploaded: send a snapshot without it, with a new version.',
    ...more,
  };
}

/** A change that reaches the inventory, and one that does not. */
export const sampleTimeline: readonly TimelineEvent[] = [
  { at: 0, lane: 'agent', text: 'The agent is started' },
  { at: 4, lane: 'step', text: 'Wait for the first upload' },
  { at: 310, lane: 'api-request', text: 'list pods' },
  { at: 312, lane: 'api-request', text: 'list nodes' },
  { at: 316, lane: 'api-request', text: 'list services' },
  { at: 320, lane: 'api-request', text: 'list namespaces' },
  { at: 324, lane: 'api-request', text: 'list replicasets' },
  { at: 330, lane: 'api-request', text: 'watch pods' },
  { at: 612, lane: 'request', text: 'KubernetesAPISync with 20 entries', request: 2 },
  { at: 618, lane: 'inventory', text: '18 of 20 objects are shown', request: 2, cause: 8 },
  { at: 700, lane: 'step', text: 'Change the labels of a Pod' },
  { at: 702, lane: 'kubernetes', text: 'modified', object: '*v1.Pod shop/cart-6d5f' },
  { at: 704, lane: 'watch-event', text: 'MODIFIED', object: '*v1.Pod shop/cart-6d5f', cause: 11 },
  { at: 1150, lane: 'request', text: 'KubernetesAPISync with 20 entries', request: 5, cause: 12 },
  { at: 1163, lane: 'inventory', text: 'cart-6d5f has the label tier=gold', request: 5, cause: 13 },
  { at: 1200, lane: 'step', text: 'Delete the Pod' },
  { at: 1202, lane: 'kubernetes', text: 'deleted', object: '*v1.Pod shop/cart-6d5f' },
  { at: 1204, lane: 'watch-event', text: 'DELETED', object: '*v1.Pod shop/cart-6d5f', cause: 16 },
  { at: 1205, lane: 'fault', text: 'Begins: the stream of the watch is reset' },
  { at: 2204, lane: 'request', text: 'KubernetesAPISync without entries', request: 7 },
  {
    at: 6222,
    lane: 'finding',
    text: 'The Pod is gone from Kubernetes and still uploaded',
    rule: 'change/deleted-disappears',
    cause: 16,
  },
];

export const sampleScenarios: readonly ScenarioVerdict[] = [
  {
    name: 'first-snapshot',
    title: 'A cluster of 20 objects is there when the agent starts.',
    status: 'played',
    failed: ['request/agent-id-present', 'cost/trimmed'],
    passed: ['entry/zlib-stream', 'snapshot/complete', 'watch/reads-only'],
    timeline: sampleTimeline.slice(0, 10),
    agentOutput: 'reporting to 127.0.0.1:40117\n',
    durationMs: 1812.5,
  },
  {
    name: 'pod-deleted',
    title: 'A Pod is changed, then deleted.',
    status: 'played',
    failed: ['change/deleted-disappears', 'request/agent-id-present'],
    passed: ['entry/zlib-stream', 'snapshot/complete'],
    timeline: sampleTimeline,
    agentOutput: 'Authorization: Bearer abcdefghijkl0123456789\nwatch ended: read ECONNRESET\n',
    durationMs: 6333,
  },
  {
    name: 'large-cluster',
    title: '5,000 objects.',
    status: 'skipped',
    reason: "it is not in profile 'quick'",
    failed: [],
    passed: [],
    timeline: [],
    agentOutput: '',
    durationMs: 0,
  },
];

/** A failing run of three scenarios, with everything that a verdict can hold. */
export const sampleVerdict: Verdict = {
  schema: 'plumbline/check/1',
  compat: 'v7',
  outcome: 'fail',
  summary: { passed: 2, failed: { must: 1, should: 1, info: 1 }, notJudged: 1, calls: 21, uploads: 5 },
  rules: [
    sampleRule('request/agent-id-present', {
      level: 'should',
      status: 'failed',
      failedIn: ['first-snapshot', 'pod-deleted'],
      total: 2,
      findings: ['first-snapshot', 'pod-deleted'].map((scenario) => ({
        request: 2,
        scenario,
        found: 'no agent_id',
        expected: 'an agent_id above 0',
        message: 'Without it the answer carries no version: send the id that Sync gave.',
      })),
    }),
    sampleRule('error/reported', {
      status: 'not-judged',
      reason: 'no scenario that was played judges it',
      judgedOn: 0,
    }),
    sampleRule('entry/zlib-stream', { judgedOn: 5 }),
    sampleRule('snapshot/complete', { judgedOn: 5 }),
    sampleRule('cost/trimmed', {
      level: 'info',
      status: 'failed',
      total: 1,
      failedIn: ['first-snapshot'],
      findings: [
        sampleFinding({
          scenario: 'first-snapshot',
          request: 2,
          found: '2,048 bytes',
          expected: '512 bytes',
          message: 'managedFields are not needed.',
        }),
      ],
    }),
    sampleRule('change/deleted-disappears', {
      status: 'failed',
      total: 3,
      failedIn: ['pod-deleted'],
      findings: [sampleFinding()],
    }),
  ],
  clusters: [
    {
      clusterId: 'plumbline',
      version: '1714384958',
      state: 'shown',
      reason: '',
      counts: {
        ...{ nodes: 1, namespaces: 2, workloads: 3, replicaSets: 3, services: 2, servicePorts: 2, workloadPorts: 2 },
        ...{ ingresses: 1, ingressRules: 1, ingressBackends: 1, pods: 6, configMaps: 0 },
      },
      objects: 20,
      shown: 18,
      hazards: 0,
    },
  ],
  faults: [],
  run: { seed: 1, profile: 'quick', interval: 0.2, kube: 'embedded', command: ['./my-agent', '--name', "it's mine"] },
  scenarios: sampleScenarios,
  clusterRole:
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: deepflow-pseudo-agent\n',
  evidence: [
    {
      scenario: 'pod-deleted',
      request: 7,
      at: 1592,
      path: '/agent.Synchronizer/KubernetesAPISync',
      peer: '127.0.0.1:53211',
      status: 0,
      bytes: 9431,
      message: '{\n  "cluster_id": "plumbline",\n  "version": "1714384958",\n  "entries": {\n    "*v1.Pod": 6\n  }\n}',
      entries: [{ index: 3, type: '*v1.Pod', bytes: 412, text: '{\n  "metadata": {\n    "name": "cart-6d5f"\n  }\n}' }],
    },
  ],
  times: { startedAt: Date.UTC(2026, 0, 2, 3, 4, 5), durationMs: 8211.25 },
};
