import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/conformance/verdict.js';
import { reportOfVerdict } from '../../src/report/report-of-verdict.js';
import { verdictBadge } from '../../src/report/verdict-badge.js';
import { verdictCtrf } from '../../src/report/verdict-ctrf.js';
import { ctrfSchema } from './support/ctrf-schema.js';
import { officialSchema, validator } from './support/official-schema.js';
import { sampleVerdict } from './support/sample-verdict.js';
import { allVerdicts, broken, nothing, passing, spoiled, withBaseline } from './support/sample-verdicts.js';

function ctrfOf(verdict: Verdict, stable = false) {
  return JSON.parse(verdictCtrf(reportOfVerdict(verdict, { stable }), { version: '0.1.0' }));
}

describe('verdictCtrf', () => {
  it.each(Object.entries(allVerdicts))('fits the schema: %s', (_, verdict) => {
    const restated = validator(ctrfSchema);
    for (const stable of [false, true])
      expect(restated(ctrfOf(verdict, stable)), JSON.stringify(restated.errors)).toBe(true);
    expect(restated({ ...ctrfOf(verdict), results: { tests: [] } })).toBe(false);
  });

  it('fits the published schema', async ({ skip }) => {
    const validate = await officialSchema('ctrf', 'dist/ctrf-schema-0.0.json');
    if (typeof validate === 'string') return skip(validate);
    for (const verdict of [...Object.values(allVerdicts), spoiled('\u0000<x>')]) {
      expect(validate(ctrfOf(verdict)), JSON.stringify(validate.errors)).toBe(true);
    }
    expect(validate({ ...ctrfOf(sampleVerdict), reportFormat: 'other' })).toBe(false);
  });

  it('counts as the verdict does', () => {
    const { results } = ctrfOf(withBaseline);
    expect(results.summary).toMatchObject({ tests: 8, passed: 3, failed: 3, skipped: 2, other: 0, duration: 8211 });
    const statuses = results.tests.map(({ name, status }: { name: string; status: string }) => `${name} ${status}`);
    expect(statuses).toEqual([
      'request/agent-id-present skipped',
      'error/reported skipped',
      'entry/zlib-stream passed',
      'snapshot/complete passed',
      'cost/trimmed passed',
      'change/deleted-disappears failed',
      'baseline: snapshot/complete in pod-deleted failed',
      'baseline: error/reported in * failed',
    ]);
  });

  it('calls what Plumbline did wrong by its name', () => {
    const { results } = ctrfOf(broken);
    expect(results.summary.other).toBe(2);
    expect(results.tests.at(-1)).toMatchObject({ status: 'other', rawStatus: 'harness-fault' });
  });
});

describe('verdictBadge', () => {
  it.each([
    ['passing', passing, { message: '2 rules passed', color: 'brightgreen' }],
    ['failing', sampleVerdict, { message: '2 failed, 2 passed', color: 'red' }],
    ['nothing judged', nothing, { message: 'nothing judged', color: 'lightgrey' }],
    ['broken', broken, { message: 'not known', isError: true }],
  ])('of a run that is %s', (_, verdict, expected) => {
    const badge = JSON.parse(verdictBadge(reportOfVerdict(verdict, { stable: true })));
    expect(badge).toMatchObject({ schemaVersion: 1, label: `DeepFlow agent ${verdict.compat}`, ...expected });
  });
});
