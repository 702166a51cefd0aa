import type { ReplayReport, ReportedConversation } from '../replay/replay-report.js';
import { escapeXml } from './escape-xml.js';
import { unmetText } from './replay-coverage-text.js';
import { failuresOf } from './replay-failure.js';
import { pathOf, placeOf, stepSigns, stepWords } from './replay-path.js';
import { conversationText, evidenceText, pointNotes } from './replay-words.js';

/**
 * JUnit XML: a case for each judged conversation, and one for the coverage, whose text is the advice. The coverage is
 * skipped where nothing is expected, and fails where nothing was judged.
 */
export function replayJunit(report: ReplayReport): string {
  const judged = [...report.conversations].filter((conversation) => conversation.judged);
  const coverage = coverageCase(report);
  const failed = judged.filter(({ verdict }) => verdict === 'fail').length;
  const suites = [
    suite('plumbline replay conversations', judged.map(conversationCase), failed, 0),
    suite('plumbline replay coverage', [coverage.text], coverage.failed ? 1 : 0, coverage.skipped ? 1 : 0),
  ];
  const totals = counts(judged.length + 1, failed + (coverage.failed ? 1 : 0), coverage.skipped ? 1 : 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="plumbline replay"${totals}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(name: string, cases: readonly string[], failed: number, skipped: number): string {
  return [
    `  <testsuite name="${escapeXml(name)}"${counts(cases.length, failed, skipped)}>`,
    ...cases,
    '  </testsuite>',
  ].join('\n');
}

function counts(tests: number, failures: number, skipped: number): string {
  return ` tests="${tests}" failures="${failures}" errors="0" skipped="${skipped}"`;
}

function conversationCase(conversation: ReportedConversation): string {
  const open = `    <testcase classname="${conversation.span ?? 'conversation'}" name="${escapeXml(conversationText(conversation))}"`;
  const failures = failuresOf(conversation);
  if (failures.length === 0) return `${open}/>`;
  const path = pathOf(conversation).map(({ tapSide, status, point }) => {
    const place = point === null ? '' : ` at ${placeOf(point)}`;
    const notes = point === null ? [] : pointNotes(point);
    return `${stepSigns[status]} ${tapSide}${place}: ${[stepWords[status], ...notes].join('; ')}`;
  });
  const why = conversation.why === '' ? [] : [`Expected because ${conversation.why}.`];
  return failure(open, 'tap-sides', failures.join('; '), [...failures, ...why, ...path]);
}

interface CoverageCase {
  readonly text: string;
  readonly failed: boolean;
  readonly skipped: boolean;
}

function coverageCase({ coverage, advice, site }: ReplayReport): CoverageCase {
  const row = coverage?.cni ?? 'points that the site lists';
  const name = coverage === null ? site : [row, ...(coverage.span === null ? [] : [coverage.span])].join('/');
  const open = `    <testcase classname="coverage" name="${escapeXml(name)}"`;
  if (coverage === null) {
    const text = `${open}>\n      <skipped message="nothing is expected: no --expect, and no expect in the site"/>\n    </testcase>`;
    return { text, failed: false, skipped: true };
  }
  if (coverage.verdict === 'pass') return { text: `${open}/>`, failed: false, skipped: false };
  const { judged, passed, missing, unexpected, unmet } = coverage;
  const message =
    judged === 0
      ? 'nothing was judged: no conversation fits the expectation'
      : `${passed} of ${judged} conversations passed`;
  const lines = [
    message,
    ...(missing.length === 0 ? [] : [`Missing: ${missing.join(', ')}.`]),
    ...(unexpected.length === 0 ? [] : [`Seen and not expected: ${unexpected.join(', ')}.`]),
    ...unmet.map((each) => `The row presupposes ${unmetText(each)}.`),
    ...advice.flatMap(({ id, why, setting, evidence }) => [
      `${id}: ${why}`,
      `  ${setting}`,
      ...evidence.map((each) => `  ${evidenceText(each)}`),
    ]),
  ];
  return { text: failure(open, 'coverage', message, lines), failed: true, skipped: false };
}

function failure(open: string, type: string, message: string, lines: readonly string[]): string {
  const body = escapeXml(lines.join('\n'));
  return `${open}>\n      <failure type="${type}" message="${escapeXml(message)}">${body}</failure>\n    </testcase>`;
}
