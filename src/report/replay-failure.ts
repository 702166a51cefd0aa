import type { PositionName } from '../replay/judge-conversation.js';
import type { ReportedConversation } from '../replay/replay-report.js';

export const positionTitles: Readonly<Record<PositionName, string>> = {
  syscall: 'system call',
  podNic: 'Pod NIC',
  nodeNic: 'Node NIC',
};

export const positionNames = Object.keys(positionTitles) as readonly PositionName[];

/** All that speaks against a conversation, in words; empty where it passed or was not judged. */
export function failuresOf(conversation: ReportedConversation): string[] {
  if (conversation.verdict !== 'fail') return [];
  const { missing, unexpected, incomplete, notJudged, positions } = conversation;
  const found = [
    ...(missing.length === 0 ? [] : [`missing: ${missing.join(', ')}`]),
    ...(unexpected.length === 0 ? [] : [`seen and not expected: ${unexpected.join(', ')}`]),
    ...(incomplete.length === 0 ? [] : [`one direction only: ${incomplete.join(', ')}`]),
    ...positionNames.flatMap((name) => {
      const judgement = positions?.[name];
      if (judgement === undefined || judgement.expected === judgement.seen) return [];
      if (name === 'syscall' && (notJudged.length > 0 || !judgement.expected)) return [];
      const title = positionTitles[name];
      return judgement.expected
        ? [`${title}: expected, and no point is there`]
        : [`${title}: not expected, and seen on ${judgement.nics.join(', ')}`];
    }),
  ];
  return found.length > 0 ? found : ['one set of packets should stand for both ends, and does not'];
}
