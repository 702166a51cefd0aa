import { readFile } from 'node:fs/promises';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { WrittenReplayReport } from '../../src/replay/replay-report.js';
import { replayReportJsonSchema, replayReportShape } from '../../src/report/replay-report-schema.js';
import { packageFile } from '../../src/wire/package-file.js';
import { fixtures, replayed } from './support/replayed.js';

describe('the schema of the replay report', () => {
  it('is published as it is (npm run docs writes it)', async () => {
    const published = await readFile(packageFile('docs/schemas/replay-report.schema.json'), 'utf8');
    // As data: the formatter has a say in how it is laid out.
    expect(JSON.parse(published)).toEqual(JSON.parse(replayReportJsonSchema()));
  });

  it('gives what the type says', () => {
    expectTypeOf<z.output<typeof replayReportShape>>().toExtend<WrittenReplayReport>();
  });

  it.each(fixtures)('fits what a replay of %s reports, with nothing left over', (cni) => {
    for (const span of ['same', 'cross'] as const) {
      const expected = { cni: cni === 'flannel-vxlan' ? 'veth' : cni === 'cilium-peer' ? 'cilium' : cni.split('-')[0] };
      for (const options of [{}, { expect: { cni: expected.cni ?? '' } }]) {
        const { report } = replayed(cni, span, options);
        const json: unknown = JSON.parse(JSON.stringify(report));
        expect(replayReportShape.parse(json)).toEqual(json);
        expect(report.conversations.length).toBeGreaterThan(0);
      }
    }
  });

  it('refuses a report that lacks something or has numbers where decimal text belongs', () => {
    const { report } = replayed('flannel-vxlan', 'cross', { expect: { cni: 'veth' } });
    const json = JSON.parse(JSON.stringify(report));
    const broken = {
      ...json,
      conversations: [{ ...json.conversations[0], points: [{ ...json.conversations[0].points[1], flowId: 7 }] }],
    };
    expect(replayReportShape.safeParse(broken).success).toBe(false);
    expect(replayReportShape.safeParse({ ...json, advice: undefined }).success).toBe(false);
  });
});
