import { describe, expect, test } from 'vitest';
import { catalogue } from '../../../src/conformance/catalogue.js';
import type { Example, ExampledRule } from '../../../src/conformance/rule.js';
import { levelOf } from '../../../src/conformance/rule-level.js';
import { heartbeat, upload } from '../../../src/conformance/rules/common/example-upload.js';
import { runExample } from '../../../src/conformance/run-example.js';
import { compats } from '../../../src/kube/compat.js';

const rules = catalogue();

describe.each(compats)('in compat %s', (compat) => {
  const run = async (example: Example) => {
    const verdict = await runExample(example, { compat, rules });
    return new Map(verdict.rules.map((rule) => [rule.id, rule]));
  };

  test('a healthy upload with a heartbeat breaks nothing', async () => {
    const verdicts = await run({ calls: [upload(), heartbeat(), heartbeat()] });
    expect([...verdicts.values()].filter(({ status }) => status === 'failed')).toEqual([]);
  });

  const known = rules.filter((rule) => rule.scope !== 'scenario' && levelOf(rule, compat) !== null) as ExampledRule[];
  test.each(known.map((rule) => [rule.id, rule] as const))('%s tells its examples apart', async (id, rule) => {
    const keeps = await run(rule.example.keeps);
    expect(keeps.get(id)).toMatchObject({ status: 'passed' });

    const breaks = await run(rule.example.breaks);
    const verdict = breaks.get(id);
    expect(verdict).toMatchObject({ status: 'failed' });
    for (const { request, found, expected, message } of verdict?.findings ?? []) {
      expect(request).toBeGreaterThan(0);
      for (const text of [found, expected, message]) expect(text).toMatch(/\S/);
      expect(message).toMatch(/\.$/);
    }

    const excused = new Set([id, ...(rule.implies ?? [])]);
    const newlyFailed = [...breaks.values()]
      .filter(({ status, id: other }) => status === 'failed' && keeps.get(other)?.status !== 'failed')
      .map((other) => other.id);
    expect(newlyFailed.filter((other) => !excused.has(other))).toEqual([]);
  });
});
