import type { PlatformKind } from '../platform/known-platform.js';
import type { PlatformFact } from '../platform/platform-facts.js';
import type { Advice, JudgedConversation } from './advice/advice.js';
import type { CaptureSummary } from './capture-summary.js';
import type { ConversationEnd, SeenAddress } from './conversation.js';
import { type ConversationList, conversationList, type Verdict } from './conversation-list.js';
import type { Coverage } from './coverage.js';
import { type Explanation, explain } from './explain.js';
import type { PositionJudgement, PositionName } from './judge-conversation.js';
import type { ObservedTunnel } from './observation.js';
import type { TapSide } from './observation-point.js';
import type { Direction, Point } from './points.js';
import { type Segment, segmentsOf } from './segments.js';

export const replayReportSchema = 'plumbline.replay/1';

/** The JSON report of a replay. Times are microseconds, 64-bit numbers decimal strings. */
export interface ReplayReport {
  readonly schema: typeof replayReportSchema;
  readonly site: string;
  /** Settings in effect, by DeepFlow's names; one entry per node where nodes differ. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly captures: readonly ReportedCapture[];
  readonly platform: ReportedPlatform;
  readonly conversations: ConversationList<ReportedConversation>;
  /** Conversations beyond the limit, which are in none of the lists. */
  readonly conversationsLeftOut: number;
  readonly coverage: Coverage | null;
  readonly advice: readonly Advice[];
  /** What of the configuration is not applied, and what could not be found out. */
  readonly notes: readonly string[];
  /** Never `pass` where nothing was judged. */
  readonly verdict: Verdict;
}

/** The report as its JSON has it. */
export interface WrittenReplayReport extends Omit<ReplayReport, 'conversations'> {
  readonly conversations: readonly ReportedConversation[];
}

/** What DeepFlow knows in this replay, each MAC with how it is known, and pairs that taught nothing. */
export interface ReportedPlatform {
  readonly kind: PlatformKind;
  readonly facts: readonly PlatformFact[];
  readonly refused: readonly string[];
}

export interface ReportedCapture {
  readonly node: string;
  readonly nic: string;
  readonly file: string;
  readonly packets: number;
  readonly bytes: number;
  readonly captured: boolean;
  readonly note?: string;
  readonly pod?: string;
}

export interface ReportedEnd {
  readonly ip: string;
  readonly port: number;
  readonly pod: string;
  readonly namespace: string;
  readonly node: string;
}

export interface ReportedConversation {
  readonly protocol: number;
  readonly judged: boolean;
  readonly reason?: string;
  readonly kind?: string;
  readonly client: ReportedEnd;
  readonly server: ReportedEnd;
  readonly serverSeenAs: readonly SeenAddress[];
  readonly clientSeenAs: readonly SeenAddress[];
  readonly joinedBy: string;
  readonly span: string | null;
  readonly points: readonly ReportedPoint[];
  readonly segments: readonly Segment[];
  readonly expected: readonly TapSide[];
  readonly missing: readonly TapSide[];
  readonly unexpected: readonly TapSide[];
  readonly notJudged: readonly TapSide[];
  readonly incomplete: readonly TapSide[];
  readonly positions: Readonly<Record<PositionName, PositionJudgement>> | null;
  readonly why: string;
  readonly verdict: Verdict;
}

export interface ReportedPoint {
  readonly tapSide: TapSide;
  readonly node: string;
  readonly nic: string;
  readonly source: 'packet' | 'syscall';
  readonly position: string;
  readonly packetsTx: number;
  readonly packetsRx: number;
  readonly bytesTx: number;
  readonly bytesRx: number;
  readonly direction: Direction;
  readonly sharedWith: readonly TapSide[];
  readonly tunnel: ObservedTunnel | null;
  readonly closeType: number;
  readonly rtt: number | null;
  readonly srt: number | null;
  readonly art: number | null;
  readonly retransTx: number;
  readonly retransRx: number;
  readonly zeroWin: number;
  readonly firstTs: number;
  readonly lastTs: number;
  readonly flowId: string | null;
  readonly inferred: boolean;
  readonly explain?: Explanation;
}

