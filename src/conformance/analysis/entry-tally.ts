import type { EntryRule } from '../rule.js';
import { createTallyCollector, maxFindings, type RuleTally, toFinding } from '../tally.js';
import type { EntryJudging, JudgedEntry } from './entry-judging.js';

/** Sums up what the entry rules said of one upload's entries. */
export interface EntryTally {
  /** `index`: position of the entry in the request. */
  add(index: number, judged: JudgedEntry): void;
  /** In the order of the rules. */
  tallies(): RuleTally[];
}

export function createEntryTally(rules: readonly EntryRule[], judging: EntryJudging, request: number): EntryTally {
  const collectors = rules.map((rule) => createTallyCollector(rule.id));
  const failed = rules.map(() => 0);
  /** By `EntryOutcome.id`: an upload has few distinct outcomes, whatever the number of its entries. */
  const counts: number[] = [];

  return {
    add(index, judged) {
      counts[judged.outcome.id] = (counts[judged.outcome.id] ?? 0) + 1;
      for (const { rule, drafts, more } of judged.failures) {
        const before = failed[rule] ?? 0;
        failed[rule] = before + 1;
        const kept = before < maxFindings ? drafts : [];
        const findings = kept.map((draft) => ({ ...toFinding(draft, request), entry: index }));
        collectors[rule]?.addFailed(findings, more + drafts.length - kept.length);
      }
    },
    tallies() {
      for (const outcome of judging.outcomes()) {
        const count = counts[outcome.id] ?? 0;
        if (count === 0) continue;
        for (const [position, collector] of collectors.entries()) {
          const status = outcome.statuses[position];
          if (status === 'p') collector.addPassed(count);
          else if (status === 'n') collector.addNotJudged(count, outcome.reasons[position] ?? '');
        }
      }
      return collectors.map((collector) => collector.tally());
    },
  };
}
