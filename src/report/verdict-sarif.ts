import { createHash } from 'node:crypto';
import type { Invocation, Location, Log, Notification, ReportingDescriptor, Result } from 'sarif';
import type { Level } from '../conformance/rule.js';
import type { ReportedFinding, ReportedRule, VerdictReport } from './verdict-report.js';
import {
  endingOf,
  explainCommand,
  familyOf,
  faultsOf,
  findingPlace,
  interruptedText,
  objectName,
  type RuleFacts,
  rerunCommand,
} from './verdict-words.js';

const sarifLevels = { must: 'error', should: 'warning', info: 'note' } as const satisfies Record<Level, Result.level>;

/**
 * A SARIF 2.1.0 log: every rule with its help, a result for each finding that is kept. Findings have logical locations
 * (scenario, request, entry, object); where Plumbline started the agent, the physical one is its program. Known failures
 * are suppressed and `unchanged`, others `new`. Rules that were not judged, the baseline's own problems and the faults of
 * Plumbline are notifications.
 */
export function verdictSarif(
  report: VerdictReport,
  tool: { readonly version: string; readonly rules: ReadonlyMap<string, RuleFacts> },
): string {
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'plumbline',
            semanticVersion: tool.version,
            rules: report.rules.map((rule) => descriptor(rule, tool.rules.get(rule.id))),
          },
        },
        automationDetails: { id: `plumbline/${report.compat}/` },
        columnKind: 'utf16CodeUnits',
        invocations: [invocation(report)],
        results: report.rules.flatMap((rule, index) => resultsOf(rule, index, report)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function descriptor({ id, level }: ReportedRule, facts: RuleFacts | undefined): ReportingDescriptor {
  const explain = explainCommand(id);
  const base: ReportingDescriptor = {
    id,
    defaultConfiguration: { level: level === null ? 'none' : sarifLevels[level], enabled: level !== null },
    properties: { tags: [familyOf(id)] },
  };
  if (facts === undefined) return base;
  const { demand, why, source } = facts;
  return {
    ...base,
    shortDescription: { text: demand },
    fullDescription: { text: `${demand} ${why}` },
    help: { text: `${why}\nSource: ${source}\n${explain}`, markdown: `${why}\n\nSource: ${source}\n\n\`${explain}\`` },
  };
}

function resultsOf(rule: ReportedRule, ruleIndex: number, report: VerdictReport): Result[] {
  if (rule.status !== 'failed') return [];
  const rerun = rerunCommand(report, rule);
  return rule.findings.map((finding): Result => {
    const { message, found, expected, request, entry, uid } = finding;
    const known = (rule.known ?? []).find(({ scenario }) => scenario === (finding.scenario ?? ''));
    return {
      ruleId: rule.id,
      ruleIndex,
      kind: 'fail',
      level: rule.level === null ? 'none' : sarifLevels[rule.level],
      message: { text: `${message} Found ${found}; expected ${expected}.` },
      locations: [locationOf(finding, report)],
      partialFingerprints: { 'plumblinePlace/v1': fingerprint(rule.id, finding) },
      ...(report.baseline === undefined ? {} : { baselineState: known === undefined ? 'new' : 'unchanged' }),
      ...(known === undefined
        ? {}
        : { suppressions: [{ kind: 'external', status: 'accepted', justification: known.reason }] }),
      properties: {
        found,
        expected,
        ...(request === undefined ? {} : { request }),
        ...(entry === undefined ? {} : { entry }),
        ...(uid === undefined ? {} : { uid }),
        ...(rerun === null ? {} : { rerun }),
      },
    };
  });
}

function locationOf(finding: ReportedFinding, { run }: VerdictReport): Location {
  const { scenario, type, request } = finding;
  const object = objectName(finding);
  const steps = [
    ...(scenario === undefined ? [] : [`scenario ${scenario}`]),
    ...(request === undefined || request === 0 ? [] : [`request ${request}`]),
    ...(type === undefined ? [] : [type]),
    ...(object === '' ? [] : [object]),
  ];
  const program = run?.command[0];
  return {
    message: { text: findingPlace(finding) },
    logicalLocations: [
      {
        name: object === '' ? (steps.at(-1) ?? 'all calls') : object,
        fullyQualifiedName: steps.length === 0 ? 'all calls' : steps.join(' / '),
        kind: object === '' ? 'module' : 'object',
      },
    ],
    ...(program === undefined || program === ''
      ? {}
      : { physicalLocation: { artifactLocation: { uri: uriOf(program) }, region: { startLine: 1 } } }),
  };
}

/** A path as a URI reference; a colon in its first part would read as a scheme. */
function uriOf(path: string): string {
  const steps = path.replace(/^\.\//, '').split('/');
  const uri = steps.map((step) => encodeURIComponent(step.toWellFormed())).join('/');
  return path.startsWith('/') ? `file://${uri}` : uri;
}

/** The same for the same trouble of the same object in another run: without numbers of calls and without texts. */
function fingerprint(ruleId: string, finding: ReportedFinding): string {
  const { scenario = '', type = '' } = finding;
  return createHash('sha256')
    .update(JSON.stringify([ruleId, scenario, type, objectName(finding)]))
    .digest('hex')
    .slice(0, 32);
}

function invocation(report: VerdictReport): Invocation {
  const { times, run, baseline, rules } = report;
  const faults = faultsOf(report);
  const interrupted = interruptedText(report);
  const problems = baseline?.problems ?? [];
  const unjudged = rules.filter(({ status }) => status === 'not-judged');
  const execution = [
    ...[...faults, ...(interrupted === null ? [] : [interrupted])].map(
      (text): Notification => ({ level: 'error', message: { text } }),
    ),
    ...unjudged.map(
      ({ id, reason }): Notification => ({
        level: 'note',
        message: { text: `${id} was not judged: ${reason ?? 'no reason given'}` },
        associatedRule: { id, index: rules.findIndex((rule) => rule.id === id) },
      }),
    ),
  ];
  return {
    executionSuccessful: interrupted === null && endingOf(report) !== 'harness-fault',
    ...(run === undefined ? {} : { arguments: [...run.command] }),
    ...(times === undefined
      ? {}
      : {
          startTimeUtc: new Date(times.startedAt).toISOString(),
          endTimeUtc: new Date(times.startedAt + times.durationMs).toISOString(),
        }),
    toolExecutionNotifications: execution,
    toolConfigurationNotifications: problems.map(
      ({ message, kind }): Notification => ({
        level: 'error',
        descriptor: { id: `baseline/${kind}` },
        message: { text: message },
      }),
    ),
  };
}
