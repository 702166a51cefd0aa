import type { VerdictReport } from './verdict-report.js';
import { endingOf } from './verdict-words.js';

/** JSON of a shields.io endpoint badge. */
export function verdictBadge(report: VerdictReport): string {
  const { passed, failed } = report.summary;
  const failures = failed.must + failed.should;
  const badge = {
    pass: { message: `${passed} rules passed`, color: 'brightgreen' },
    fail: { message: failures === 0 ? 'baseline out of date' : `${failures} failed, ${passed} passed`, color: 'red' },
    'nothing-judged': { message: 'nothing judged', color: 'lightgrey' },
    interrupted: { message: 'not known', color: 'lightgrey' },
    'harness-fault': { message: 'not known', color: 'lightgrey', isError: true },
  }[endingOf(report)];
  return `${JSON.stringify({ schemaVersion: 1, label: `DeepFlow agent ${report.compat}`, ...badge }, null, 2)}\n`;
}
