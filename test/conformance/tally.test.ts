import { expect, test } from 'vitest';
import type { FindingDraft } from '../../src/conformance/rule.js';
import { createTallyCollector, maxFindings } from '../../src/conformance/tally.js';

const draft = (message: string): FindingDraft => ({ found: 'a', expected: 'b', message });

test('a tally counts what it does not keep', () => {
  const collector = createTallyCollector('x/y');
  const findings = Array.from({ length: maxFindings + 5 }, (_, index) => draft(`${index}`));
  collector.add({ status: 'failed', findings }, 7);
  collector.add({ status: 'failed', findings: [draft('more')], total: 100 }, 8);
  const tally = collector.tally();
  expect(tally).toMatchObject({ failed: 2, total: maxFindings + 5 + 100 });
  expect(tally.findings).toHaveLength(maxFindings);
  expect(tally.findings[0]).toMatchObject({ request: 7, message: '0' });
});

test('a finding that names a request keeps it', () => {
  const collector = createTallyCollector('x/y');
  collector.add({ status: 'failed', findings: [{ ...draft('m'), request: 3 }] }, 7);
  expect(collector.tally().findings[0]?.request).toBe(3);
});

test('the first reason for not judging is told', () => {
  const collector = createTallyCollector('x/y');
  collector.add({ status: 'not-judged', reason: 'first' }, 1);
  collector.add({ status: 'not-judged', reason: 'second' }, 2);
  expect(collector.tally()).toMatchObject({ notJudged: 2, reason: 'first' });
});

test('adding tallies is the same as adding their judgements', () => {
  const parts = [createTallyCollector('x/y'), createTallyCollector('x/y')];
  const whole = createTallyCollector('x/y');
  for (const [index, part] of parts.entries()) {
    for (const collector of [part, whole]) {
      collector.add({ status: 'passed' }, index);
      collector.add({ status: 'failed', findings: [draft(`${index}`)], total: 3 }, index);
    }
  }
  const joined = createTallyCollector('x/y');
  for (const part of parts) joined.addTally(part.tally());
  expect(joined.tally()).toEqual(whole.tally());
});
