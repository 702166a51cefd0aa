import { readFile } from 'node:fs/promises';
import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { Verdict } from '../../src/conformance/verdict.js';
import { reportOfVerdict } from '../../src/report/report-of-verdict.js';
import { verdictJson } from '../../src/report/verdict-json.js';
import type { VerdictReport } from '../../src/report/verdict-report.js';
import { verdictReportJsonSchema, verdictReportShape } from '../../src/report/verdict-report-schema.js';
import { packageFile } from '../../src/wire/package-file.js';
import { sampleVerdict } from './support/sample-verdict.js';
import { allVerdicts } from './support/sample-verdicts.js';

describe('the schema of the report of a check', () => {
  it('is published as it is (npm run docs writes it)', async () => {
    const published = await readFile(packageFile('docs/schemas/check-report.schema.json'), 'utf8');
    // As data: the formatter has a say in how it is laid out.
    expect(JSON.parse(published)).toEqual(JSON.parse(verdictReportJsonSchema()));
  });

  it('gives what the type says, and every verdict is a report', () => {
    expectTypeOf<z.output<typeof verdictReportShape>>().toExtend<VerdictReport>();
    expectTypeOf<Verdict>().toExtend<VerdictReport>();
  });

  it.each(Object.entries(allVerdicts))(
    'fits a verdict that is %s, stable or not, with nothing left over',
    (_, verdict) => {
      const published = new Ajv2020.default({ strict: false }).compile(JSON.parse(verdictReportJsonSchema()) as object);
      for (const stable of [false, true]) {
        const json: unknown = JSON.parse(verdictJson(reportOfVerdict(verdict, { stable })));
        expect(verdictReportShape.parse(json)).toEqual(json);
        expect(published(json), JSON.stringify(published.errors)).toBe(true);
      }
    },
  );

  it('refuses what is not in it', () => {
    const json = JSON.parse(verdictJson(reportOfVerdict(sampleVerdict, { stable: false })));
    expect(verdictReportShape.safeParse({ ...json, outcome: 'maybe' }).success).toBe(false);
    expect(verdictReportShape.safeParse({ ...json, rules: undefined }).success).toBe(false);
    const published = new Ajv2020.default({ strict: false }).compile(JSON.parse(verdictReportJsonSchema()) as object);
    expect(published({ ...json, more: 1 })).toBe(false);
  });
});
