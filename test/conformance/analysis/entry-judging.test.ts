import { expect, test } from 'vitest';
import { createEntryJudging } from '../../../src/conformance/analysis/entry-judging.js';
import { createEntryTally } from '../../../src/conformance/analysis/entry-tally.js';
import type { EntryEvidence, EntryRule, Judgement } from '../../../src/conformance/rule.js';
import { maxFindings } from '../../../src/conformance/tally.js';

const example = { breaks: { calls: [] }, keeps: { calls: [] } };

function rule(id: string, judge: (entry: EntryEvidence) => Judgement): EntryRule {
  return { id, scope: 'entry', level: 'must', demand: '', why: '', source: '', example, judge };
}

function evidence(json: unknown): EntryEvidence {
  const facts = { compressedBytes: 0, inflatedBytes: 0, trailingBytes: 0, invalidUtf8: false };
  return { type: '*v1.Pod', decoded: { facts, failure: null, readings: [] }, json };
}

const context = { compat: 'v7', clusterRegistered: true } as const;
const finding = { found: 'f', expected: 'e', message: 'm' };

test('tallies count each entry, and findings say which one it was', () => {
  const rules = [
    rule('t/odd', ({ json }) =>
      Number(json) % 2 === 1 ? { status: 'failed', findings: [finding] } : { status: 'passed' },
    ),
    rule('t/none', () => ({ status: 'not-judged', reason: 'why' })),
  ];
  const judging = createEntryJudging(rules, context, () => {});
  const tally = createEntryTally(rules, judging, 9);
  for (let index = 0; index < 5; index++) tally.add(index, judging.judge(evidence(index)));
  const [odd, none] = tally.tallies();
  expect(odd).toMatchObject({ passed: 3, failed: 2, notJudged: 0, total: 2 });
  expect(odd?.findings.map(({ request, entry, type }) => [request, entry, type])).toEqual([
    [9, 1, '*v1.Pod'],
    [9, 3, '*v1.Pod'],
  ]);
  expect(none).toMatchObject({ notJudged: 5, reason: 'why' });
  // Entries of which all rules said the same share what was said.
  expect(judging.outcomes()).toHaveLength(2);
});

test('findings are bounded for each entry and for all, and counted', () => {
  const rules = [rule('t/many', () => ({ status: 'failed', findings: Array.from({ length: 50 }, () => finding) }))];
  const judging = createEntryJudging(rules, context, () => {});
  const judged = judging.judge(evidence(0));
  expect(judged.failures[0]?.drafts.length).toBeLessThan(50);
  const tally = createEntryTally(rules, judging, 1);
  for (let index = 0; index < 1000; index++) tally.add(index, judged);
  const [many] = tally.tallies();
  expect(many).toMatchObject({ failed: 1000, total: 50_000 });
  expect(many?.findings).toHaveLength(maxFindings);
});

test('a rule that breaks leaves the others alone', () => {
  const faults: string[] = [];
  const rules = [
    rule('t/broken', () => {
      throw new Error('oops');
    }),
    rule('t/sound', () => ({ status: 'passed' })),
  ];
  const judging = createEntryJudging(rules, context, (id) => faults.push(id));
  const tally = createEntryTally(rules, judging, 1);
  tally.add(0, judging.judge(evidence(0)));
  expect(tally.tallies().map(({ passed, notJudged }) => [passed, notJudged])).toEqual([
    [0, 1],
    [1, 0],
  ]);
  expect(faults).toEqual(['t/broken']);
});
