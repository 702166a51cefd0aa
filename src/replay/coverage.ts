import type { Verdict } from './conversation-list.js';
import type { Expectation } from './expectation.js';
import type { ConversationJudgement, PositionName } from './judge-conversation.js';
import type { CniId, Span } from './matrix-cell.js';
import { alongPath, type TapSide } from './observation-point.js';
import type { UnmetRequirement } from './requirements.js';

export interface SpanCoverage {
  readonly span: Span;
  readonly conversations: number;
  readonly passed: number;
}

/** What was expected of all judged conversations and what was seen, together. */
export interface Coverage {
  readonly cni: CniId | null;
  /** The span of all judged conversations; null where there are several or none. */
  readonly span: Span | null;
  readonly spans: readonly SpanCoverage[];
  readonly judged: number;
  readonly passed: number;
  readonly positions: Readonly<Record<PositionName, { readonly expected: boolean; readonly seen: boolean }>>;
  readonly expected: readonly TapSide[];
  readonly seen: readonly TapSide[];
  readonly missing: readonly TapSide[];
  readonly unexpected: readonly TapSide[];
  readonly notJudged: readonly TapSide[];
  /** Configuration that the row presupposes and the agents have not got. It explains what is missing; it fails nothing. */
  readonly unmet: readonly UnmetRequirement[];
  readonly verdict: Verdict;
}

const positionNames: readonly PositionName[] = ['syscall', 'podNic', 'nodeNic'];

/** Null where nothing is expected. */
export function coverageOf(
  expectation: Expectation | null,
  judgements: readonly ConversationJudgement[],
  unmet: readonly UnmetRequirement[] = [],
): Coverage | null {
  if (expectation === null) return null;
  const judged = judgements.filter((judgement) => judgement.judged);
  const passed = judged.filter((judgement) => judgement.passed).length;
  // Conversations that are seen alike share their judgement.
  const distinct = [...new Set(judged)];
  const union = (sides: (judgement: ConversationJudgement) => readonly TapSide[]): TapSide[] =>
    alongPath(distinct.flatMap(sides));
  const spans = spanCoverage(judged);
  const only = spans.length === 1 ? spans[0]?.span : undefined;
  return {
    cni: expectation.cni,
    span: only ?? expectation.span,
    spans,
    judged: judged.length,
    passed,
    positions: Object.fromEntries(
      positionNames.map((name) => [
        name,
        {
          expected: distinct.some(({ positions }) => positions?.[name].expected === true),
          seen: distinct.some(({ positions }) => positions?.[name].seen === true),
        },
      ]),
    ) as Coverage['positions'],
    expected: union(({ expected }) => expected),
    seen: union(({ seen }) => seen),
    missing: union(({ missing }) => missing),
    unexpected: union(({ unexpected }) => unexpected),
    notJudged: union(({ notJudged }) => notJudged),
    unmet,
    verdict: judged.length === 0 ? 'not-judged' : passed === judged.length ? 'pass' : 'fail',
  };
}

function spanCoverage(judged: readonly ConversationJudgement[]): SpanCoverage[] {
  const bySpan = new Map<Span, { conversations: number; passed: number }>();
  for (const { span, passed } of judged) {
    if (span === null) continue;
    const sum = bySpan.get(span) ?? { conversations: 0, passed: 0 };
    sum.conversations += 1;
    if (passed) sum.passed += 1;
    bySpan.set(span, sum);
  }
  return [...bySpan].map(([span, sum]) => ({ span, ...sum })).sort((a, b) => (a.span < b.span ? -1 : 1));
}
