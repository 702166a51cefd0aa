import { z } from 'zod';
import { compats } from '../kube/compat.js';

const whole = z.number().int().min(0);
const milliseconds = z.number().describe('Milliseconds');
const level = z.enum(['must', 'should', 'info']);
const timed = <T extends z.ZodType>(type: T, description: string) =>
  type.exactOptional().describe(`${description}. Left out of stable reports`);

const finding = z
  .object({
    request: timed(whole, 'Number of the call; 0 where it is about the lack of one'),
    scenario: z.string().exactOptional().describe('Absent where no scenario was played'),
    entry: whole.exactOptional().describe('Index of the entry in that request'),
    type: z.string().exactOptional(),
    uid: z.string().exactOptional(),
    namespace: z.string().exactOptional(),
    name: z.string().exactOptional(),
    found: z.string().describe('Secrets masked, long values cut'),
    expected: z.string(),
    message: z.string().describe('What is wrong and what to do'),
  })
  .meta({ id: 'Finding' });

const knownFailure = z
  .object({
    scenario: z.string().describe('"" where no scenario was played'),
    reason: z.string(),
    expires: z.string().exactOptional().describe('YYYY-MM-DD'),
  })
  .meta({ id: 'KnownFailure' });

const rule = z
  .object({
    id: z.string().describe('family/what-holds-when-it-passes'),
    level: level.nullable().describe('In the compat of the run; null: it does not know the rule'),
    status: z.enum(['passed', 'failed', 'not-judged']),
    reason: z.string().exactOptional().describe('Why it was not judged'),
    findings: z.array(finding).describe('The first ones; of a stable report, each once'),
    total: timed(whole, 'How many there are in all'),
    judgedOn: timed(whole, 'Pieces of evidence that it was judged on'),
    failedIn: z.array(z.string()).exactOptional().describe('Scenarios'),
    known: z.array(knownFailure).exactOptional().describe('Of these failures, the ones that the baseline knows'),
  })
  .meta({ id: 'Rule' });

const event = z
  .object({
    at: timed(milliseconds, 'Since the scenario began'),
    lane: z.enum([
      'step',
      'kubernetes',
      'api-request',
      'watch-event',
      'fault',
      'request',
      'inventory',
      'agent',
      'finding',
    ]),
    text: z.string(),
    object: z.string().exactOptional().describe('type namespace/name'),
    request: whole.exactOptional().describe('Number of the call'),
    rule: z.string().exactOptional(),
    cause: whole.exactOptional().describe('Index of the event that this one follows from'),
  })
  .meta({ id: 'Event' });

const scenario = z
  .object({
    name: z.string(),
    title: z.string(),
    status: z.enum(['played', 'skipped', 'broken']).describe('broken: the harness failed, not the agent'),
    reason: z.string().exactOptional(),
    failed: z.array(z.string()).describe('Ids of rules'),
    passed: z.array(z.string()).describe('Of a stable report only rules that scenarios judge'),
    timeline: z.array(event).describe('In order of time; of a stable report the steps only'),
    agentOutput: timed(z.string(), 'The end of what the agent wrote; secrets masked'),
    durationMs: timed(milliseconds, 'How long it took'),
  })
  .meta({ id: 'Scenario' });

const counts = z.object({
  nodes: whole,
  namespaces: whole,
  workloads: whole,
  replicaSets: whole,
  services: whole,
  servicePorts: whole,
  workloadPorts: whole,
  ingresses: whole,
  ingressRules: whole,
  ingressBackends: whole,
  pods: whole,
  configMaps: whole,
});

const cluster = z
  .object({
    clusterId: z.string(),
    version: timed(z.string().regex(/^\d+$/), '64 bits, decimal'),
    state: z.enum(['shown', 'frozen', 'rejected', 'empty', 'unregistered']),
    reason: z.string(),
    counts,
    objects: whole,
    shown: whole,
    hazards: whole,
  })
  .meta({ id: 'Cluster' });

const shownRequest = z
  .object({
    scenario: z.string().exactOptional(),
    request: whole,
    at: milliseconds.describe('Milliseconds since the first call of the scenario, else of the run'),
    path: z.string(),
    peer: z.string(),
    status: whole.describe('gRPC status of the answer'),
    bytes: whole,
    message: z.string().describe('JSON, the entries only counted by type; secrets masked'),
    entries: z.array(
      z.object({
        index: whole,
        type: z.string(),
        bytes: whole.describe('Of compressed_info'),
        text: z.string().describe('JSON, or why it cannot be read; secrets masked, long ones cut'),
      }),
    ),
  })
  .meta({ id: 'Request' });

/** The shape of the JSON report of a check; docs/schemas/check-report.schema.json is made from it. */
export const verdictReportShape = z
  .object({
    schema: z.literal('plumbline/check/1'),
    stable: z
      .literal(true)
      .exactOptional()
      .describe(
        'Made with --stable: the same seed and the same behaviour of the agent give the same bytes. Fields that depend on timing are left out; within sentences, times, numbers of calls and versions are N',
      ),
    compat: z.enum(compats),
    outcome: z.enum(['pass', 'fail', 'nothing-judged']).describe('Means nothing where there are faults'),
    summary: z.object({
      passed: whole,
      failed: z.object({ must: whole, should: whole, info: whole }).describe('Without those that the baseline knows'),
      known: whole.exactOptional().describe('Failed only where the baseline knows it; absent without a baseline'),
      notJudged: whole,
      calls: timed(whole, 'Calls of the agent'),
      uploads: timed(whole, 'Calls of KubernetesAPISync with entries'),
    }),
    rules: z.array(rule).describe('In the order of the catalogue'),
    clusters: z.array(cluster).describe('What DeepFlow would show at the end'),
    faults: z.array(z.string()).describe('Where Plumbline itself failed; not empty means exit code 3'),
    interrupted: z
      .string()
      .exactOptional()
      .describe('By what the run was broken off and how far it had come: it never passes'),
    run: z
      .object({
        seed: z.number(),
        profile: z.string(),
        interval: z.number().describe('Seconds'),
        kube: z.string(),
        command: z.array(z.string()),
      })
      .exactOptional()
      .describe('How the run was made; absent where Plumbline did not drive it'),
    scenarios: z.array(scenario).exactOptional(),
    clusterRole: z.string().exactOptional().describe('YAML: the smallest that the agent’s requests needed'),
    baseline: z
      .object({
        file: z.string(),
        problems: z.array(
          z.object({
            rule: z.string(),
            scenario: z.string(),
            kind: z.enum(['stale', 'expired']),
            message: z.string(),
          }),
        ),
      })
      .exactOptional(),
    evidence: timed(z.array(shownRequest), 'The requests that the first findings point at'),
    times: timed(
      z.object({ startedAt: z.number().describe('Milliseconds since 1970'), durationMs: milliseconds }),
      'When the run was',
    ),
  })
  .describe('JSON report of plumbline check');

/** JSON Schema (draft 2020-12) of the report, as text. */
export function verdictReportJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(verdictReportShape), null, 2)}\n`;
}
