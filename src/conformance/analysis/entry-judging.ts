import { isInNamespace } from '../in-namespace.js';
import type { EntryEvidence, EntryRule, FindingDraft, JudgeContext } from '../rule.js';
import { findingCount } from '../tally.js';

/** Findings kept of one rule about one distinct entry. */
const maxFindingsOfEntry = 5;

/** What all entry rules said of one distinct entry. Shared by all entries of which they said the same. */
export interface EntryOutcome {
  /** Dense, from 0, in order of first appearance. */
  readonly id: number;
  /** By position of the rule: p(assed), f(ailed), n(ot judged). */
  readonly statuses: string;
  /** By position of a rule that did not judge: why, of the first entry with these statuses. */
  readonly reasons: readonly string[];
}

const noFailures: readonly EntryFailures[] = [];

/** What the rules up to one of them said, and what the next one may say: outcomes are found without a text for each entry. */
interface Step {
  readonly statuses: string;
  passed: Step | null;
  notJudged: Step | null;
  failed: Step | null;
  /** Set where no rule follows. */
  outcome: EntryOutcome | null;
}

function createStep(statuses: string): Step {
  return { statuses, passed: null, notJudged: null, failed: null, outcome: null };
}

/** Findings of one rule about one distinct entry. */
export interface EntryFailures {
  /** Position of the rule. */
  readonly rule: number;
  readonly drafts: readonly FindingDraft[];
  /** Findings that were not kept. */
  readonly more: number;
}

export interface JudgedEntry {
  readonly outcome: EntryOutcome;
  readonly failures: readonly EntryFailures[];
}

export interface EntryJudging {
  judge(evidence: EntryEvidence): JudgedEntry;
  outcomes(): readonly EntryOutcome[];
}

/** @param onFault told when a rule throws; that rule then counts as not judged for the entry */
export function createEntryJudging(
  rules: readonly EntryRule[],
  context: JudgeContext,
  onFault: (ruleId: string, thrown: unknown) => void,
): EntryJudging {
  const outcomes: EntryOutcome[] = [];
  const first = createStep('');
  /** By position of the rule, of the entry that is being judged. */
  const reasons = rules.map(() => '');

  const elsewhere = { status: 'not-judged', reason: 'its objects belong to nobody in this run' } as const;
  /** What cannot be read has no namespace. */
  const isElsewhere = ({ decoded }: EntryEvidence): boolean =>
    decoded.readings.some(({ meta }) => meta.uid !== '') &&
    !decoded.readings.some(({ meta }) => isInNamespace(context.namespace, meta));

  const judgeOne = (rule: EntryRule, evidence: EntryEvidence) => {
    if (context.namespace !== undefined && isElsewhere(evidence)) return elsewhere;
    try {
      return rule.judge(evidence, context);
    } catch (thrown) {
      onFault(rule.id, thrown);
      return { status: 'not-judged', reason: 'the rule itself broke' } as const;
    }
  };

  return {
    judge(evidence) {
      let failures: EntryFailures[] | null = null;
      let step = first;
      for (let position = 0; position < rules.length; position++) {
        const judgement = judgeOne(rules[position] as EntryRule, evidence);
        if (judgement.status === 'passed') {
          step = step.passed ??= createStep(`${step.statuses}p`);
        } else if (judgement.status === 'not-judged') {
          step = step.notJudged ??= createStep(`${step.statuses}n`);
          reasons[position] = judgement.reason;
        } else {
          step = step.failed ??= createStep(`${step.statuses}f`);
          const drafts = judgement.findings.slice(0, maxFindingsOfEntry).map((draft) => named(draft, evidence));
          failures ??= [];
          failures.push({ rule: position, drafts, more: findingCount(judgement) - drafts.length });
        }
      }
      if (step.outcome === null) {
        step.outcome = { id: outcomes.length, statuses: step.statuses, reasons: [...reasons] };
        outcomes.push(step.outcome);
      }
      return { outcome: step.outcome, failures: failures ?? noFailures };
    },
    outcomes: () => outcomes,
  };
}

/** Rules need not repeat what the entry itself says. */
function named(draft: FindingDraft, { type, decoded }: EntryEvidence): FindingDraft {
  const { uid = '', namespace = '', name = '' } = decoded.readings[0]?.meta ?? {};
  return {
    type,
    ...(uid === '' ? {} : { uid }),
    ...(namespace === '' ? {} : { namespace }),
    ...(name === '' ? {} : { name }),
    ...draft,
  };
}