export interface ReportInputs {
  readonly site: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly captures: readonly CaptureSummary[];
  readonly platform: ReportedPlatform;
  readonly judged: readonly JudgedConversation[];
  readonly conversationsLeftOut: number;
  readonly coverage: Coverage | null;
  readonly advice: readonly Advice[];
  readonly notes: readonly string[];
  readonly withExplanations: boolean;
}

export function replayReport(inputs: ReportInputs): ReplayReport {
  return {
    schema: replayReportSchema,
    site: inputs.site,
    config: inputs.config,
    captures: inputs.captures.map(reportedCapture),
    platform: inputs.platform,
    conversations: conversationList(inputs.judged, verdictOf, (judged) =>
      reportedConversation(judged, inputs.withExplanations),
    ),
    conversationsLeftOut: inputs.conversationsLeftOut,
    coverage: inputs.coverage,
    advice: inputs.advice,
    notes: inputs.notes,
    verdict: inputs.captures.every(({ packets }) => packets === 0)
      ? 'not-judged'
      : (inputs.coverage?.verdict ?? 'not-judged'),
  };
}

function reportedCapture({ node, nic, pod, files, packets, bytes, captured, note }: CaptureSummary): ReportedCapture {
  const extras = { ...(note === '' ? {} : { note }), ...(pod === null ? {} : { pod }) };
  return { node, nic, file: files.join(', '), packets, bytes, captured, ...extras };
}

function verdictOf({ judgement }: JudgedConversation): Verdict {
  return !judgement.judged ? 'not-judged' : judgement.passed ? 'pass' : 'fail';
}

function reportedConversation(judged: JudgedConversation, withExplanations: boolean): ReportedConversation {
  const { conversation, points, judgement } = judged;
  const { protocol, kind, clientSeenAs, serverSeenAs, joinedBy } = conversation;
  const { expected, missing, unexpected, notJudged, incomplete, positions, why, reason } = judgement;
  return {
    protocol,
    judged: judgement.judged,
    ...(reason === '' ? {} : { reason }),
    ...(kind === 'conversation' ? {} : { kind }),
    client: reportedEnd(conversation.client),
    server: reportedEnd(conversation.server),
    serverSeenAs,
    clientSeenAs,
    joinedBy,
    span: judgement.span,
    points: points.map((point) => reportedPoint(point, withExplanations)),
    segments: segmentsOf(conversation.rows),
    expected,
    missing,
    unexpected,
    notJudged,
    incomplete,
    positions,
    why,
    verdict: verdictOf(judged),
  };
}

function reportedEnd({ ip, port, tags }: ConversationEnd): ReportedEnd {
  return { ip, port, pod: tags.pod, namespace: tags.namespace, node: tags.node };
}

function reportedPoint({ row, direction, sharedWith }: Point, withExplanation: boolean): ReportedPoint {
  const { tapSide, node, nic, source, position, packetsTx, packetsRx, bytesTx, bytesRx, tunnel, closeType } = row;
  const { rtt, srt, art, retransTx, retransRx, zeroWin, firstTs, lastTs, flowId, inferred } = row;
  const explanation = withExplanation ? explain(row) : null;
  return {
    tapSide,
    node,
    nic,
    source,
    position,
    packetsTx,
    packetsRx,
    bytesTx,
    bytesRx,
    direction,
    sharedWith,
    tunnel,
    closeType,
    rtt,
    srt,
    art,
    retransTx,
    retransRx,
    zeroWin,
    firstTs,
    lastTs,
    flowId: flowId === null ? null : flowId.toString(),
    inferred,
    ...(explanation === null ? {} : { explain: explanation }),
  };
}
