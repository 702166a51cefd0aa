import { oneLine } from './one-line.js';
import { count } from './quantities.js';
import type { Style } from './style.js';
import { textTable } from './text-table.js';
import type { ReportedRule, ReportedScenario } from './verdict-report.js';
import { countedFailures } from './verdict-words.js';

/** One line where all went well; else a table of them all. */
export function scenarioLines(
  scenarios: readonly ReportedScenario[],
  rules: readonly ReportedRule[],
  style: Style,
): string[] {
  if (scenarios.length === 0) return [];
  const failuresOf = new Map(scenarios.map((scenario) => [scenario, countedFailures(scenario, rules).length]));
  const failures = (scenario: ReportedScenario) => failuresOf.get(scenario) ?? 0;
  const troubled = scenarios.filter((scenario) => scenario.status !== 'played' || failures(scenario) > 0);
  if (troubled.length === 0) return ['', `${count(scenarios.length, 'scenario')} played${slowest(scenarios)}`];
  const rows = scenarios.map((scenario) => {
    const { name, status, passed, durationMs } = scenario;
    const failed = failures(scenario);
    const result =
      status === 'broken'
        ? style.bad('broken')
        : status === 'skipped'
          ? style.dim('skipped')
          : failed > 0
            ? style.bad('failed')
            : style.good('passed');
    const played = status !== 'skipped';
    return [
      name,
      result,
      played ? String(passed.length) : '',
      played ? String(failed) : '',
      played && durationMs !== undefined ? secondsText(durationMs) : '',
    ];
  });
  const head = ['scenario', 'result', 'rules passed', 'failed', 'time'].map(style.bold);
  const reasons = troubled.filter(({ status }) => status !== 'played').map(({ reason = 'no reason given' }) => reason);
  return [
    '',
    textTable([head, ...rows], [2, 3, 4]),
    ...[...new Set(reasons)].map((reason) => `  ${style.dim('not played:')} ${oneLine(reason)}`),
  ];
}

function slowest(scenarios: readonly ReportedScenario[]): string {
  const [last] = [...scenarios].sort((one, other) => (other.durationMs ?? 0) - (one.durationMs ?? 0));
  return last?.durationMs === undefined ? '' : `; the longest took ${secondsText(last.durationMs)} (${last.name})`;
}

export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
}
