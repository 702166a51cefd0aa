import type { ConversationList } from '../replay/conversation-list.js';
import type { ReplayReport, ReportedConversation } from '../replay/replay-report.js';
import { count, grouped } from './quantities.js';
import { adviceLines } from './replay-advice-text.js';
import { captureLines } from './replay-captures-text.js';
import { coverageLines } from './replay-coverage-text.js';
import { failuresOf } from './replay-failure.js';
import { type PathStep, pathOf, placeOf, type StepStatus, stepSigns, stepWords } from './replay-path.js';
import type { ReplayResult } from './replay-result.js';
import { conversationText, pointNotes, segmentText, translationTexts } from './replay-words.js';
import type { Style } from './style.js';
import { textTable } from './text-table.js';

/**
 * A replay for a person at a terminal: each conversation's points in the order of the path, coverage, what to do, and
 * what became of the captures.
 *
 * @param limit conversations, notes and captures of one list that are written out; the rest is counted
 */
export function replayText({ report, captures }: ReplayResult, style: Style, limit: number): string {
  const parts = [
    headline(report, style),
    conversations(report, style, limit),
    coverageLines(report, style, limit),
    adviceLines(report.advice, style),
    captureLines(report, captures, style, limit),
    [verdictLine(report, style)],
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const shownSettings = ['tap_mode', 'tap_interface_regex', 'decap_type'] as const;

function headline({ site, config, platform, notes }: ReplayReport, style: Style): string[] {
  const settings = shownSettings.flatMap((name) => {
    const value = config[name];
    return value === undefined ? [] : [`${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`];
  });
  const differing = Object.entries((config.nodes ?? {}) as Readonly<Record<string, unknown>>).map(
    ([node, own]) => `node ${node} differs: ${JSON.stringify(own)}`,
  );
  return [
    `${style.bold(`Replay of ${site}`)}  ${style.dim(`platform data ${platform.kind}`)}`,
    ...[...settings, ...differing].map((line) => style.dim(`  ${line}`)),
    ...notes.map((note) => `  ${style.warn('note:')} ${note}`),
  ];
}

function conversations(report: ReplayReport, style: Style, limit: number): string[] {
  const failed = report.conversations.of('fail');
  const passed = report.conversations.of('pass');
  const others = report.conversations.of('not-judged');
  const withoutExpectation = report.coverage === null;
  const detailed = [failed, passed, ...(withoutExpectation ? [others] : [])].flatMap((list) => list.first(limit));
  const lines = [
    ...some(failed, limit, 'failed', style, (each) => ['', ...conversationLines(each, style)]),
    ...some(passed, limit, 'passed', style, (each) => ['', ...conversationLines(each, style)]),
    ...(withoutExpectation
      ? some(others, limit, 'not judged', style, (each) => ['', ...conversationLines(each, style)])
      : unjudged(others, style, limit)),
  ];
  if (report.conversationsLeftOut > 0) {
    lines.push(
      '',
      style.warn(`${count(report.conversationsLeftOut, 'conversation')} beyond the limit are not listed.`),
    );
  }
  if (report.conversations.length === 0) lines.push('', style.warn('No conversation was seen.'));
  return lines.length === 0 ? [] : [style.bold('Conversations'), legend(detailed, style), ...lines];
}

/** Of the signs that are in use. */
function legend(list: readonly ReportedConversation[], style: Style): string {
  const used = new Set(list.flatMap((conversation) => pathOf(conversation).map(({ status }) => status)));
  const statuses = (Object.keys(stepSigns) as StepStatus[]).filter((status) => used.has(status));
  return style.dim(`  ${statuses.map((status) => `${stepSigns[status]} ${stepWords[status]}`).join('   ')}`);
}

function some(
  list: ConversationList<ReportedConversation>,
  limit: number,
  what: string,
  style: Style,
  linesOf: (conversation: ReportedConversation) => string[],
): string[] {
  const left = list.length - limit;
  return [
    ...list.first(limit).flatMap(linesOf),
    ...(left > 0
      ? ['', style.dim(`  ... and ${grouped(left)} more that ${what === 'not judged' ? 'were' : 'have'} ${what}`)]
      : []),
  ];
}

function conversationLines(conversation: ReportedConversation, style: Style): string[] {
  const { span, verdict, why } = conversation;
  const word = { pass: style.good('pass'), fail: style.bad('FAIL'), 'not-judged': style.dim('not judged') }[verdict];
  const steps = pathOf(conversation);
  const rows = steps.map((step, i) => stepCells(step, steps[i - 1], style));
  const head = ['', 'point', 'at', 'to server', 'to client', 'since the last', ''].map(style.dim);
  return [
    `  ${style.bold(conversationText(conversation))}  ${style.dim(span ?? '')}  ${word}`,
    ...translationTexts(conversation).map((text) => style.dim(`    ${text}`)),
    ...indented(textTable([head, ...rows], [3, 4])),
    ...failuresOf(conversation).map((text) => `    ${style.bad(text)}`),
    ...(verdict === 'fail' && why !== '' ? [style.dim(`    expected because ${why}`)] : []),
  ];
}

function stepCells(step: PathStep, before: PathStep | undefined, style: Style): string[] {
  const { tapSide, status, fails, point, segment } = step;
  const paint = fails ? style.bad : status === 'seen' || status === 'shared' ? style.good : style.warn;
  const sign = paint(stepSigns[status]);
  // The other states are told by the notes.
  const word =
    status === 'missing'
      ? stepWords.missing.toUpperCase()
      : status === 'unexpected' || status === 'not-judged'
        ? stepWords[status]
        : '';
  if (point === null) return [sign, paint(tapSide), '', '', '', '', paint(word)];
  const between = segment === null ? '' : segmentText(segment);
  const skips = segment !== null && before?.tapSide !== segment.from && between !== '';
  const lost = (segment?.lost ?? 0) > 0;
  return [
    sign,
    paint(tapSide),
    point.source === 'syscall' ? `${placeOf(point)} system calls` : placeOf(point),
    grouped(point.packetsTx),
    grouped(point.packetsRx),
    (lost ? style.bad : style.dim)(skips ? `${between} since ${segment.from}` : between),
    [...(word === '' ? [] : [paint(word)]), ...pointNotes(point)].join('; '),
  ];
}

function unjudged(list: ConversationList<ReportedConversation>, style: Style, limit: number): string[] {
  if (list.length === 0) return [];
  const rows = list
    .first(limit)
    .map((each) => [
      style.dim(stepSigns.noted),
      conversationText(each),
      each.points.map((point) => `${point.tapSide} ${placeOf(point)}`).join(', '),
      style.dim(each.reason ?? each.kind ?? ''),
    ]);
  const left = list.length - limit;
  return [
    '',
    `  ${style.bold('Not judged')}  ${style.dim(`(${grouped(list.length)})`)}`,
    ...indented(textTable(rows)),
    ...(left > 0 ? [style.dim(`    ... and ${grouped(left)} more`)] : []),
  ];
}

function indented(text: string): string[] {
  return text.split('\n').map((line) => `  ${line}`);
}

/** PASS, FAIL, or why there is neither, with what it counts. */
export function verdictLine({ coverage, conversations, captures }: ReplayReport, style: Style): string {
  const packets = captures.reduce((sum, capture) => sum + capture.packets, 0);
  const read = `${count(packets, 'packet')} in ${count(captures.length, 'capture')}`;
  if (coverage === null) {
    const seen = `${count(conversations.length, 'conversation')} seen`;
    return `${style.warn(style.bold('NOT JUDGED'))}  nothing is expected: name a row with --expect, or give the site an expect; ${seen}, ${read}`;
  }
  const { cni, span, judged, passed, verdict } = coverage;
  const row = [cni ?? 'the site’s own list', ...(span === null ? [] : [span])].join('/');
  const others = conversations.of('not-judged').length;
  const counts = `${row}: ${count(judged, 'conversation')} judged, ${passed} passed, ${judged - passed} failed, ${others} not judged; ${read}`;
  if (judged === 0) return `${style.bad(style.bold('NOTHING JUDGED'))}  ${counts}`;
  return `${verdict === 'pass' ? style.good(style.bold('PASS')) : style.bad(style.bold('FAIL'))}  ${counts}`;
}
