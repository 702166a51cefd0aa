import type { CaptureOutcome } from './capture-task.js';
import type { CaptureCounters, CaptureNote, DropReason } from './flow-record.js';
import { allNics } from './interface-captures.js';

/** Reasons that tell of damage, or of packets lost to a limit; other packets are merely of no flow. */
const reasonTexts: Partial<Record<DropReason, string>> = {
  'zero-length': 'of length 0',
  'oversize-record': 'longer than 256 KiB',
  'unknown-interface': 'of an interface that the file does not describe',
  'malformed-link': 'with a broken link header',
  'malformed-ip': 'with a broken IP header',
  'malformed-l4': 'with a broken transport header',
  'cut-by-snaplen': 'cut within their headers',
  retired: 'more than 1 ms older than the one before',
  'before-window': 'older than the window of time allows',
  'flow-limit': 'beyond the limit of concurrent flows',
  'other-interface': 'of other interfaces, which the file holds, too',
};

const noteTexts: Partial<Record<CaptureNote, (count: number) => string>> = {
  'truncated-tail-bytes': (count) => `the last record is cut off (${count} bytes left over)`,
  'record-over-snaplen': (count) => `${packets(count)} longer than the snap length of the file`,
  'snaplen-cut': (count) => `${packets(count)} cut by the snap length`,
  'ip-length-zero': (count) => `${packets(count)} with an IP length of 0 (offload)`,
  'ip-length-too-large': (count) => `${packets(count)} whose IP length is more than was captured or sent`,
  'time-raised': (count) => `${packets(count)} earlier than the one before`,
  'time-restarted': (count) => `time went back ${count === 1 ? 'once' : `${count} times`} by more than a window`,
  'unknown-block': (count) => `${count} blocks of unknown type`,
  'malformed-block': (count) => `${count} broken blocks`,
  resynchronised: (count) =>
    `a record header was damaged ${count === 1 ? 'once' : `${count} times`}; reading went on behind it`,
  'skipped-bytes': (count) => `${count} bytes skipped`,
  'interface-limit': (count) => `${count} interfaces too many`,
  'tunnel-layers-left': (count) => `${packets(count)} with more tunnel layers than are taken off`,
  'learn-limit': (count) => `${count} pairs of MAC and address too many to learn from`,
};

/**
 * What is to be said of a capture that was read, each as one phrase; empty where all is well.
 *
 * @param of what it was read as: one NIC, one of several whose captures the file's interfaces are, or a mere list
 */
export function captureNotes(
  { counters, interfaces, faults }: Omit<CaptureOutcome, 'recordsLeftOut'>,
  of: 'nic' | 'one-of-several' | 'list',
): string[] {
  return [
    ...faults.map(({ file, message }) => `${file}: ${message}`),
    ...linkTypeNotes(counters, interfaces),
    ...interfaceNotes(interfaces, of === 'list'),
    ...Object.entries(counters.dropped).flatMap(([reason, count]) => {
      if (of === 'one-of-several' && reason === 'other-interface') return [];
      const text = reasonTexts[reason as DropReason];
      return count > 0 && text !== undefined ? [`${packets(count)} ${text}`] : [];
    }),
    ...Object.entries(counters.notes).flatMap(([note, count]) => {
      const text = noteTexts[note as CaptureNote];
      return count > 0 && text !== undefined ? [text(count)] : [];
    }),
  ];
}

/** Local ends are told by the MAC of one NIC, so that flows of the others lack theirs. */
function interfaceNotes(interfaces: CaptureOutcome['interfaces'], isList: boolean): string[] {
  const used = interfaces.filter(({ packets }) => packets > 0);
  if (used.length < 2) return [];
  const names = used.map(({ id, name }) => name ?? `number ${id}`).join(', ');
  const held = `holds packets of ${used.length} interfaces (${names})`;
  if (isList) return [held];
  const remedy = used.some(({ name }) => name === null)
    ? ''
    : `; give the NIC by its name there, or ${allNics} for all of them, to have them told apart`;
  return [`${held}, each with flows of its own, all judged as of this NIC${remedy}`];
}

const readLinkTypes: readonly number[] = [0, 1, 12, 14, 101, 108, 113, 228, 229, 276];

function linkTypeNotes(counters: CaptureCounters, interfaces: CaptureOutcome['interfaces']): string[] {
  const count = counters.dropped['unsupported-link-type'];
  if (count === 0) return [];
  const types = interfaces.filter(({ linkType }) => !readLinkTypes.includes(linkType)).map(({ linkType }) => linkType);
  return [
    `${packets(count)} of link type ${[...new Set(types)].join(', ')}, which is not read (Ethernet, SLL, SLL2, raw IP, NULL and LOOP are)`,
  ];
}

function packets(count: number): string {
  return count === 1 ? '1 packet' : `${count} packets`;
}
