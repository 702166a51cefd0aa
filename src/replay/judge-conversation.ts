import type { PlatformKind } from '../platform/known-platform.js';
import { macsOfNodes } from '../platform/node-view.js';
import { podKey, type Topology, type TopologyPod } from '../platform/topology.js';
import type { Conversation, ConversationEnd } from './conversation.js';
import type { Expectation, ExpectedConversation } from './expectation.js';
import { matrixRow } from './matrix.js';
import type { MatrixCell, Span, VariantFacts } from './matrix-cell.js';
import { expectationOf } from './matrix-spans.js';
import type { Observation, Position } from './observation.js';
import { alongPath, type TapSide, tapSideNumbers } from './observation-point.js';
import { type Direction, goesBothWays, type Point } from './points.js';
import { hasSystemCalls } from './protocol.js';
import { findPod } from './site-file.js';

export interface PositionJudgement {
  readonly expected: boolean;
  readonly seen: boolean;
  /** NICs on which it was seen, as `node nic`. */
  readonly nics: readonly string[];
  readonly direction: 'both' | 'one' | null;
  readonly shared: boolean;
}

export type PositionName = 'syscall' | 'podNic' | 'nodeNic';

/** What was expected of a conversation and what was seen. */
export interface ConversationJudgement {
  readonly judged: boolean;
  /** Why it is not judged; "" where it is. */
  readonly reason: string;
  readonly span: Span | null;
  readonly expected: readonly TapSide[];
  readonly seen: readonly TapSide[];
  readonly missing: readonly TapSide[];
  readonly unexpected: readonly TapSide[];
  /** Expected points for which the site gives no evidence of any kind. */
  readonly notJudged: readonly TapSide[];
  /** Null where the site lists tap sides of its own. */
  readonly positions: Readonly<Record<PositionName, PositionJudgement>> | null;
  /** Points that see one direction of a conversation that goes both ways, where both are expected. */
  readonly incomplete: readonly TapSide[];
  /** Why these points are expected. */
  readonly why: string;
  readonly passed: boolean;
}

export interface JudgeContext {
  readonly expectation: Expectation | null;
  readonly platform: PlatformKind;
  readonly topology: Topology;
  /** The site names files of system calls; without any, their points are not judged. */
  readonly hasSyscalls: boolean;
}

export type ConversationJudge = (conversation: Conversation, points: readonly Point[]) => ConversationJudgement;

export function createConversationJudge(context: JudgeContext): ConversationJudge {
  const nodeMacs = macsOfNodes(context.topology);
  const pods = new Map(context.topology.pods.map((pod) => [podKey(pod), factsOfPod(pod, nodeMacs)]));
  // Most conversations of a site are seen alike; those that list their own points are judged one by one.
  const byLook = new Map<string | number, ConversationJudgement>();
  const places = createPlaceNumbers();
  const memoised = context.expectation === null || context.expectation.conversations.length === 0;
  return (conversation, points) => {
    const plain = memoised ? plainLookOf(conversation, points) : null;
    const seenBefore = plain === null ? undefined : byLook.get(plain);
    if (seenBefore !== undefined) return seenBefore;
    const facts = variantFacts(conversation, pods);
    if (!memoised) return judgeOne(conversation, points, context, facts);
    const look = plain ?? lookOf(conversation, points, facts, places);
    const known = byLook.get(look);
    if (known !== undefined) return known;
    const judgement = judgeOne(conversation, points, context, facts);
    if (byLook.size < maxLooks) byLook.set(look, judgement);
    return judgement;
  };
}

const maxLooks = 10_000;

/** A short number for each NIC of each node, since texts of names would be long for what is asked of every point. */
function createPlaceNumbers(): (node: string, nic: string) => number {
  const byNode = new Map<string, Map<string, number>>();
  let next = 0;
  return (node, nic) => {
    let nics = byNode.get(node);
    if (nics === undefined) {
      nics = new Map();
      byNode.set(node, nics);
    }
    let number = nics.get(nic);
    if (number === undefined) {
      number = next++;
      nics.set(nic, number);
    }
    return number;
  };
}

/** Of what is seen once and no matrix judges: as one number, since most of a node's traffic may be that. Else null. */
function plainLookOf({ kind, span }: Conversation, points: readonly Point[]): number | null {
  const [only] = points;
  if (kind === 'conversation' || span !== null || only === undefined || points.length > 1) return null;
  return kindNumbers[kind] * 64 + tapSideNumbers[only.row.tapSide];
}

const kindNumbers = { 'tunnel-outer': 0, group: 1, 'node-to-node': 2, outside: 3 } as const;

