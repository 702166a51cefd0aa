import type { Finding, FindingDraft, Judgement } from './rule.js';

/** Findings kept of one rule; the rest is counted. */
export const maxFindings = 20;

/** What one rule said, over many pieces of evidence. */
export interface RuleTally {
  readonly id: string;
  readonly passed: number;
  readonly failed: number;
  readonly notJudged: number;
  /** Why it was not judged, the first reason met; "" where there was none. */
  readonly reason: string;
  /** The first `maxFindings`. */
  readonly findings: readonly Finding[];
  /** All findings, also those that are not kept. */
  readonly total: number;
}

/** Collects judgements of one rule; memory is bounded by `maxFindings`. */
export interface TallyCollector {
  add(judgement: Judgement, request: number): void;
  addPassed(count: number): void;
  addNotJudged(count: number, reason: string): void;
  /** `more`: findings of the same piece of evidence that were not kept. */
  addFailed(findings: readonly Finding[], more: number): void;
  addTally(tally: RuleTally): void;
  tally(): RuleTally;
}

export function createTallyCollector(id: string): TallyCollector {
  let passed = 0;
  let failed = 0;
  let notJudged = 0;
  let reason = '';
  let total = 0;
  const findings: Finding[] = [];

  const keep = (added: readonly Finding[], more: number): void => {
    total += added.length + more;
    const room = maxFindings - findings.length;
    if (room > 0) findings.push(...added.slice(0, room));
  };
  const collector: TallyCollector = {
    add(judgement, request) {
      if (judgement.status === 'passed') collector.addPassed(1);
      else if (judgement.status === 'not-judged') collector.addNotJudged(1, judgement.reason);
      else {
        const kept = judgement.findings.slice(0, maxFindings);
        collector.addFailed(
          kept.map((draft) => toFinding(draft, request)),
          findingCount(judgement) - kept.length,
        );
      }
    },
    addPassed(count) {
      passed += count;
    },
    addNotJudged(count, why) {
      notJudged += count;
      if (reason === '') reason = why;
    },
    addFailed(added, more) {
      failed += 1;
      keep(added, more);
    },
    addTally(tally) {
      passed += tally.passed;
      failed += tally.failed;
      notJudged += tally.notJudged;
      if (reason === '') reason = tally.reason;
      keep(tally.findings, tally.total - tally.findings.length);
    },
    tally: () => ({ id, passed, failed, notJudged, reason, findings: [...findings], total }),
  };
  return collector;
}

/** All findings of a judgement, also those that it does not spell out. */
export function findingCount({ findings, total = 0 }: Judgement & { status: 'failed' }): number {
  return Math.max(findings.length, total);
}

/** A draft that names no request belongs to the one given. */
export function toFinding(draft: FindingDraft, request: number): Finding {
  return { ...draft, request: draft.request ?? request };
}
