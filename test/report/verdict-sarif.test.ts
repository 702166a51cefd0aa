import fc from 'fast-check';
import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/conformance/verdict.js';
import { reportOfVerdict } from '../../src/report/report-of-verdict.js';
import { verdictSarif } from '../../src/report/verdict-sarif.js';
import { officialSchema, validator } from './support/official-schema.js';
import { sampleVerdict } from './support/sample-verdict.js';
import { allVerdicts, attached, broken, facts, spoiled, withBaseline } from './support/sample-verdicts.js';
import { sarifSchema } from './support/sarif-schema.js';

function sarifOf(verdict: Verdict, stable = false): string {
  return verdictSarif(reportOfVerdict(verdict, { stable }), { version: '0.1.0', rules: facts });
}

function runOf(verdict: Verdict) {
  const [run] = (JSON.parse(sarifOf(verdict)) as Log).runs;
  if (run === undefined) throw new Error('a log has one run');
  return run;
}

describe('verdictSarif', () => {
  it.each(Object.entries(allVerdicts))('fits the schema: %s', async (_, verdict) => {
    const restated = validator(sarifSchema);
    for (const stable of [false, true]) {
      expect(restated(JSON.parse(sarifOf(verdict, stable))), JSON.stringify(restated.errors)).toBe(true);
    }
  });

  it('fits the published schema', async ({ skip }) => {
    const validate = await officialSchema('@microsoft/jest-sarif', 'lib/schemas/sarif-2.1.0-rtm.5.json');
    if (typeof validate === 'string') return skip(validate);
    for (const verdict of Object.values(allVerdicts)) {
      expect(validate(JSON.parse(sarifOf(verdict))), JSON.stringify(validate.errors)).toBe(true);
    }
    expect(validate({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false);
  });

  it('is not held to fit by a schema that takes anything', () => {
    const restated = validator(sarifSchema);
    expect(restated({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x', rules: [{}] } } }] })).toBe(false);
    expect(restated({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{}] }] })).toBe(false);
  });

  it('has every rule with its help, and a result for each finding where it is', () => {
    const { tool, results = [] } = runOf(sampleVerdict);
    expect(tool.driver.rules?.map(({ id }) => id)).toEqual(sampleVerdict.rules.map(({ id }) => id));
    const rule = tool.driver.rules?.find(({ id }) => id === 'change/deleted-disappears');
    expect(rule).toMatchObject({ defaultConfiguration: { level: 'error' } });
    expect(rule?.help?.markdown).toContain('plumbline explain change/deleted-disappears');
    expect(results).toHaveLength(4);
    expect(results.find(({ ruleId }) => ruleId === 'change/deleted-disappears')).toMatchObject({
      level: 'error',
      ruleIndex: 5,
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: 'my-agent' } },
          logicalLocations: [
            {
              name: 'shop/cart-6d5f',
              fullyQualifiedName: 'scenario pod-deleted / request 7 / *v1.Pod / shop/cart-6d5f',
            },
          ],
        },
      ],
    });
    expect(results.map(({ level }) => level)).toEqual(['warning', 'warning', 'note', 'error']);
    expect(runOf(attached).results?.[0]?.locations?.[0]).not.toHaveProperty('physicalLocation');
  });

  it('tells known failures from new ones', () => {
    const { results = [], invocations } = runOf(withBaseline);
    expect(results.map(({ ruleId, baselineState }) => `${ruleId} ${baselineState}`)).toEqual([
      'request/agent-id-present unchanged',
      'request/agent-id-present unchanged',
      'cost/trimmed new',
      'change/deleted-disappears new',
    ]);
    expect(results[0]?.suppressions).toEqual([
      { kind: 'external', status: 'accepted', justification: 'comes with 2.0' },
    ]);
    expect(invocations?.[0]?.toolConfigurationNotifications?.map(({ descriptor }) => descriptor?.id)).toEqual([
      'baseline/stale',
      'baseline/expired',
    ]);
    expect(runOf(sampleVerdict).results?.[0]).not.toHaveProperty('baselineState');
  });

  it('tells what was not judged, and what Plumbline did wrong', () => {
    expect(runOf(sampleVerdict).invocations?.[0]).toMatchObject({
      executionSuccessful: true,
      toolExecutionNotifications: [{ level: 'note', associatedRule: { id: 'error/reported', index: 1 } }],
    });
    expect(runOf(broken).invocations?.[0]).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [{ level: 'error' }, { level: 'error' }, { level: 'note' }],
    });
  });

  it('names a place the same in another run, and fits whatever the texts hold', () => {
    const restated = validator(sarifSchema);
    const print = (verdict: Verdict) => runOf(verdict).results?.at(-1)?.partialFingerprints;
    const later = sampleVerdict.rules.map((rule) => ({
      ...rule,
      findings: rule.findings.map((finding) => ({ ...finding, request: finding.request + 40, found: 'another' })),
    }));
    expect(print({ ...sampleVerdict, rules: later })).toEqual(print(sampleVerdict));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (evil) => {
        expect(restated(JSON.parse(sarifOf(spoiled(evil)))), JSON.stringify(restated.errors)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });
});