/** All that a judgement depends on, as one text. */
function lookOf(
  { kind, span, reach, protocol }: Conversation,
  points: readonly Point[],
  { tunnelled, ipvlan, podMacIsNodes, clientNat }: VariantFacts,
  places: (node: string, nic: string) => number,
): string {
  const facts = (tunnelled ? 1 : 0) | (ipvlan ? 2 : 0) | (podMacIsNodes ? 4 : 0) | (clientNat ? 8 : 0);
  let look = `${kind} ${span} ${reach} ${protocol * 16 + facts}`;
  for (const { row, direction, sharedWith } of points) {
    const opened = `${row.synAckSeq === null ? '?' : ''}${unopened.has(row.closeType) ? '!' : ''}`;
    const seen = tapSideNumbers[row.tapSide] * 16 + positionNumbers[row.position] * 4 + directionNumbers[direction];
    look += ` ${places(row.node, row.nic) * 1024 + seen}${sharedWith.length > 0 ? '=' : ''}${opened}`;
  }
  return look;
}

const positionNumbers: Readonly<Record<Position, number>> = { syscall: 0, 'pod-nic': 1, 'node-nic': 2 };
const directionNumbers: Readonly<Record<Direction, number>> = { both: 0, 'tx-only': 1, 'rx-only': 2 };

function judgeOne(
  conversation: Conversation,
  points: readonly Point[],
  context: JudgeContext,
  facts: VariantFacts,
): ConversationJudgement {
  const seen = alongPath(points.map(({ row }) => row.tapSide));
  const listed = listedSides(conversation, context);
  if (listed !== null) return judge(conversation, points, context, seen, listed, null, 'the site lists these points');
  const { expectation, platform } = context;
  if (expectation?.cni == null) return unjudged(conversation, seen, 'nothing is expected of it');
  if (conversation.kind !== 'conversation') return unjudged(conversation, seen, reasons[conversation.kind]);
  const { span, reach } = conversation;
  if (span === null || reach === null) return unjudged(conversation, seen, 'the place of an end is not known');
  if (expectation.span !== null && expectation.span !== span) {
    return unjudged(conversation, seen, `its span is ${span}, and ${expectation.span} is expected`);
  }
  const row = matrixRow(expectation.cni);
  const expected = expectationOf(row, span, reach, platform, facts);
  if (expected === null) return unjudged(conversation, seen, 'no row covers a Pod and its own node');
  const { cell, tapSides, why } = expected;
  const cellOfSpan = span === 'pod-to-node' || span === 'node-to-pod' ? null : cell;
  return judge(conversation, points, context, seen, tapSides, cellOfSpan, why);
}

const reasons: Readonly<Record<Conversation['kind'], string>> = {
  conversation: '',
  'tunnel-outer': 'the outer flow of a tunnel that is not taken off',
  group: 'multicast or broadcast',
  'node-to-node': 'both ends are nodes',
  outside: 'an end is neither a Pod nor a node of this site',
};

function unjudged({ span }: Conversation, seen: readonly TapSide[], reason: string): ConversationJudgement {
  const nothing = { expected: [], missing: [], unexpected: [], notJudged: [], incomplete: [] };
  return { judged: false, reason, span, seen, ...nothing, positions: null, why: '', passed: true };
}

function judge(
  conversation: Conversation,
  points: readonly Point[],
  context: JudgeContext,
  seen: readonly TapSide[],
  listed: readonly TapSide[],
  cell: MatrixCell | null,
  why: string,
): ConversationJudgement {
  const bySockets = hasSystemCalls(conversation.protocol) && !neverOpened(conversation);
  const expected = bySockets ? listed : listed.filter((side) => !isSyscall(side));
  const notJudged = context.hasSyscalls ? [] : expected.filter(isSyscall);
  const missing = expected.filter((side) => !seen.includes(side) && !notJudged.includes(side));
  const unexpected = seen.filter((side) => !expected.includes(side));
  const positions = cell === null ? null : judgePositions(points, cell, bySockets);
  const incomplete = incompletePoints(conversation, points, cell);
  const positionsHold =
    positions === null ||
    (Object.entries(positions) as [PositionName, PositionJudgement][]).every(
      ([name, { expected: wanted, seen: found }]) =>
        wanted === found || (name === 'syscall' && (!context.hasSyscalls || !wanted)),
    );
  const shares = cell?.podNic?.shared !== true || context.platform !== 'reported' || positions?.podNic.shared === true;
  const passed = missing.length === 0 && unexpected.length === 0 && incomplete.length === 0 && positionsHold && shares;
  const sets = { expected, seen, missing, unexpected, notJudged };
  return { judged: true, reason: '', span: conversation.span, ...sets, positions, incomplete, why, passed };
}

