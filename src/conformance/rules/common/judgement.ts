import type { FindingDraft, Judgement } from '../../rule.js';

/** Findings that one judgement spells out; the rest is counted. */
export const maxFindings = 20;

export const passed: Judgement = { status: 'passed' };

export function notJudged(reason: string): Judgement {
  return { status: 'not-judged', reason };
}

export function failedWith(finding: FindingDraft): Judgement {
  return { status: 'failed', findings: [finding] };
}

/** Gathers what a judge finds wrong, in bounded memory. */
export interface FindingCollector {
  /** `describe` is only called for the findings that are spelt out. */
  add(describe: () => FindingDraft): void;
  readonly total: number;
  /** Failed where anything was found, else `otherwise` (default: passed). */
  judgement(otherwise?: Judgement): Judgement;
}

export function createFindingCollector(): FindingCollector {
  const findings: FindingDraft[] = [];
  let total = 0;
  return {
    add(describe) {
      if (total < maxFindings) findings.push(describe());
      total += 1;
    },
    get total() {
      return total;
    },
    judgement: (otherwise = passed) => (total === 0 ? otherwise : { status: 'failed', findings, total }),
  };
}
