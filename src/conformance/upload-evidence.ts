import type { UploadReport } from './analyst.js';
import type { Rule } from './rule.js';
import { createTallyCollector, type RuleTally, type TallyCollector } from './tally.js';

/** Sums up the reports of a run's uploads, in the order of their calls. */
export interface UploadEvidence {
  add(report: UploadReport): void;
  tallies(): ReadonlyMap<string, RuleTally>;
  /** By rule id: uploads on which it was judged. */
  judgedUploads(): ReadonlyMap<string, number>;
}

export function createUploadEvidence(rules: readonly Rule[]): UploadEvidence {
  const collectors = new Map<string, TallyCollector>();
  const judged = new Map<string, number>();
  const known = new Set(rules.map((rule) => rule.id));

  const collectorOf = (id: string): TallyCollector => {
    const collector = collectors.get(id) ?? createTallyCollector(id);
    collectors.set(id, collector);
    return collector;
  };
  return {
    add(report) {
      for (const tally of report.tallies) {
        if (!known.has(tally.id)) continue;
        collectorOf(tally.id).addTally(tally);
        if (tally.passed + tally.failed > 0) judged.set(tally.id, (judged.get(tally.id) ?? 0) + 1);
      }
    },
    tallies: () => new Map([...collectors].map(([id, collector]) => [id, collector.tally()])),
    judgedUploads: () => judged,
  };
}
