import type { CaptureSummary } from '../replay/capture-summary.js';
import { type CaptureCounters, captureNotes, dropReasons } from '../replay/flow-record.js';
import type { ReplayReport } from '../replay/replay-report.js';
import { byteText, grouped } from './quantities.js';
import type { Style } from './style.js';
import { textTable } from './text-table.js';

/** Every capture with its counts; packets that are in no flow by reason. */
export function captureLines(
  report: ReplayReport,
  captures: readonly CaptureSummary[],
  style: Style,
  limit: number,
): string[] {
  if (captures.length === 0) return [];
  const rows = captures
    .slice(0, limit)
    .map((capture) => [
      capturePlace(capture),
      grouped(capture.packets),
      byteText(capture.bytes),
      capture.counters === null ? '' : grouped(capture.counters.packetsInFlows),
      capture.counters === null ? '' : grouped(capture.counters.flows),
      capture.captured ? style.good('captured') : style.dim('left out'),
      captureRemarks(capture, report.config).join('; '),
    ]);
  const left = captures.length - limit;
  return [
    style.bold('Captures'),
    textTable(
      [['at', 'packets', 'bytes', 'in flows', 'flows', 'by the agent', ''].map(style.dim), ...rows],
      [1, 2, 3, 4],
    ),
    ...(left > 0 ? [style.dim(`  ... and ${grouped(left)} more`)] : []),
  ];
}

/** `n1 eth0`, or `Pod default/p1a eth0` where it was taken inside a Pod. */
export function capturePlace({ node, nic, pod }: CaptureSummary): string {
  return pod === null ? `${node} ${nic}`.trim() : `Pod ${pod} ${nic}`;
}

/** What is to be said of a capture beside its counts. */
export function captureRemarks({ note, counters }: CaptureSummary, config: ReplayReport['config']): string[] {
  return [...(note === '' ? [] : [withoutRegex(note, config)]), ...(counters === null ? [] : counterTexts(counters))];
}

/** `in no flow: 2 arp, 1 malformed-ip`, and what else the core noted. */
export function counterTexts(counters: CaptureCounters): string[] {
  const list = <Name extends string>(names: readonly Name[], counts: Readonly<Record<Name, number>>): string =>
    names
      .filter((name) => counts[name] > 0)
      .map((name) => `${grouped(counts[name])} ${name}`)
      .join(', ');
  // Those of other interfaces are not among the capture's packets; its note tells of them.
  const own = dropReasons.filter((reason) => reason !== 'other-interface');
  const dropped = list(own, counters.dropped);
  const unusual = captureNotes.filter((name) => name !== 'interfaces' && name !== 'sections');
  const notes = list(unusual, counters.notes);
  return [
    ...(dropped === '' ? [] : [`in no flow: ${dropped}`]),
    ...(counters.injectedTwice === 0 ? [] : [`${grouped(counters.injectedTwice)} counted for both ends`]),
    ...(counters.injectionsOverLimit === 0 ? [] : [`${grouped(counters.injectionsOverLimit)} lost to the flow limit`]),
    ...(notes === '' ? [] : [`noted: ${notes}`]),
  ];
}

/** The expression stands once at the head of the report; in every line it would hide the rest. */
function withoutRegex(note: string, config: ReplayReport['config']): string {
  const regex = config.tap_interface_regex;
  return typeof regex === 'string' && regex !== '' ? note.replace(` ${regex}`, '') : note;
}