/** The server refused or did not answer: no program could send or receive, so that no system call shows it. */
function neverOpened({ rows }: Conversation): boolean {
  return (
    rows.every(({ source, synAckSeq }) => source === 'packet' && synAckSeq === null) &&
    rows.some(({ closeType }) => unopened.has(closeType))
  );
}

/** DeepFlow's close types of a connection without an answer to its SYN, and of one that the server refused at once. */
const unopened: ReadonlySet<number> = new Set([7, 15]);

function isSyscall(side: TapSide): boolean {
  return side === 'c-p' || side === 's-p';
}

function judgePositions(
  points: readonly Point[],
  cell: MatrixCell,
  bySockets: boolean,
): Record<PositionName, PositionJudgement> {
  const at = (position: Position, expected: boolean): PositionJudgement => {
    const here = points.filter(({ row }) => row.position === position);
    const nics = [...new Set(here.map(({ row }) => `${row.node} ${row.nic}`.trim()))].sort();
    const direction = here.length === 0 ? null : here.every((point) => point.direction === 'both') ? 'both' : 'one';
    return {
      expected,
      seen: here.length > 0,
      nics,
      direction,
      shared: here.some(({ sharedWith }) => sharedWith.length > 0),
    };
  };
  return {
    syscall: at('syscall', cell.syscall && bySockets),
    podNic: at('pod-nic', cell.podNic !== null),
    nodeNic: at('node-nic', cell.nodeNic !== null),
  };
}

function incompletePoints(conversation: Conversation, points: readonly Point[], cell: MatrixCell | null): TapSide[] {
  if (!goesBothWays(conversation.rows)) return [];
  const excused: Position | null = cell?.podNic?.directions === 'one' ? 'pod-nic' : null;
  const places = new Map<string, Observation[]>();
  for (const { row } of points) {
    if (row.source !== 'packet' || row.position === excused) continue;
    const place = `${row.tapSide} ${row.node} ${row.nic}`;
    places.set(place, [...(places.get(place) ?? []), row]);
  }
  // Both directions may be there as flows of their own, where DeepFlow tells them apart.
  const lacking = [...places.values()].filter((rows) => !goesBothWays(rows));
  return alongPath(lacking.flatMap((rows) => rows.map(({ tapSide }) => tapSide)));
}

function listedSides(conversation: Conversation, { expectation, topology }: JudgeContext): readonly TapSide[] | null {
  if (expectation === null) return null;
  const own = expectation.conversations.find((entry) => fits(entry, conversation, topology));
  if (own !== undefined) return own.tapSides;
  return conversation.kind === 'conversation' ? expectation.tapSides : null;
}

function fits(entry: ExpectedConversation, { protocol, client, server }: Conversation, topology: Topology): boolean {
  return (
    (entry.protocol === null || entry.protocol === protocol) &&
    (entry.port === null || entry.port === server.port) &&
    names(entry.client, client, topology) &&
    names(entry.server, server, topology)
  );
}

function names(wanted: string | null, { ip, tags }: ConversationEnd, topology: Topology): boolean {
  if (wanted === null || wanted === ip) return true;
  if (tags.type === 'node') return wanted === tags.node;
  const pod = findPod(topology, wanted);
  return (
    pod !== undefined && tags.type === 'pod' && podKey(pod) === podKey({ namespace: tags.namespace, name: tags.pod })
  );
}

interface PodFacts {
  readonly ipvlan: boolean;
  readonly podMacIsNodes: boolean;
}

const noPod: PodFacts = { ipvlan: false, podMacIsNodes: false };

function podFacts({ tags }: ConversationEnd, pods: ReadonlyMap<string, PodFacts>): PodFacts {
  return tags.type === 'pod' ? (pods.get(`${tags.namespace}/${tags.pod}`) ?? noPod) : noPod;
}

function factsOfPod(pod: TopologyPod, nodeMacs: ReadonlyMap<number, string>): PodFacts {
  return {
    ipvlan: pod.nics.some((nic) => nic.kind === 'ipvlan'),
    podMacIsNodes: pod.nics.some((nic) => nic.mac !== null && nodeMacs.has(nic.mac.value)),
  };
}

function variantFacts(conversation: Conversation, pods: ReadonlyMap<string, PodFacts>): VariantFacts {
  const client = podFacts(conversation.client, pods);
  const server = podFacts(conversation.server, pods);
  return {
    tunnelled: conversation.rows.some((row) => row.tunnel !== null),
    ipvlan: client.ipvlan || server.ipvlan,
    podMacIsNodes: client.podMacIsNodes || server.podMacIsNodes,
    clientNat: conversation.clientSeenAs.length > 0,
  };
}
