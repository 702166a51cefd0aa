import { pathOrder, type TapSide } from '../replay/observation-point.js';
import type { ReportedConversation, ReportedPoint } from '../replay/replay-report.js';
import type { Segment } from '../replay/segments.js';

/**
 * What became of one point of a conversation's path. `one-way`: it shows one direction of traffic that goes both ways.
 * `shared`: one set of packets stands for this point and for another. `noted`: seen, and nothing was expected.
 */
export type StepStatus = 'seen' | 'one-way' | 'shared' | 'missing' | 'unexpected' | 'not-judged' | 'noted';

/** A place on the way from client to server that was seen, or should have been. */
export interface PathStep {
  readonly tapSide: TapSide;
  readonly status: StepStatus;
  /** It speaks against the conversation. */
  readonly fails: boolean;
  /** Null where it was not seen. */
  readonly point: ReportedPoint | null;
  /** From the last point before it that was seen. */
  readonly segment: Segment | null;
}

/** A sign for each status, so that no reader needs colours. */
export const stepSigns: Readonly<Record<StepStatus, string>> = {
  seen: '+',
  'one-way': '~',
  shared: '=',
  missing: 'x',
  unexpected: '!',
  'not-judged': '?',
  noted: '-',
};

export const stepWords: Readonly<Record<StepStatus, string>> = {
  seen: 'seen',
  'one-way': 'one direction only',
  shared: 'seen in shared packets',
  missing: 'missing',
  unexpected: 'not expected',
  'not-judged': 'not judged',
  noted: 'seen, not judged',
};

/** Points that were seen and points that were expected, in the order of the path. */
export function pathOf(conversation: ReportedConversation): PathStep[] {
  const { points, segments, missing, notJudged } = conversation;
  const open = [...segments];
  const seen = points.map((point): PathStep => {
    const place = placeOf(point);
    const at = open.findIndex((segment) => segment.to === point.tapSide && segment.toPlace === place);
    const [segment = null] = at < 0 ? [] : open.splice(at, 1);
    return { tapSide: point.tapSide, ...statusOf(point, conversation), point, segment };
  });
  const unseen = (sides: readonly TapSide[], status: StepStatus, fails: boolean): PathStep[] =>
    sides.map((tapSide) => ({ tapSide, status, fails, point: null, segment: null }));
  return [
    ...seen,
    ...unseen(missing, 'missing', true),
    ...unseen(notJudgedUnseen(conversation, notJudged), 'not-judged', false),
  ].sort((a, b) => pathOrder.indexOf(a.tapSide) - pathOrder.indexOf(b.tapSide));
}

function notJudgedUnseen({ points }: ReportedConversation, sides: readonly TapSide[]): TapSide[] {
  return sides.filter((side) => !points.some((point) => point.tapSide === side));
}

function statusOf(point: ReportedPoint, conversation: ReportedConversation): Pick<PathStep, 'status' | 'fails'> {
  const { tapSide, direction, source, sharedWith } = point;
  const { judged, unexpected, incomplete, points } = conversation;
  if (judged && unexpected.includes(tapSide)) return { status: 'unexpected', fails: true };
  const isPartial = source === 'packet' && direction !== 'both';
  if (isPartial && goesBothWays(points)) return { status: 'one-way', fails: judged && incomplete.includes(tapSide) };
  if (!judged) return { status: 'noted', fails: false };
  return { status: sharedWith.length > 0 ? 'shared' : 'seen', fails: false };
}

function goesBothWays(points: readonly ReportedPoint[]): boolean {
  return points.some(({ packetsTx }) => packetsTx > 0) && points.some(({ packetsRx }) => packetsRx > 0);
}

/** `n1 eth0`, or the node alone for a system call. */
export function placeOf({ node, nic }: ReportedPoint): string {
  return nic === '' ? node : `${node} ${nic}`;
}
